"""Who decides, in the model of a disk, what of the undecided a power cut leaves."""

import random
from collections.abc import Sequence


class Chance:
    """One outcome: a hand of dice that knows a few bad habits of disks.

    `first` and `last` are the numbers of the changes that are undecided.
    """

    def __init__(self, rng: random.Random, first: int = 0, last: int = 0) -> None:
        self._rng = rng
        self._names = rng.choice((0.15, 0.5, 0.85))
        """How likely it is that a name is on the disk as it was changed last."""
        self._journal = rng.randint(first - 1, last) if rng.random() < 0.5 else None
        """Where names are kept in order: the last change of one that the disk has."""
        self._new = rng.choice((0.0, 0.3, 0.5, 0.7, 1.0))
        """How likely it is that a sector holds what was written last."""
        self._garbage = rng.choice((0.0, 0.0, 0.3, 1.0))
        self._whole = rng.random() < 0.3
        """Whether a file that grew has its full size, whatever its sectors hold."""
        self.sector = rng.choice((512, 4096))
        self._fates: dict[int, bool] = {}

    def happens(self, number: int) -> bool:
        """Whether the change of that number reached its folder: the same answer each time."""
        if self._journal is not None:
            return number <= self._journal
        if number not in self._fates:
            self._fates[number] = self._rng.random() < self._names
        return self._fates[number]

    def size(self, before: int, after: int) -> int:
        """What size a file has that was changed from one to another."""
        if self._whole:
            return after
        if after > before:
            return self._rng.choice((before, after, self._rng.randint(before, after)))
        return self._rng.choice((before, after))

    def content(self, versions: Sequence[bytes], blank: bool) -> bytes:
        """One of a sector's versions, the oldest first; zero or garbage where there was none."""
        if self._rng.random() < self._new:
            return versions[-1]
        if blank and self._rng.random() < self._garbage:
            return self._rng.randbytes(len(versions[0]))
        return self._rng.choice(versions)


class _Always(Chance):
    """Everything arrived, or nothing; such outcomes need no dice."""

    def __init__(self, arrived: bool) -> None:
        super().__init__(random.Random(0))
        self._arrived = arrived

    def happens(self, number: int) -> bool:
        return self._arrived


ALL, NOTHING = _Always(True), _Always(False)
