"""`part/`: pieces of pictures that did not come whole yet, so that a cut costs one piece.

    a piece is a file as those of pictures, see `blobs`; its key is "<object key>#<number>"
    content = SHA-256 of the whole picture 32 | the piece

They are nobody's only copy: whatever is wrong with one, the download begins anew.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from civictui.domain.errors import StoreError
from civictui.storage.blobs import BlobFiles

KEPT_SECONDS = 7 * 86400.0
"""What was not gone on with for so long is let go."""
_HASH_BYTES = 32


class PictureParts:
    """Synchronous: its caller owns the store's thread. `now` gives Unix seconds."""

    def __init__(
        self,
        folder: Path,
        key: bytes | bytearray,
        store: bytes,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._files = BlobFiles(folder, key, store)
        self._now = now

    def get(self, key: str) -> tuple[str, list[bytes]]:
        """The SHA-256 that the whole is to have, and its pieces from the beginning on."""
        sha256 = b""
        pieces: list[bytes] = []
        while (content := self._files.get_or_none(_name(key, len(pieces)))) is not None:
            if pieces and content[:_HASH_BYTES] != sha256:
                break
            sha256 = content[:_HASH_BYTES]
            pieces.append(content[_HASH_BYTES:])
        return sha256.hex(), pieces

    def put(self, key: str, sha256: str, number: int, content: bytes) -> None:
        """Keep the piece of this number, durably; it is the last one from now on.

        What lies behind one that was damaged does not go on where this one ends.
        """
        self._drop(key, number + 1)
        self._files.put(_name(key, number), bytes.fromhex(sha256) + content)

    def drop(self, key: str) -> None:
        """Let go of all, the last one first: what a crash leaves goes on from the beginning."""
        self._drop(key, 0)

    def _drop(self, key: str, first: int) -> None:
        count = first
        while self._files.has(_name(key, count)):
            count += 1
        for number in reversed(range(first, count)):
            self._files.remove(_name(key, number))

    def forget_old(self) -> None:
        """Let go of what nobody goes on with. What cannot be removed now stays."""
        with suppress(OSError, StoreError):
            for path in list(self._files.files()):
                if not 0 <= self._now() - path.stat().st_mtime < KEPT_SECONDS:
                    path.unlink(missing_ok=True)


def _name(key: str, number: int) -> str:
    return f"{key}#{number}"
