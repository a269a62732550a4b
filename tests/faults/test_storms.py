"""The loop itself in bad weather: it comes through by itself, and says nothing that is not so."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from civictui.domain.errors import GatewayError
from civictui.domain.events import Event, SignInNeeded, SyncStateChanged
from civictui.domain.model import Query, RowState, SyncPhase, SyncState
from tests.faults.conftest import Say
from tests.faults.device import Device
from tests.faults.faults import (
    PASS,
    PORTAL,
    SESSION_OVER,
    Cut,
    Fault,
    Instead,
    Late,
    LoseAnswer,
    LoseRequest,
    Overtaken,
    Storm,
    Twice,
    WrongLength,
    busy,
    no_fault,
)
from tests.faults.messages import Request
from tests.faults.proxy import FaultProxy
from tests.faults.test_rounds import descriptions
from tests.site import PASSWORD, Terminal, Watch, all_sent
from tests.sync.test_loop import submitted
from tests.torture.counts import count

KINDS = (
    LoseRequest(),
    LoseAnswer(),
    Cut(30),
    Cut(300),
    Twice(),
    Late(0.01),
    Overtaken(),
    PORTAL,
    SESSION_OVER,
    busy(),
    busy(0, 429),
    WrongLength(+7),
    Instead(502, b"<html>", served=True),
)
REPORTS = 8


class Impatient:
    """Somebody who presses the key whenever it says that it waits, and signs in when it asks."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._loop = asyncio.get_running_loop()
        self._signing_in: asyncio.Task[None] | None = None
        self.watch = Watch(terminal)
        terminal.service.listen(self._hear)

    async def until_all_is_sent(self) -> None:
        await self.watch.until(lambda: all_sent(self._terminal))

    def _hear(self, event: Event) -> None:
        waits = {SyncPhase.OFFLINE, SyncPhase.WAITING}
        if isinstance(event, SyncStateChanged) and event.state.phase in waits:
            self._terminal.service.sync_now()
        if isinstance(event, SignInNeeded):
            self._loop.call_soon_threadsafe(self._begin)

    def _begin(self) -> None:
        if self._signing_in is None or self._signing_in.done():
            self._signing_in = self._loop.create_task(self._sign_in())

    async def _sign_in(self) -> None:
        while self._terminal.service.sync_state().phase is SyncPhase.NEEDS_SIGN_IN:
            with suppress(GatewayError):  # the storm goes on
                await self._terminal.service.sign_in_again(PASSWORD)
                return


@pytest.mark.torture
async def test_two_loops_of_one_user_in_a_storm(
    quick_keys: None, tmp_path: Path, proxy: FaultProxy, witness: Device, say: Say
) -> None:
    """A third of all requests meet a fault; both send and fetch at the same time."""
    terminals = [Terminal(tmp_path / name, proxy.origin) for name in ("first", "second")]
    persons = [Impatient(terminal) for terminal in terminals]
    told: list[str] = []
    met = 0
    for terminal in terminals:
        await terminal.service.sign_in("demo", PASSWORD)
    for seed in range(count(2, 60)):
        storm = proxy.judge = Storm(seed, 0.35, KINDS)
        for number in range(REPORTS):
            terminal = terminals[number % 2]
            told.append(f"{seed}/{number}")
            report = await submitted(terminal, told[-1], photo=number % 4 == 0)
            if await all_sent(terminal):
                assert (await terminal.service.reader.report(report)).state is RowState.SENT
        for person in persons:
            await person.until_all_is_sent()
        met += storm.faults
    await witness.sync()
    assert await descriptions(witness) == sorted(told)
    proxy.judge = no_fault
    for terminal, person in zip(terminals, persons, strict=True):
        terminal.service.sync_now()
        await person.watch.until(lambda terminal=terminal: _count(terminal, len(told)))  # type: ignore[misc]
        await terminal.service.lock()
    say(f"{len(told)} reports of two loops of one user through {met} faults: 0 lost, 0 doubled")


async def _count(terminal: Terminal, reports: int) -> bool:
    return len(await terminal.service.reader.find(Query())) == reports


async def test_the_time_that_the_server_names_is_kept(
    working: tuple[Terminal, Watch], proxy: FaultProxy
) -> None:
    terminal, watch = working
    await watch.until_phase(terminal, SyncPhase.IDLE)
    proxy.judge = lambda _: busy(120)
    before = terminal.clock.now()
    await submitted(terminal, "Waits")
    state = await watch.until_phase(terminal, SyncPhase.WAITING)
    assert state.next_try is not None
    assert 120 <= (state.next_try - before).total_seconds() < 180
    proxy.judge = no_fault
    terminal.service.sync_now()  # whoever is there need not wait
    await watch.until(lambda: all_sent(terminal))


async def test_each_try_that_failed_is_said_with_the_time_of_the_next(
    working: tuple[Terminal, Watch], proxy: FaultProxy
) -> None:
    terminal, watch = working
    await watch.until_phase(terminal, SyncPhase.IDLE)
    proxy.judge = lambda _: LoseRequest()
    await submitted(terminal, "Waits")
    saved = len(watch.states)
    offline = [SyncPhase.OFFLINE, SyncPhase.WAITING]

    def tries() -> list[SyncState]:
        return [state for state in watch.states[saved:] if state.phase in offline]

    await watch.until(lambda: len(tries()) >= 4)
    assert all(state.reason and state.next_try for state in tries())
    assert not any(state.unsent.nothing for state in tries())
    proxy.judge = no_fault
    await watch.until(lambda: all_sent(terminal))


async def test_a_session_that_ends_in_mid_sync_is_renewed_without_a_word(
    working: tuple[Terminal, Watch], proxy: FaultProxy
) -> None:
    terminal, watch = working
    await watch.until_phase(terminal, SyncPhase.IDLE)
    refused: list[str] = []

    def judge(request: Request) -> Fault:
        if "/db/" in request.path and request.path not in refused:
            refused.append(request.path)
            return SESSION_OVER
        return PASS

    proxy.judge = judge
    await submitted(terminal, "Sent all the same", photo=True)
    await watch.until(lambda: all_sent(terminal))
    assert refused
    assert not any(isinstance(event, SignInNeeded) for event in watch.events)
    assert "/v1/session/refresh" in [exchange.path for exchange in proxy.exchanges]


@pytest.mark.parametrize("fault", [PORTAL, busy(), busy(3600, 429), SESSION_OVER])
async def test_however_long_nothing_works_nothing_is_called_sent(
    working: tuple[Terminal, Watch], proxy: FaultProxy, fault: Fault
) -> None:
    terminal, watch = working
    await watch.until_phase(terminal, SyncPhase.IDLE)
    proxy.judge = lambda _: fault
    report = await submitted(terminal, "Waits")
    saved = len(watch.states)

    def told() -> int:
        return sum(bool(state.reason) for state in watch.states[saved:])

    for tries in range(1, 4):
        terminal.service.sync_now()
        await watch.until(lambda tries=tries: told() >= tries)  # type: ignore[misc]
    assert not any(state.unsent.nothing for state in watch.states[saved:])
    assert (await terminal.service.reader.report(report)).state is RowState.QUEUED
    proxy.judge = no_fault
    if terminal.service.sync_state().phase is SyncPhase.NEEDS_SIGN_IN:
        await terminal.service.sign_in_again(PASSWORD)
    terminal.service.sync_now()
    await watch.until(lambda: all_sent(terminal))
