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


@dataclass(slots=True)
class _Absence:
    tries: int = 0
    due: float = 0.0


class Absences:
    """What was missing in this session; `now` gives monotonic seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._known: dict[str, _Absence] = {}

    def __bool__(self) -> bool:
        return bool(self._known)

    def missed(self, key: str) -> None:
        """It was asked for, and is not there."""
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
        for absence in self._known.values():
            absence.due = self._now()

    def chosen(self, wanted: Iterable[str]) -> list[str]:
        """What to ask for now: all that was never missed, then some of what is due.

        The least tried come first of these. What is not `wanted` any more is forgotten.
        """
        keys = list(dict.fromkeys(wanted))
        self._known = {key: self._known[key] for key in keys if key in self._known}
        now = self._now()
        due = [key for key, absence in self._known.items() if absence.due <= now]
        due.sort(key=lambda key: self._known[key].tries)
        return [key for key in keys if key not in self._known] + due[:MOST_AGAIN]

    def wait(self) -> float | None:
        """Seconds until the next one is due; None where nothing is missing."""
        if not self._known:
            return None
        return max(0.0, min(absence.due for absence in self._known.values()) - self._now())
