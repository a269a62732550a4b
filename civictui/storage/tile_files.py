"""`tile/`: map tiles that were packed, each in a file like those of pictures, see `blobs`.

They are copies of public data and nobody's only ones; which of them are here tells where somebody
works, so they are sealed like everything else.
"""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from civictui.domain.errors import StoreError
from civictui.storage.blobs import BlobFiles
from civictui.storage.thread import StoreThread

AT_A_TIME = 100
"""Tiles that are looked at in one turn of the store's thread."""


class TileFiles:
    """Synchronous: its caller owns the store's thread."""

    def __init__(self, folder: Path, key: bytes | bytearray, store: bytes) -> None:
        self._files = BlobFiles(folder, key, store)

    def put(self, key: str, content: bytes) -> None:
        self._files.put(key, content)

    def get(self, key: str) -> bytes | None:
        """The content; None where it is not here, or is damaged."""
        return self._files.get_or_none(key)

    def sizes(self, keys: Sequence[str]) -> dict[str, int]:
        """Of those that are here and can be opened."""
        found = ((key, self._readable(key)) for key in keys)
        return {key: len(content) for key, content in found if content is not None}

    def _readable(self, key: str) -> bytes | None:
        with suppress(StoreError):
            return self._files.get_or_none(key)
        return None

    def keep(self, keys: Sequence[str]) -> None:
        """Remove all others. What cannot be removed now is removed another time."""
        wanted = {self._files.path(key) for key in keys}
        with suppress(OSError):
            for path in list(self._files.files()):
                if path not in wanted:
                    path.unlink(missing_ok=True)


class StoreTiles:
    """`TileStore` of an unlocked store."""

    def __init__(self, files: TileFiles, thread: StoreThread) -> None:
        self._files = files
        self._thread = thread

    async def put(self, key: str, content: bytes) -> None:
        await self._thread.run(self._files.put, key, content)

    async def get(self, key: str) -> bytes | None:
        return await self._thread.run(self._files.get, key)

    async def sizes(self, keys: Sequence[str]) -> dict[str, int]:
        sizes: dict[str, int] = {}
        for first in range(0, len(keys), AT_A_TIME):  # others wait for the store meanwhile
            part = keys[first : first + AT_A_TIME]
            sizes |= await self._thread.run(self._files.sizes, part)
        return sizes

    async def keep(self, keys: Sequence[str]) -> None:
        await self._thread.run(self._files.keep, keys)

    def read(self, key: str) -> bytes | None:
        try:
            return self._thread.wait(self._files.get, key)
        except StoreError:
            return None
