"""How this terminal fares, told to the gateway where the person and the operator both want it.

Once a day the counts of the days before, and soon after a failure of the program its places in the
source. What they are made of see `log_lines`. An answer that was lost has the same told twice.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from civictui.couchdb.endpoint import Requests
from civictui.domain.crash import Crash
from civictui.domain.errors import CivicError
from civictui.domain.ports import Clock, OpenStore
from civictui.sync.log_lines import (
    REFUSED,
    Count,
    Line,
    counted,
    crash_line,
    day_of,
    known,
    line,
    read_counts,
    write_counts,
)
from civictui.sync.orders import Orders

PATH = "/v1/logs"
_CRASHES = "crashes"
"""The secret with the records of the program's failures."""
_KEPT = "client log"
"""The secret of what is to be told, and what was."""
MOST_LINES = 100
"""Counts of one request; with the crashes they stay well below 64 KiB."""
MOST_CRASHES = 5
"""Records of one request: others follow after the next round."""
_DAYS = 14
"""So many days are counted while nobody can be told."""
_LATER = 500


@dataclass(slots=True)
class _Kept:
    """`sent` is the day of the last counts, `told` the ids of crash records that were sent."""

    days: dict[str, dict[Count, int]] = field(default_factory=dict)
    sent: str = ""
    told: list[str] = field(default_factory=list)

    @classmethod
    def from_doc(cls, doc: Any) -> "_Kept":
        if not isinstance(doc, dict):
            return cls()
        told = doc.get("told")
        ids = [str(each) for each in told] if isinstance(told, list) else []
        return cls(read_counts(doc.get("days")), str(doc.get("sent", "")), ids)

    def to_doc(self) -> dict[str, Any]:
        return {"days": write_counts(self.days), "sent": self.sent, "told": self.told}


class ClientLogs:
    """Belongs to one event loop. Nothing is counted, kept or sent unless it is `wanted`."""

    def __init__(
        self, store: OpenStore, link: Requests, clock: Clock, orders: Orders, *, wanted: bool
    ) -> None:
        self._store = store
        self._link = link
        self._clock = clock
        self._orders = orders
        self._wanted = wanted
        self._refused = False
        """Whether the gateway has said no in this session."""

    @property
    def _goes(self) -> bool:
        return self._wanted and self._orders.policy.client_logs and not self._refused

    async def count(self, error: CivicError) -> None:
        """The sync has met a trouble that is no longer the one before."""
        if not self._goes:
            return
        with suppress(CivicError):
            kept = await self._kept()
            day = kept.days.setdefault(self._today, {})
            day[counted(error)] = day.get(counted(error), 0) + 1
            kept.days = dict(sorted(kept.days.items())[-_DAYS:])
            await self._keep(kept)

    async def tell(self) -> None:
        """After a round, which it never makes fail."""
        if self._goes:
            with suppress(CivicError):
                await self._tell()

    async def _tell(self) -> None:
        kept, today = await self._kept(), self._today
        records = await self._crashes()
        crashes = [crash for crash in records if crash.id not in kept.told][:MOST_CRASHES]
        daily = kept.sent != today
        if not (daily or crashes):
            return
        lines = [crash_line(crash, today) for crash in crashes]
        lines += (await self._daily(kept, today))[:MOST_LINES] if daily else []
        if lines and not await self._sent(lines):
            return
        here = {crash.id for crash in records}
        kept.told = [each for each in [*kept.told, *(c.id for c in crashes)] if each in here]
        if daily:
            kept.sent = today
            kept.days = {day: counts for day, counts in kept.days.items() if day >= today}
        await self._keep(kept)

    async def _daily(self, kept: _Kept, today: str) -> list[Line]:
        """The counts of days that are over, and what is refused as of now."""
        over = [
            line(day, count, number)
            for day, counts in kept.days.items()
            for count, number in counts.items()
            if day < today
        ]
        refused: dict[str, int] = {}
        for waiting in await self._store.state.waiting():
            if waiting.reason:
                code = known(waiting.code)
                refused[code] = refused.get(code, 0) + 1
        return over + [line(today, (REFUSED, code), number) for code, number in refused.items()]

    async def _sent(self, lines: Sequence[Line]) -> bool:
        reply = await self._link.request("POST", PATH, json={"lines": list(lines)})
        self._refused = reply.status not in {200, 204, 429} and reply.status < _LATER
        return reply.status in {200, 204}

    async def _crashes(self) -> list[Crash]:
        kept = await self._store.secrets.get(_CRASHES)
        docs = kept if isinstance(kept, list) else []
        return [Crash.from_doc(doc) for doc in docs if isinstance(doc, dict)]

    async def _kept(self) -> _Kept:
        return _Kept.from_doc(await self._store.secrets.get(_KEPT))

    async def _keep(self, kept: _Kept) -> None:
        await self._store.secrets.put(_KEPT, kept.to_doc())

    @property
    def _today(self) -> str:
        return day_of(self._clock.now())
