"""What a sync costs on the wire, without TLS: every byte of every request and answer counts."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from civictui.domain.model import SyncPhase
from tests.faults.conftest import Say
from tests.faults.proxy import Exchange, FaultProxy
from tests.site import Terminal, Watch, all_sent
from tests.sync.test_loop import submitted

NO_CHANGE = (2, 1000)
ONE_REPORT = (4, 3500)
"""Requests, and bytes of both directions together."""
_ROUNDS = 5


class Meter:
    """Counts from a moment when the loop is at rest to the next one."""

    def __init__(self, terminal: Terminal, proxy: FaultProxy) -> None:
        self.terminal = terminal
        self._proxy = proxy
        loop = asyncio.get_running_loop()
        terminal.service.listen(lambda _: loop.call_soon_threadsafe(proxy.tell))

    async def rest(self) -> None:
        """Idle, with nothing under way but the request that waits for news."""

        def at_rest() -> bool:
            open_ones = [exchange for exchange in self._proxy.exchanges if not exchange.ended]
            held = [exchange for exchange in open_ones if "longpoll" in exchange.path]
            idle = self.terminal.service.sync_state().phase is SyncPhase.IDLE
            return idle and len(open_ones) == len(held) == 1

        async with asyncio.timeout(30):
            while not at_rest():
                await self._proxy.changed()

    async def cost(self, deed: Callable[[], Awaitable[object]]) -> tuple[int, int, list[Exchange]]:
        """Requests and bytes until the loop is at rest again, answers to held requests included."""
        await self.rest()
        requests, size = len(self._proxy.exchanges), self._proxy.bytes
        await deed()
        await self.rest()
        made = self._proxy.exchanges[requests:]
        return len(made), self._proxy.bytes - size, made


@pytest.fixture
async def meter(working: tuple[Terminal, Watch], proxy: FaultProxy) -> Meter:
    """In a running session: signed in, synced, and one report sent already."""
    terminal, watch = working
    meter = Meter(terminal, proxy)
    await meter.rest()  # or what the terminal holds is told once with this report, and once without
    await submitted(terminal, "The first of the day")
    await watch.until(lambda: all_sent(terminal))
    await meter.rest()
    return meter


async def test_a_sync_without_changes(meter: Meter, say: Say) -> None:
    watch = Watch(meter.terminal)

    async def sync() -> None:
        seen = len(watch.states)
        meter.terminal.service.sync_now()
        await watch.until(lambda: SyncPhase.IDLE in [s.phase for s in watch.states[seen:]])

    costs = [await meter.cost(sync) for _ in range(_ROUNDS)]
    requests, size = max(cost[0] for cost in costs), max(cost[1] for cost in costs)
    say(f"a sync without changes: {requests} requests, {size} bytes both ways together")
    assert requests <= NO_CHANGE[0], costs
    assert size <= NO_CHANGE[1], costs


async def test_one_new_report_and_its_echo(meter: Meter, say: Say) -> None:
    watch = Watch(meter.terminal)

    async def report() -> None:
        await submitted(meter.terminal, "Street light out at the corner of Hill Street")
        await watch.until(lambda: all_sent(meter.terminal))

    costs = [await meter.cost(report) for _ in range(_ROUNDS)]
    requests, size = max(cost[0] for cost in costs), max(cost[1] for cost in costs)
    say(f"one new report and its echo: {requests} requests, {size} bytes both ways together")
    assert requests <= ONE_REPORT[0], costs
    assert size <= ONE_REPORT[1], costs
