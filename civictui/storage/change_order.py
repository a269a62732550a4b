"""Ids in the order of their last change, in two columns: 16 bytes a document beside the id.

A dict each way would cost ten times that, and each insert a place in both.
"""

from array import array
from bisect import bisect_left, bisect_right
from itertools import islice
from operator import lt


class ChangeOrder:
    """Which document changed last at which sequence; sequences rise."""

    def __init__(self) -> None:
        self._sequences = array("q")
        self._ids: list[str] = []

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def last(self) -> int:
        """The highest sequence; 0 where there is none."""
        return self._sequences[-1] if self._sequences else 0

    def append(self, key: str, sequence: int) -> None:
        """Take in a document that is not in yet; `sort` must follow, unless it changed last."""
        self._sequences.append(sequence)
        self._ids.append(key)

    def sort(self) -> None:
        """Put right what was appended in any order."""
        sequences = self._sequences
        if all(map(lt, sequences, islice(sequences, 1, None))):
            return
        places = sorted(range(len(sequences)), key=sequences.__getitem__)
        self._sequences = array("q", [sequences[place] for place in places])
        self._ids = [self._ids[place] for place in places]

    def move(self, key: str, before: int, sequence: int) -> None:
        """`key` changed, last at `before` (0: it is new) and now at `sequence`."""
        if before == sequence:
            return
        if before:
            self.remove(key, before)
        if sequence > self.last:
            self.append(key, sequence)
            return
        place = bisect_right(self._sequences, sequence)
        self._sequences.insert(place, sequence)
        self._ids.insert(place, key)

    def remove(self, key: str, sequence: int) -> None:
        """`key`, which changed last at `sequence`, is no longer there."""
        place = self._ids.index(key, bisect_left(self._sequences, sequence))
        del self._sequences[place], self._ids[place]

    def since(self, since: int) -> list[tuple[int, str]]:
        """(sequence, id) of all that changed after `since`, in their order."""
        first = bisect_right(self._sequences, since)
        return list(zip(self._sequences[first:], self._ids[first:], strict=True))

    def after(self, since: int, limit: int, descending: bool = False) -> tuple[list[str], int]:
        """At most `limit` ids that changed after `since`, and how many more there are."""
        first, end = bisect_right(self._sequences, since), len(self._ids)
        count = max(0, min(limit, end - first))
        if descending:
            return self._ids[end - count : end][::-1], end - first - count
        return self._ids[first : first + count], end - first - count
