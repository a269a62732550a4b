"""Many short pieces of bytes in one run: 8 bytes beside each, where an object costs 50 and more."""

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from itertools import chain, compress, repeat

_COMMON = 1_000
"""Once so many pieces have it, looking at each of the rest is quicker than finding the next."""


class ByteRun:
    """Pieces in the order in which they were added, each known by its number from 0 on.

    None is ever taken out: whoever drops one remembers that, and builds a new run at times.
    """

    def __init__(self) -> None:
        self._run = bytearray()
        self._ends = array("Q")

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: int) -> bytes:
        start, end = self.span(number)
        return bytes(self._run[start:end])

    def add(self, piece: bytes) -> None:
        self._run += piece
        self._ends.append(len(self._run))

    def extend(self, pieces: Iterable[bytes]) -> None:
        for piece in pieces:
            self._run += piece
            self._ends.append(len(self._run))

    def span(self, number: int) -> tuple[int, int]:
        """First byte and end of a piece."""
        return self._ends[number - 1] if number else 0, self._ends[number]

    def all_with(self, sought: bytes) -> list[int]:
        """Numbers of the pieces that have these bytes, ascending.

        Every piece must end with a byte that is not in `sought`: it might be found across two.
        """
        found: list[int] = []
        number = self._next_with(sought, 0)
        while number >= 0 and len(found) < _COMMON:
            found.append(number)
            number = self._next_with(sought, number + 1)
        if number >= 0:
            found += self._rest_with(sought, number)
        return found

    def has(self, sought: bytes, number: int) -> bool:
        """Whether these bytes are in this piece."""
        return self._run.find(sought, *self.span(number)) >= 0

    def _next_with(self, sought: bytes, number: int) -> int:
        """Number of the first piece from `number` on that has these bytes, or -1."""
        ends = self._ends
        if number >= len(ends):
            return -1
        found = self._run.find(sought, self.span(number)[0])
        if found < ends[number]:  # a common word is in the very next piece, or nowhere
            return -1 if found < 0 else number
        return bisect_right(ends, found, number)

    def _rest_with(self, sought: bytes, number: int) -> Iterable[int]:
        """All from `number` on, by a look at each piece."""
        ends = self._ends[number:].tolist()
        starts = chain((self.span(number)[0],), ends)
        places = map(self._run.find, repeat(sought), starts, ends)
        return compress(range(number, len(self._ends)), map((-1).__lt__, places))
