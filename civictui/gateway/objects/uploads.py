"""Pictures on their way in: begun, continued, verified. The rules of tus, without HTTP.

An object exists only when it is whole, its SHA-256 is the one announced, and it is a picture. What
was verified and could not be stored (the object storage is down, the gateway was killed) stays
here whole, and is stored when somebody asks again. A finished upload is remembered for a while, so
that a client whose last answer was lost can ask.
"""

import asyncio
import hashlib
import secrets
from dataclasses import asdict, replace
from pathlib import Path
from weakref import WeakValueDictionary

from civictui.domain.model import Doc
from civictui.domain.ports import Clock
from civictui.gateway.backing import DAILY_BYTES
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.objects.ledger import (
    DAY_SECONDS,
    DONE,
    GONE,
    OPEN,
    Ledger,
    Upload,
)
from civictui.gateway.objects.objects import Objects, check_key, check_picture
from civictui.gateway.objects.partial import PartialFile
from civictui.gateway.objects.port import refuse_other
from civictui.gateway.objects.sight import Sees, without_area
from civictui.gateway.problems import Problem, not_found, too_large
from civictui.gateway.sealed import Shelf
from civictui.gateway.viewer import Viewer
from civictui.storage.thread import StoreThread

KEPT_SECONDS = 7 * 86400
"""How long an upload may take, and a finished one is remembered."""


class Uploads:
    """All uploads of one folder. Belongs to the event loop."""

    def __init__(
        self,
        folder: GatewayFolder,
        thread: StoreThread,
        objects: Objects,
        clock: Clock,
        sees: Sees = without_area,
        daily_bytes: int = DAILY_BYTES,
    ) -> None:
        self._room = folder.room("uploads")
        self._key = folder.key("uploads")
        self._shelf = Shelf(self._room, self._key, "upload")
        self._thread = thread
        self._objects = objects
        self._clock = clock
        self._sees = sees
        self.daily_bytes = daily_bytes
        self._open: dict[str, PartialFile] = {}
        self._books: Ledger | None = None
        self._cleaned = 0.0
        self._settling: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def begin(self, viewer: Viewer, key: str, length: int, sha256: str) -> tuple[Upload, int]:
        """Announce an object; returns the upload and how much of it is here already.

        Raises Problem 400 for a name that it may not have, 409 where the viewer sees another
        picture of this name, 429 where the user has sent too much, 503.
        """
        check_key(key, sha256)
        stored = await self._objects.find(key)
        # Whoever may not see it is told nothing of it, and has to bring all its bytes.
        here = stored is not None and await self.sees(viewer, key)
        if here:
            refuse_other(stored, sha256)
        return await self._thread.run(self._begin, viewer.user, key, length, sha256, here)

    async def sees(self, viewer: Viewer, key: str) -> bool:
        """Whether the picture is there for this viewer, who may have sent it."""
        if await self._sees(viewer, key):
            return True
        return await self._thread.run(lambda: self._ledger().has_sent(viewer.user, key))

    async def find(self, identity: str, user: str) -> tuple[Upload, int]:
        """An upload of this user and how far it came. Raises Problem 404."""
        return await self._thread.run(self._find, identity, user)

    async def append(self, upload: Upload, offset: int, content: bytes) -> int:
        """Add what came; returns the new offset. Raises Problem 409 where it does not fit on."""
        return await self._thread.run(self._append, upload, offset, content)

    async def settle(self, upload: Upload) -> None:
        """Make what came durable; if that is all of it, verify it and make it an object.

        Raises Problem 409, 415 or 460; then the upload is gone. 503: it stays as it is.
        """
        async with self._settling.setdefault(upload.id, asyncio.Lock()):
            content = await self._thread.run(self._whole, upload)
            if content is None:
                return
            try:
                await asyncio.to_thread(_verify, upload, content)
                await self._objects.put(upload.key, content, upload.sha256)
            except Problem as problem:
                if problem.status < 500:
                    await self._thread.run(self._end, upload, GONE)
                raise
            await self._thread.run(self._end, upload, DONE)

    async def terminate(self, upload: Upload) -> None:
        """Forget it and what came of it. An object that it has become stays."""
        async with self._settling.setdefault(upload.id, asyncio.Lock()):
            await self._thread.run(self._end, upload, GONE)

    def expires(self, upload: Upload) -> float:
        """When it is forgotten, in Unix seconds."""
        return upload.begun + KEPT_SECONDS

    # --- in the store's thread ---------------------------------------------------------------

    def _begin(
        self, user: str, key: str, length: int, sha256: str, here: bool
    ) -> tuple[Upload, int]:
        ledger, now = self._ledger(), self._now()
        known = ledger.same(user, DONE if here else OPEN, (key, sha256, length))
        if known and self.expires(known) > now:
            return known, length if here else self._partial(known).length
        if not here:
            ledger.refuse_more(user, length, now)
        upload = Upload(
            id=secrets.token_urlsafe(18),
            user=user,
            key=key,
            bytes=length,
            sha256=sha256,
            begun=now,
            state=DONE if here else OPEN,
            charged=0 if here else length,
        )
        for spare in ledger.make_room(user, now):
            self._forget(spare)
        self._keep(upload)
        return upload, length if here else 0

    def _find(self, identity: str, user: str) -> tuple[Upload, int]:
        upload = self._recorded(identity)
        if upload is None or upload.user != user or self.expires(upload) <= self._now():
            raise not_found("There is no such upload.")
        return upload, upload.bytes if upload.done else self._partial(upload).length

    def _recorded(self, identity: str) -> Upload | None:
        document = self._shelf.get(identity)
        upload = None if document is None else _upload(document)
        return None if upload is None or upload.state == GONE else upload

    def _append(self, upload: Upload, offset: int, content: bytes) -> int:
        if not self._is_open(upload):
            raise Problem(409, "offset_mismatch", "The upload stands at another offset.")
        partial = self._partial(upload)
        if partial.length != offset:
            raise Problem(409, "offset_mismatch", "The upload stands at another offset.")
        if offset + len(content) > upload.bytes:
            raise too_large("This is more than was announced.")
        partial.append(content)
        return partial.length

    def _whole(self, upload: Upload) -> bytes | None:
        if not self._is_open(upload):
            return None
        partial = self._partial(upload)
        if partial.length:
            partial.sync()
        return partial.content() if partial.length == upload.bytes else None

    def _end(self, upload: Upload, state: str) -> None:
        """Remember how it ended, then let go of the bytes: killed in between, they are waste."""
        partial = self._partial(upload)
        charged = min(upload.charged, upload.bytes if upload.done else partial.length)
        ended = replace(upload, state=state, charged=charged)
        if state == GONE and not charged:
            self._forget(ended)
        else:
            self._keep(ended)
        partial.remove()
        self._open.pop(upload.id, None)

    def _keep(self, upload: Upload) -> None:
        self._shelf.put(upload.id, asdict(upload))
        self._ledger().note(upload)

    def _forget(self, upload: Upload) -> None:
        self._shelf.remove(upload.id)
        self._ledger().drop(upload)

    def _is_open(self, upload: Upload) -> bool:
        recorded = self._recorded(upload.id)
        return recorded is not None and not recorded.done

    def _partial(self, upload: Upload) -> PartialFile:
        if upload.id not in self._open:
            path = _beside(self._shelf.file(upload.id).path)
            self._open[upload.id] = PartialFile(path, self._key, upload.id)
        return self._open[upload.id]

    def _ledger(self) -> Ledger:
        """The records of all uploads: read once, and cleaned once a day."""
        now = self._now()
        if self._books is None or now - self._cleaned >= DAY_SECONDS:
            self._cleaned = now
            self._books = Ledger(self.daily_bytes, self._clean(now))
        return self._books

    def _clean(self, now: float) -> list[Upload]:
        """Forget what was begun long ago, and pieces of nothing that is open; returns the rest."""
        kept: list[Upload] = []
        for file, document in self._shelf.readable():
            upload = _upload(document)
            if self.expires(upload) <= now:
                file.remove()
                self._open.pop(upload.id, None)
                continue
            kept.append(upload)
        living = {_beside(self._shelf.file(u.id).path) for u in kept if u.state == OPEN}
        for path in self._room.glob("*.part"):
            if path not in living:
                path.unlink(missing_ok=True)
        return kept

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _upload(document: Doc) -> Upload:
    """A record; those of former gateways said `done` instead of a state."""
    done = document.pop("done", None)
    if done is not None:
        document |= {"state": DONE if done else OPEN, "charged": document["bytes"]}
    return Upload(**document)


def _beside(path: Path) -> Path:
    return path.with_suffix(".part")


def _verify(upload: Upload, content: bytes) -> None:
    """Raises Problem 460 or 415."""
    if hashlib.sha256(content).hexdigest() != upload.sha256:
        reason = "What came has another SHA-256 than was announced. Begin again."
        raise Problem(460, "checksum_mismatch", reason)
    check_picture(content)
