"""The pictures of one store: what is wanted, what gives way, what the server has lost."""

import hashlib
from collections.abc import Iterator
from itertools import chain

from civictui.domain.model import JobKind, Photo, TransferJob
from civictui.storage.authoring import Authoring
from civictui.storage.blobs import BlobFiles
from civictui.storage.documents import Documents
from civictui.storage.outbox import OutboxTable
from civictui.storage.picture_cache import PictureCache, likely_bytes
from civictui.storage.picture_parts import PictureParts
from civictui.storage.report_index import ReportIndex
from civictui.storage.rescue import keys_of
from civictui.storage.sending import is_by
from civictui.storage.tables import SealedDatabase
from civictui.storage.update_index import UpdateIndex

PACKED = "packed"
"""The secret with the keys of pictures that were packed for the day: they do not give way."""


class PictureStore:
    """Synchronous: its caller owns the store's thread."""

    def __init__(
        self,
        database: SealedDatabase,
        blobs: BlobFiles,
        parts: PictureParts,
        outbox: OutboxTable,
        indexes: tuple[ReportIndex, UpdateIndex],
        authoring: Authoring,
        documents: Documents,
    ) -> None:
        self._secrets = database.sealed("secrets")
        self._transaction = database.transaction
        self._blobs = blobs
        self.parts = parts
        self._outbox = outbox
        self._reports, self._updates = indexes
        self._drafts = authoring.drafts
        self._document = documents.get
        self._user = ""
        self._taken: set[str] = set()
        """Taken in since the store was opened: no draft may name it yet, others have the same."""
        self._cache = PictureCache(blobs, self._named, self._kept, self._is_own)

    def get(self, key: str) -> bytes | None:
        """For somebody who looks at it. Raises StoreDamaged."""
        content = self._blobs.get(key)
        if content is not None:
            self._blobs.touch(key)
        return content

    def wanted(self, kind: JobKind, budget: int | None = None) -> list[str]:
        """Keys of pictures that are not here, of the newest reports first, within a budget."""
        wanted: dict[str, None] = {}
        for photo in self._cache.worth_having(kind):
            key = photo.thumbnail if kind is JobKind.THUMBNAIL else photo.large
            if not key or key in wanted or self._blobs.has(key):
                continue
            if budget is not None:
                if (size := likely_bytes(photo)) > budget:
                    continue
                budget -= size
            wanted[key] = None
        return list(wanted)

    def put(self, key: str, content: bytes, fetched: bool) -> None:
        """Keep a picture that was `fetched` or taken in. Raises StoreFull, StoreError."""
        if not fetched:
            self._taken.add(key)
        self._blobs.put(key, content)
        self.parts.drop(key)

    def make_room(self, most: int, user: str, but: str = "") -> int:
        """See `PictureCache.make_room`; the reports of `user` are own ones."""
        self._user = user
        return self._cache.make_room(most, but)

    def named_objects(self, user: str) -> list[str]:
        """Keys of the pictures that reports name and that are not queued: the server has them.

        Of all reports, or of those in which `user` had a part.
        """
        queued = {job.key for job in self._outbox.jobs()}
        keys: dict[str, None] = {}
        for document, photo in self._named():
            if not user or is_by(self._document(document) or {}, user):
                keys.update(dict.fromkeys(key for key in keys_of([photo]) if key not in queued))
        return list(keys)

    def heal(self, missing: set[str]) -> tuple[list[str], list[str]]:
        """Queue what the server has not and this terminal has.

        Gives the ids of the documents for which something was queued, and of those with a picture
        that is nowhere.
        """
        queued: dict[str, None] = {}
        lost: dict[str, None] = {}
        with self._transaction():
            for document, photo in self._named():
                for job in self._jobs(document, photo, missing):
                    if job.sha256:
                        self._outbox.add(job)
                    (queued if job.sha256 else lost)[document] = None
        return list(queued), list(lost)

    # --- inside ------------------------------------------------------------------------------

    def _named(self) -> Iterator[tuple[str, Photo]]:
        return chain(self._reports.named(), self._updates.named())

    def _kept(self) -> set[str]:
        """What must not give way, whoever has it besides."""
        jobs = [*self._outbox.jobs(), *self._outbox.shelved()]
        drafts = chain.from_iterable(keys_of(draft.photos) for draft in self._drafts())
        packed = (self._secrets.one(PACKED) or {}).get("value") or ()
        return {*(job.key for job in jobs), *drafts, *packed, *self._taken}

    def _is_own(self, document: str) -> bool:
        return is_by(self._document(document) or {}, self._user)

    def _jobs(self, document: str, photo: Photo, missing: set[str]) -> Iterator[TransferJob]:
        """A job for each missing picture of a photo, without a SHA-256 where it is not here."""
        for kind, key in ((JobKind.THUMBNAIL, photo.thumbnail), (JobKind.LARGE, photo.large)):
            if key in missing:
                content = self._blobs.get_or_none(key)
                yield TransferJob(
                    key=key,
                    kind=kind,
                    reports=(document,),
                    photo=photo.large,
                    bytes=len(content or b""),
                    sha256=hashlib.sha256(content).hexdigest() if content else "",
                    again=True,
                )
