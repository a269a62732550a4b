"""Pictures on their way in: begun, continued, verified. The rules of tus, without HTTP.

An object exists only when it is whole, its SHA-256 is the one announced, and it is a picture. A
finished upload is remembered for a while, so that a client whose last answer was lost can ask.
"""

import asyncio
import hashlib
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from civictui.domain.ports import Clock
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.objects.objects import Objects, check_key, check_picture, refuse_other
from civictui.gateway.objects.partial import PartialFile
from civictui.gateway.problems import Problem, not_found, too_large
from civictui.gateway.sealed import Shelf
from civictui.storage.thread import StoreThread

KEPT_SECONDS = 7 * 86400
"""How long an upload may take, and a finished one is remembered."""

_CLEANING_SECONDS = 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """One object that is announced. It belongs to its user alone."""

    id: str
    user: str
    key: str
    bytes: int
    sha256: str
    begun: float
    done: bool = False


class Uploads:
    """All uploads of one folder. Belongs to the event loop."""

    def __init__(
        self, folder: GatewayFolder, thread: StoreThread, objects: Objects, clock: Clock
    ) -> None:
        self._room = folder.room("uploads")
        self._key = folder.key("uploads")
        self._shelf = Shelf(self._room, self._key, "upload")
        self._thread = thread
        self._objects = objects
        self._clock = clock
        self._open: dict[str, PartialFile] = {}
        self._cleaned = -float(_CLEANING_SECONDS)

    async def begin(self, user: str, key: str, length: int, sha256: str) -> tuple[Upload, int]:
        """Announce an object; returns the upload and how much of it is here already.

        Raises Problem 400 for a name that it may not have, 409 where the name is taken.
        """
        check_key(key, sha256)
        return await self._thread.run(self._begin, user, key, length, sha256)

    async def find(self, identity: str, user: str) -> tuple[Upload, int]:
        """An upload of this user and how far it came. Raises Problem 404."""
        return await self._thread.run(self._find, identity, user)

    async def append(self, upload: Upload, offset: int, content: bytes) -> int:
        """Add what came; returns the new offset. Raises Problem 409 where it does not fit on."""
        return await self._thread.run(self._append, upload, offset, content)

    async def settle(self, upload: Upload) -> None:
        """Make what came durable; if that is all of it, verify it and make it an object.

        Raises Problem 409, 415 or 460; then the upload is gone.
        """
        content = await self._thread.run(self._whole, upload)
        if content is None:
            return
        try:
            await asyncio.to_thread(_verify, upload, content)
            await self._thread.run(self._finish, upload, content)
        except Problem:
            await self._thread.run(self._forget, upload)
            raise

    # --- in the store's thread ---------------------------------------------------------------

    def _begin(self, user: str, key: str, length: int, sha256: str) -> tuple[Upload, int]:
        self._clean()
        stored = self._objects.sha256(key)
        refuse_other(key, stored, sha256)
        upload = Upload(
            id=secrets.token_urlsafe(18),
            user=user,
            key=key,
            bytes=length,
            sha256=sha256,
            begun=self._now(),
            done=stored is not None,
        )
        self._shelf.put(upload.id, asdict(upload))
        return upload, length if upload.done else 0

    def _find(self, identity: str, user: str) -> tuple[Upload, int]:
        document = self._shelf.get(identity)
        if document is None or document["user"] != user:
            raise not_found("There is no such upload.")
        upload = Upload(**document)
        return upload, upload.bytes if upload.done else self._partial(upload).length

    def _append(self, upload: Upload, offset: int, content: bytes) -> int:
        partial = self._partial(upload)
        if self._is_done(upload) or partial.length != offset:
            raise Problem(409, "offset_mismatch", "The upload stands at another offset.")
        if offset + len(content) > upload.bytes:
            raise too_large("This is more than was announced.")
        partial.append(content)
        return partial.length

    def _whole(self, upload: Upload) -> bytes | None:
        partial = self._partial(upload)
        if self._is_done(upload):
            return None
        if partial.length:
            partial.sync()
        return partial.content() if partial.length == upload.bytes else None

    def _finish(self, upload: Upload, content: bytes) -> None:
        self._objects.put(upload.key, content, upload.sha256)
        self._shelf.put(upload.id, asdict(replace(upload, done=True)))
        self._partial(upload).remove()
        del self._open[upload.id]

    def _forget(self, upload: Upload) -> None:
        self._shelf.remove(upload.id)
        self._partial(upload).remove()
        del self._open[upload.id]

    def _is_done(self, upload: Upload) -> bool:
        document = self._shelf.get(upload.id)
        return document is None or bool(document["done"])

    def _partial(self, upload: Upload) -> PartialFile:
        if upload.id not in self._open:
            path = _beside(self._shelf.file(upload.id).path)
            self._open[upload.id] = PartialFile(path, self._key, upload.id)
        return self._open[upload.id]

    def _clean(self) -> None:
        """Once a day, forget what was begun long ago, and pieces that belong to nothing."""
        if self._now() - self._cleaned < _CLEANING_SECONDS:
            return
        self._cleaned = self._now()
        for file, document in self._shelf.readable():
            if document["begun"] + KEPT_SECONDS <= self._now():
                file.remove()
                self._open.pop(document["id"], None)
        for path in self._room.glob("*.part"):
            if not path.with_suffix("").exists():
                path.unlink(missing_ok=True)

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _beside(path: Path) -> Path:
    return path.with_suffix(".part")


def _verify(upload: Upload, content: bytes) -> None:
    """Raises Problem 460 or 415."""
    if hashlib.sha256(content).hexdigest() != upload.sha256:
        reason = "What came has another SHA-256 than was announced. Begin again."
        raise Problem(460, "checksum_mismatch", reason)
    check_picture(content)
