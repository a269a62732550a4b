"""Numbers in the order of a time and an id, kept in order as late as possible.

While a store is opened, sorting once costs a hundredth of putting each report into its place.
While a pull brings some hundreds at a time, sorting would stop all other threads for 20 ms.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence

_FEW = 200
"""So many new ones, or fewer, are put into their places one by one."""
_SHARE = 8
"""And so are they where there are so many times as many already."""


class TimeOrder:
    """Numbers by the columns `times` and `ids`: every one that these have and was not removed."""

    def __init__(self, times: Sequence[float], ids: Sequence[str]) -> None:
        self._times = times
        self._ids = ids
        self._key: Callable[[int], tuple[float, str]] = lambda number: (times[number], ids[number])
        self._ordered = array("I")
        self._seen = 0

    def remove(self, number: int) -> None:
        """Take out one that is in."""
        self._settle()
        del self._ordered[bisect_left(self._ordered, self._key(number), key=self._key)]

    def latest_first(self) -> Iterator[int]:
        self._settle()
        return reversed(self._ordered)

    def _settle(self) -> None:
        new, self._seen = range(self._seen, len(self._ids)), len(self._ids)
        if len(new) > max(_FEW, len(self._ordered) // _SHARE):
            # By the id first: sorting by the time then leaves equal times in the ids' order.
            every = sorted([*self._ordered, *new], key=self._ids.__getitem__)
            self._ordered = array("I", sorted(every, key=self._times.__getitem__))
        elif new:
            self._ordered = self._with(sorted(new, key=self._key))

    def _with(self, new: Sequence[int]) -> "array[int]":
        """Those that are in order, and between them the new ones."""
        known, every, end = self._ordered, array("I"), 0
        for number in new:
            start, end = end, bisect_left(known, self._key(number), end, key=self._key)
            every += known[start:end]
            every.append(number)
        return every + known[end:]
