"""How far a packing is: counts and bytes, what is missing, and how much of the way is done."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from civictui.domain.model import Lacking, Pack, PackCount, PackStep

Told: TypeAlias = Callable[[Pack], object]
"""Hears how far it is, often."""

_LONGEST = 200
"""Characters of a reason and of a title: others have written both, and all are kept."""
_COUNTED = {
    PackStep.THUMBNAILS: "thumbnails",
    PackStep.PICTURES: "pictures",
    PackStep.MAP: "tiles",
}


class Tally:
    """Its `pack` is how far it is now. What each thing weighs is said before any is done."""

    def __init__(self, most: int) -> None:
        self.pack = Pack()
        self.room = most
        """Bytes that may still come."""
        self._weight = self._done = 0
        self._lacking: dict[tuple[PackStep, str, str], Lacking] = {}

    def expect(self, step: PackStep, weight: int, count: int = 1) -> None:
        """So many more are wanted, which together weigh so much of the way."""
        self._weight += weight
        here, wanted = self._of(step)
        self._set(step, PackCount(here, wanted + count))

    def begin(self, step: PackStep) -> None:
        self.pack = self.pack.with_(step=step)

    def here(self, step: PackStep, size: int, count: int = 1) -> None:
        """So many of them lie here, with so many bytes together."""
        counted = self._of(step)
        self._set(step, PackCount(counted.here + count, counted.wanted))
        self.room -= size
        self.pack = self.pack.with_(bytes=self.pack.bytes + size)

    def passed(self, weight: int) -> None:
        """So much of the way is done, whatever came of it."""
        self._done += weight
        self.pack = self.pack.with_(share=min(1.0, self._done / max(1, self._weight)))

    def lacks(self, step: PackStep, why: str, title: str, key: str = "", count: int = 1) -> None:
        """So many are not here; those of one report and one reason are one entry."""
        why, title = why[:_LONGEST], title[:_LONGEST]
        name = (step, why, key or title)
        count += self._lacking[name].count if name in self._lacking else 0
        self._lacking[name] = Lacking(step, why, title, key, count)

    def end(self, at: str, reason: str) -> Pack:
        """As the last word; `reason` says why it ended early, "" that it did not."""
        changes = {} if reason else {"share": 1.0}
        step = PackStep.STOPPED if reason else PackStep.DONE
        lacking = tuple(self._in_order(self._lacking.values()))
        self.pack = self.pack.with_(step=step, at=at, reason=reason, lacking=lacking, **changes)
        return self.pack

    def _in_order(self, lacking: Iterable[Lacking]) -> list[Lacking]:
        steps = list(_COUNTED)
        return sorted(lacking, key=lambda entry: steps.index(entry.step))

    def _of(self, step: PackStep) -> PackCount:
        found: PackCount = getattr(self.pack, _COUNTED[step])
        return found

    def _set(self, step: PackStep, count: PackCount) -> None:
        self.pack = self.pack.with_(**{_COUNTED[step]: count})
