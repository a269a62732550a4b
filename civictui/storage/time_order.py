"""Numbers in the order of a time and an id, kept in order as late as possible.

While a store is opened, or a pull brings thousands, sorting once costs a hundredth of putting
each report into its place.
"""

from array import array
from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Sequence

_FEW = 200
"""So many new ones, or fewer, are put into their places one by one."""


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
        if len(new) > _FEW:
            # By the id first: sorting by the time then leaves equal times in the ids' order.
            every = sorted([*self._ordered, *new], key=self._ids.__getitem__)
            self._ordered = array("I", sorted(every, key=self._times.__getitem__))
            return
        for number in new:
            insort(self._ordered, number, key=self._key)
