"""The bytes of a log, in pieces, whatever the disk says.

Mapping the file would be shorter, but a bad sector under a mapping kills the process at every
opening; here it reads as zeros and costs the records that lie on it.
"""

import os

PIECE_BYTES = 1024 * 1024
_PAGE_BYTES = 4096


class LogBytes:
    """Random access to a file as it was when this was made; one piece of it is in memory."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._start = 0
        self._piece = b""
        self.failed = False
        """Whether the disk would not read some of it."""
        self.size = os.fstat(descriptor).st_size

    def read(self, start: int, count: int) -> bytes:
        """Up to `count` bytes; fewer at the end of the file."""
        piece, at = self.around(start, count)
        return piece[at : at + count]

    def around(self, start: int, count: int) -> tuple[bytes, int]:
        """A piece that has these bytes, and where in it they begin; fewer at the end of the file.

        Without a copy, for what is looked at 50,000 times.
        """
        at = start - self._start
        if at < 0 or at + count > len(self._piece):
            self._start, at = start, 0
            self._piece = self._read(start, max(count, PIECE_BYTES))
        return self._piece, at

    def find(self, sought: bytes, start: int) -> int:
        """Where `sought` begins at or after `start`, or -1."""
        overlap = len(sought) - 1
        while start < self.size:
            piece = self.read(start, PIECE_BYTES)
            found = piece.find(sought)
            if found >= 0:
                return start + found
            if len(piece) <= overlap:
                break
            start += len(piece) - overlap
        return -1

    def _read(self, start: int, count: int) -> bytes:
        count = max(0, min(count, self.size - start))
        try:
            return os.pread(self._descriptor, count, start)
        except OSError:
            return b"".join(
                self._page(at, min(_PAGE_BYTES, start + count - at))
                for at in range(start, start + count, _PAGE_BYTES)
            )

    def _page(self, start: int, count: int) -> bytes:
        try:
            return os.pread(self._descriptor, count, start)
        except OSError:
            self.failed = True
            return bytes(count)
