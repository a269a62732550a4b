"""How this terminal fares, told to the gateway where the person and the operator both want it.

Once a day the counts of the days before, and soon after a failure of the program its places in the
source. What they are made of see `log_lines`; that an answer is lost counts nothing twice, see
`log_batch`.
"""

from contextlib import suppress

from civictui.couchdb.endpoint import Requests
from civictui.domain.crash import Crash
from civictui.domain.errors import CivicError
from civictui.domain.ports import Clock, OpenStore
from civictui.sync.log_batch import Batch, Kept
from civictui.sync.log_lines import REFUSED, Count, counted, day_of, known
from civictui.sync.orders import QUIET_SECONDS, Orders

PATH = "/v1/logs"
_CRASHES = "crashes"
"""The secret with the records of the program's failures."""
_KEPT = "client log"
"""The secret of what is to be told, and what was."""
MOST_CRASHES = 5
"""Records of one request: others follow after the next round."""
_DAYS = 14
"""So many days are counted while nobody can be told."""
_LATER = 500


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
        kept, records = await self._kept(), await self._crashes()
        if kept.batch is None:
            if not await self._gathered(kept, records):
                return
            await self._keep(kept)
        if kept.batch and await self._taken(kept.batch, records):
            kept.batch = None
            await self._keep(kept)

    async def _gathered(self, kept: Kept, records: list[Crash]) -> bool:
        """Make a batch of what is due; gives whether anything of what is kept is another now."""
        today = self._today
        crashes = [crash.id for crash in records if crash.id not in kept.told][:MOST_CRASHES]
        daily = kept.sent != today
        if not (daily or crashes):
            return False
        counts = await self._due(kept, today) if daily else {}
        here = {crash.id for crash in records}
        kept.told = [each for each in [*kept.told, *crashes] if each in here]
        kept.sent = today
        kept.batch = Batch(counts, crashes) if counts or crashes else None
        return True

    async def _due(self, kept: Kept, today: str) -> dict[str, dict[Count, int]]:
        """The counts of days that are over, which are kept no more, and what is refused now."""
        over = {day: counts for day, counts in kept.days.items() if day < today}
        kept.days = {day: counts for day, counts in kept.days.items() if day >= today}
        refused: dict[Count, int] = {}
        for waiting in await self._store.state.waiting():
            if waiting.reason:
                count = REFUSED, known(waiting.code)
                refused[count] = refused.get(count, 0) + 1
        return {**over, today: refused} if refused else over

    async def _taken(self, batch: Batch, records: list[Crash]) -> bool:
        """Whether the gateway has these lines, or none is left of them."""
        lines = batch.lines(records, self._today)
        if not lines:
            return True
        body = {"lines": lines, "batch": batch.name}
        reply = await self._link.request("POST", PATH, json=body, silence=QUIET_SECONDS)
        self._refused = reply.status not in {200, 204, 429} and reply.status < _LATER
        return reply.status in {200, 204}

    async def _crashes(self) -> list[Crash]:
        kept = await self._store.secrets.get(_CRASHES)
        docs = kept if isinstance(kept, list) else []
        return [Crash.from_doc(doc) for doc in docs if isinstance(doc, dict)]

    async def _kept(self) -> Kept:
        return Kept.from_doc(await self._store.secrets.get(_KEPT))

    async def _keep(self, kept: Kept) -> None:
        await self._store.secrets.put(_KEPT, kept.to_doc())

    @property
    def _today(self) -> str:
        return day_of(self._clock.now())
