"""Watch over a pull: where a server deletes much at once, a person is asked first.

A mistake in the office (a database emptied, a wrong filter) would otherwise empty every terminal
within a minute. What somebody here has deleted is not living here any more, and does not count.

What was counted and what a person was asked lie in the store: who starts anew, or runs one sync
after another, is asked as if the program had run on.
"""

from collections import deque
from collections.abc import Sequence

from civictui.domain.errors import GatewayError
from civictui.domain.model import Doc
from civictui.domain.ports import Change, Clock, Reader, Secrets
from civictui.sync.vanishing import vanishing

FEW = 20
SHARE = 0.2
"""So many deletions, or so great a part of what is here, are nothing unusual."""
WINDOW_SECONDS = 3600.0
BEYOND = 0.1
"""By so great a part more may go than the person was shown: the rest is another question."""
_MEMORY = "deletions"
"""The secret {"past": [[Unix time, count], ...], "shown": count}."""
_TOGETHER_SECONDS = 60.0
"""Batches of so long a time are one entry of what is remembered."""


class HeldBack(GatewayError):
    """A batch that would delete `count` of `living` reports; nothing of it was written."""

    def __init__(self, count: int, living: int) -> None:
        super().__init__(
            f"The server deletes {count} of the {living} reports on this terminal",
            "None of them is deleted here until you agree.",
        )
        self.count = count
        self.living = living


class DeletionWatch:
    """Counts what pulls delete, over the last hour."""

    def __init__(self, reader: Reader, secrets: Secrets, clock: Clock) -> None:
        self._reader = reader
        self._secrets = secrets
        self._clock = clock
        self._past: deque[tuple[float, int]] | None = None
        self._shown = 0
        self._allowed = False

    async def watch(self, docs: Sequence[Doc]) -> None:
        """Raises HeldBack for the batch that crosses the line; `docs` are about to be written."""
        await self._weigh(await vanishing(docs, self._reader))

    async def gone_by(self, rows: Sequence[Change]) -> int:
        """How many of the reports that are here would go, as far as these rows say."""
        deleted = [row.id for row in rows if row.deleted]
        return len(await self._reader.rows(deleted)) if deleted else 0

    def allow(self) -> None:
        """Let pass what comes until `conclude`: the person agreed to what was shown.

        Much more than that is asked about again. Where no number was shown there is no bound.
        """
        self._allowed = True

    async def ask_about(self, held: HeldBack, ahead: int) -> HeldBack:
        """The question to be shown: `ahead` is what the rest of the feed deletes, `held` too."""
        count = max(held.count, await self._lately() + ahead)
        return await self._question(count, held.living)

    async def conclude(self) -> None:
        """A pull came to its end: what was allowed is done, and counts no more."""
        past = await self._remembered()
        if self._allowed:
            past.clear()
        if self._allowed or self._shown:
            self._allowed, self._shown = False, 0
            await self._remember(past)

    # --- the line ----------------------------------------------------------------------------

    async def _weigh(self, count: int) -> None:
        """Count what a batch deletes, before it does. Raises HeldBack."""
        if not count:
            return
        before = await self._lately()
        together, living = before + count, await self._reader.count() + before
        if together >= FEW and together > SHARE * living and not self._agreed_to(together):
            raise await self._question(together, living)
        past, now = await self._remembered(), self._clock.monotonic()
        if past and now - past[-1][0] < _TOGETHER_SECONDS:
            past[-1] = (past[-1][0], past[-1][1] + count)
        else:
            past.append((now, count))
        await self._remember(past)

    def _agreed_to(self, count: int) -> bool:
        return self._allowed and (not self._shown or count <= self._shown * (1 + BEYOND))

    async def _question(self, count: int, living: int) -> HeldBack:
        self._allowed, self._shown = False, count
        await self._remember(await self._remembered())
        return HeldBack(count, living)

    async def _lately(self) -> int:
        """How many went in the last hour."""
        past, now = await self._remembered(), self._clock.monotonic()
        while past and past[0][0] < now - WINDOW_SECONDS:
            past.popleft()
        return sum(count for _, count in past)

    # --- what outlasts a restart -------------------------------------------------------------

    async def _remembered(self) -> deque[tuple[float, int]]:
        """What went, by the monotonic clock; what another run noted by how long ago it was."""
        if self._past is None:
            kept = await self._secrets.get(_MEMORY) or {}
            now, time = self._clock.monotonic(), self._clock.now().timestamp()
            past = [(now - max(0.0, time - at), count) for at, count in kept.get("past", ())]
            self._past, self._shown = deque(past), kept.get("shown", 0)
        return self._past

    async def _remember(self, past: deque[tuple[float, int]]) -> None:
        ahead = self._clock.now().timestamp() - self._clock.monotonic()
        kept = [[at + ahead, count] for at, count in past]
        await self._secrets.put(_MEMORY, {"past": kept, "shown": self._shown})
