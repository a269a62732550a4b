"""Objects as sealed files in the gateway's folder, behind the store's thread."""

import hashlib

from civictui.domain.errors import StoreDamaged
from civictui.gateway.journal import LOGGER
from civictui.gateway.objects.port import Stored, media_type, refuse_other
from civictui.storage.blobs import BlobFiles
from civictui.storage.thread import StoreThread


class SealedObjects:
    """`ObjectStorage` in this folder. To find an object is to read it: that proves its seal."""

    def __init__(self, thread: StoreThread, blobs: BlobFiles) -> None:
        self._thread = thread
        self._blobs = blobs

    async def find(self, key: str) -> Stored | None:
        return await self._thread.run(self._find, key)

    async def has(self, key: str) -> bool:
        return await self._thread.run(self._blobs.has, key)

    async def read(self, stored: Stored, first: int, last: int) -> bytes | None:
        return stored.content[first : last + 1]

    async def put(self, key: str, content: bytes, sha256: str) -> None:
        await self._thread.run(self._put, key, content, sha256)

    async def check(self) -> None:
        """A folder that is open answers."""

    async def close(self) -> None:
        """The thread is its owner's to close."""

    # --- in the store's thread ---------------------------------------------------------------

    def _find(self, key: str) -> Stored | None:
        """A damaged one counts as absent, so that it can come again; the log says so."""
        try:
            content = self._blobs.get(key)
        except StoreDamaged as error:
            LOGGER.error("an object is damaged", exc_info=error)
            return None
        if content is None:
            return None
        sha256 = hashlib.sha256(content).hexdigest()
        return Stored(key, len(content), sha256, media_type(content), content=content)

    def _put(self, key: str, content: bytes, sha256: str) -> None:
        refuse_other(self._find(key), sha256)
        self._blobs.put(key, content)
