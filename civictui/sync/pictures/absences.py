"""Pictures that reports name and the server has not: each is asked for again, later and later.

Text travels first, so the picture of a new report is seconds or minutes behind it. Others never
come: their terminal was lost, or the name was made up. Those must not cost a request each whenever
anything happens.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

FIRST_SECONDS = 2.0
LONGEST_SECONDS = 24 * 3600.0
"""What a missing picture is left alone for doubles at every try, between these two."""
MOST_AGAIN = 20
"""So many that were missing before are asked for in one go, however many are due."""
GO_SECONDS = 240.0
"""So far the time between two such goes grows while nothing else is found missing."""


@dataclass(slots=True)
class _Absence:
    tries: int = 0
    due: float = 0.0


class Absences:
    """What was missing in this session; `now` gives monotonic seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._known: dict[str, _Absence] = {}
        self._goes = 0
        self._next_go = 0.0

    def __bool__(self) -> bool:
        return bool(self._known)

    def missed(self, key: str) -> None:
        """It was asked for, and is not there."""
        if key not in self._known:
            self._goes = 0
            self._next_go = min(self._next_go, self._now() + FIRST_SECONDS)
        absence = self._known.setdefault(key, _Absence())
        pause = min(LONGEST_SECONDS, FIRST_SECONDS * 2.0 ** min(absence.tries, 20))
        absence.tries, absence.due = absence.tries + 1, self._now() + pause

    def came(self, key: str) -> None:
        """It is here, or nobody wants it any more."""
        self._known.pop(key, None)

    def forget(self, keys: Iterable[str]) -> None:
        """What names them is new: they are asked for as if they never were."""
        for key in keys:
            self.came(key)

    def hurry(self) -> None:
        """All that is missing is due now; how often each was asked for is not forgotten."""
        self._next_go = 0.0
        for absence in self._known.values():
            absence.due = self._now()

    def chosen(self, wanted: Iterable[str]) -> list[str]:
        """What to ask for now: all that was never missed, then some of what is due.

        The least tried and latest missed of these come first. What is not `wanted` is forgotten.
        """
        keys = list(dict.fromkeys(wanted))
        self._known = {key: self._known[key] for key in keys if key in self._known}
        return [key for key in keys if key not in self._known] + self._again()

    def wait(self) -> float | None:
        """Seconds until the next one is due; None where nothing is missing."""
        if not self._known:
            return None
        due = min(absence.due for absence in self._known.values())
        return max(0.0, max(due, self._next_go) - self._now())

    def _again(self) -> list[str]:
        now = self._now()
        due = [key for key, absence in self._known.items() if absence.due <= now]
        if not due or now < self._next_go:
            return []
        self._goes += 1
        self._next_go = now + min(GO_SECONDS, FIRST_SECONDS * 2.0 ** min(self._goes, 20))
        return sorted(due, key=self._rank)[:MOST_AGAIN]

    def _rank(self, key: str) -> tuple[int, float]:
        absence = self._known[key]
        return absence.tries, -absence.due
