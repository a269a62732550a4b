"""What a person has set for a link that is paid for: large photos at the depot, so much a day.

A rule keeps large pictures back and nothing else: text and thumbnails go, what waits by a rule
still counts as not sent, and it is no trouble.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from civictui.domain.errors import NotConfirmed
from civictui.domain.model import JobKind, TransferJob
from civictui.domain.ports import Clock, Secrets

FOR_THE_DEPOT = "for the depot"
FOR_TOMORROW = "for tomorrow"
AGAIN_BYTES = 100_000_000
"""So much of what the server has lost is sent again in a day, unless a person asks for more."""
_COUNT = "picture bytes"
"""The secret that counts the pictures of days: {"2026-05-04": {"bytes": ..., ...}}."""
_DAYS_KEPT = 8
"""Days whose count is known: a clock that is set back, or another time zone, buys no second day."""
_RELEASED = "photos now"
"""The secret with the keys of jobs that a person wants to be sent, whatever the rules say."""


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


@dataclass(slots=True)
class _Day:
    """What was moved in a day; `again` of it because the server had lost it."""

    bytes: int = 0
    again: int = 0
    large: int = 0
    """How many large pictures were sent."""


class Meter:
    """The rules at work, with what was moved in these days. Belongs to one event loop."""

    def __init__(self, rules: LinkRules, secrets: Secrets, clock: Clock) -> None:
        self.rules = rules
        self._secrets = secrets
        self._clock = clock
        self._days: dict[str, _Day] = {}
        self._kept: Any = None
        self._begun = False
        self._released: set[str] = set()

    async def begin(self) -> None:
        """Read what earlier sessions have moved, and what a person wanted in them."""
        if self._begun:
            return
        self._begun = True
        kept = await self._secrets.get(_COUNT)
        for name, said in kept.items() if isinstance(kept, dict) else ():
            if isinstance(said, Mapping):
                _add(self._days.setdefault(name, _Day()), said)
        released = await self._secrets.get(_RELEASED)
        self._released |= set(released) if isinstance(released, list) else set()

    def moved(self, count: int) -> None:
        """So many bytes of a picture went over the link, or may have."""
        self._today.bytes += count

    def begins(self, job: TransferJob) -> None:
        """It is sent now. What is sent again counts whether or not it arrives."""
        if job.again:
            self._today.again += job.bytes

    def sent(self, job: TransferJob) -> None:
        """The server has confirmed it."""
        if job.kind is JobKind.LARGE:
            self._today.large += 1

    async def keep(self) -> None:
        """Write down what was moved, where that matters: after each picture."""
        today = self._today
        if not (self.rules.daily_bytes or today.again):
            return
        latest = list(self._days)[-_DAYS_KEPT:]
        self._days = {name: self._days[name] for name in latest}
        counts = {name: asdict(day) for name, day in self._days.items()}
        if counts != self._kept:
            self._kept = counts
            await self._secrets.put(_COUNT, counts)

    async def release(self, jobs: Iterable[TransferJob]) -> None:
        """The person wants these sent now, whatever the rules say; later ones wait again.

        That is remembered until they are sent: over a link that breaks, a lock, a restart.
        """
        await self._set_released({job.key for job in jobs if self.holds(job)} | self._released)

    async def forget_sent(self, jobs: Collection[TransferJob]) -> None:
        """Of what was released only these are still to be sent."""
        if self._released:
            await self._set_released(self._released & {job.key for job in jobs})

    def holds(self, job: TransferJob) -> str:
        """Why a job waits, in the words that end "3 photos wait …"; "" for one that may go."""
        if job.key in self._released or job.kind is not JobKind.LARGE:
            return ""
        if self.rules.at_depot:
            return FOR_THE_DEPOT
        today = self._today
        if job.again and today.again and today.again + job.bytes > AGAIN_BYTES:
            return FOR_TOMORROW
        # One goes each day in any case: a share that is used up by thumbnails, or smaller than a
        # picture, would keep it here for ever.
        return "" if not today.large or self._has_room(job.bytes) else FOR_TOMORROW

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
        most = self.rules.daily_bytes
        return not most or self._today.bytes + size <= most

    @property
    def _today(self) -> _Day:
        name = self._clock.now().astimezone().date().isoformat()
        return self._days.setdefault(name, _Day())

    async def _set_released(self, keys: set[str]) -> None:
        if keys != self._released:
            await self._secrets.put(_RELEASED, sorted(keys))
            self._released = keys


def _add(day: _Day, said: Mapping[str, Any]) -> None:
    """Add what was written down of a day, as far as it can be read."""
    for name in asdict(day):
        if isinstance(count := said.get(name), int):
            setattr(day, name, getattr(day, name) + count)
