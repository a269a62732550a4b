"""What a person has set for a link that is paid for: large photos at the depot, so much a day.

A rule keeps pictures back and nothing else: text goes, what waits by a rule still counts as not
sent, and it is no trouble.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from civictui.domain.errors import NotConfirmed
from civictui.domain.model import JobKind, TransferJob
from civictui.domain.ports import Clock, Secrets

FOR_THE_DEPOT = "for the depot"
FOR_TOMORROW = "for tomorrow"
_COUNT = "picture bytes"
"""The secret that counts the pictures of a day: {"day": "2026-05-04", "bytes": ...}."""


@dataclass(frozen=True, slots=True)
class LinkRules:
    """The settings, in bytes; 0 is no limit.

    `daily_bytes` are of pictures, both ways, in a day of the terminal's own clock; `cache_bytes`
    is the room for pictures of others.
    """

    at_depot: bool = False
    daily_bytes: int = 0
    cache_bytes: int = 0


NO_RULES = LinkRules()


@dataclass(frozen=True, slots=True)
class Rest:
    """How many photos wait by a rule and by nothing else; `why` ends "3 photos wait …"."""

    photos: int = 0
    why: str = ""


class Meter:
    """The rules at work, with what was moved today. Belongs to one event loop."""

    def __init__(self, rules: LinkRules, secrets: Secrets, clock: Clock) -> None:
        self.rules = rules
        self._secrets = secrets
        self._clock = clock
        self._day = ""
        self._used = self._kept = 0
        self._begun = False
        self._released: set[str] = set()

    async def begin(self) -> None:
        """Read what earlier sessions have moved today."""
        if not self.rules.daily_bytes or self._begun:
            return
        self._begun = True
        kept = await self._secrets.get(_COUNT)
        self._turn_over()
        if isinstance(kept, dict) and kept.get("day") == self._day:
            used = kept.get("bytes")
            self._used += used if isinstance(used, int) else 0

    def moved(self, count: int) -> None:
        """So many bytes of a picture went over the link, or may have."""
        self._turn_over()
        self._used += count

    async def keep(self) -> None:
        """Write down what was moved, where that matters: after each picture."""
        if self.rules.daily_bytes and self._used != self._kept:
            self._kept = self._used
            await self._secrets.put(_COUNT, {"day": self._day, "bytes": self._used})

    def release(self, jobs: Iterable[TransferJob]) -> None:
        """The person wants these sent now, whatever the rules say; later ones wait again."""
        self._released = {job.key for job in jobs}

    def holds(self, job: TransferJob) -> str:
        """Why a job waits, in the words that end "3 photos wait …"; "" for one that may go."""
        if job.key in self._released:
            return ""
        if self.rules.at_depot and job.kind is JobKind.LARGE:
            return FOR_THE_DEPOT
        return "" if self._has_room(job.bytes) else FOR_TOMORROW

    def rest(self, jobs: Iterable[TransferJob]) -> Rest:
        """The photos of which every job waits by a rule. What the server refused is another's."""
        reasons: dict[str, list[str]] = {}
        for job in jobs:
            reasons.setdefault(job.photo, []).append("" if job.error else self.holds(job))
        resting = [found[-1] for found in reasons.values() if all(found)]
        return Rest(len(resting), resting[0]) if resting else Rest()

    @property
    def may_fetch(self) -> bool:
        """Whether another picture may come down today."""
        return self._has_room(1)

    def refuse_fetch(self) -> None:
        """Raises NotConfirmed where the day's pictures are used up."""
        if not self.may_fetch:
            megabytes = self.rules.daily_bytes / 1_000_000
            raise NotConfirmed(
                f"Today's {megabytes:g} MB of pictures are used up", "It can be fetched tomorrow."
            )

    def _has_room(self, size: int) -> bool:
        """One that is larger than a day's share goes as the first of a day, or it never would."""
        self._turn_over()
        most = self.rules.daily_bytes
        return not most or not self._used or self._used + size <= most

    def _turn_over(self) -> None:
        if self._day != (today := self._today()):
            self._day, self._used, self._kept = today, 0, 0

    def _today(self) -> str:
        return self._clock.now().astimezone().date().isoformat()
