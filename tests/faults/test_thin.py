"""A thin line and a full server: what is seen first, how it goes on, and what a break costs."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from civictui.domain.ids import new_id
from civictui.domain.model import Doc, Query, SyncPhase, SyncState, now_text
from civictui.gateway import provisioning
from tests.conftest import MovableClock
from tests.faults.conftest import Say
from tests.faults.faults import PASS, Fault, Late, no_fault
from tests.faults.line import Line, seconds_on
from tests.faults.messages import Request
from tests.faults.proxy import FaultProxy
from tests.site import PASSWORD, Site, Terminal, Watch
from tests.torture.counts import FULL, count

DOCUMENTS = count(400, 10_000)
NEWEST = 20
BITS, ROUND_TRIP = 16_000, 0.9
SECONDS = 15.0
_WORDS = """
    pothole street light out broken bench graffiti on the wall of bridge near corner school park
    water leaks from hydrant since morning dangerous for children please repair overflowing bin
    fallen tree blocks lane sign is missing noise at night paint faded crossing kerb
""".strip().split()  # fifty words are read more easily than a list of them


def reports(number: int) -> list[Doc]:
    """Made-up reports, each a minute after the one before, as long and as varied as real ones."""
    rng, clock = random.Random(number), MovableClock()
    return [_report(rng, clock) for _ in range(number)]


def _report(rng: random.Random, clock: MovableClock) -> Doc:
    clock.move(60)
    return {
        "_id": new_id(clock.now()),
        "type": "report",
        "reportedBy": "asha",
        "reportedDateTime": now_text(clock.now()),
        "problemDescription": " ".join(rng.choices(_WORDS, k=rng.randint(5, 40))),
        "category": rng.choice(_WORDS),
        "status": rng.choice(("open", "closed")),
        "address": f"{rng.randint(1, 400)} {rng.choice(_WORDS).capitalize()} Street",
        "geoLocation": {
            "type": "Point",
            "coordinates": [round(rng.uniform(8, 9), 6), round(rng.uniform(47, 48), 6)],
        },
        "number": rng.randint(10**8, 10**9),
    }


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "gateway")


@pytest.fixture
async def newest(site: Site) -> AsyncIterator[set[str]]:
    """A gateway with all the reports; the ids of the last of them."""
    docs = reports(DOCUMENTS)
    provisioning.load(provisioning.open_folder(site.folder), docs, {})
    await asyncio.to_thread(site.start)
    yield {doc["_id"] for doc in docs[-NEWEST:]}
    await asyncio.to_thread(site.stop)


@pytest.fixture
async def terminal(
    quick_keys: None, newest: set[str], tmp_path: Path, proxy: FaultProxy
) -> AsyncIterator[Terminal]:
    terminal = Terminal(tmp_path / "terminal", proxy.origin)
    yield terminal
    await terminal.service.lock()


class Gate:
    """Lets requests pass until the `last` has been seen, and holds those that come after it."""

    def __init__(
        self,
        last: Callable[[Request], bool],
        holds: Callable[[Request], bool] = lambda _: True,
    ) -> None:
        self._last = last
        self._holds = holds
        self._open = asyncio.Event()
        self._shut = False
        self.held = asyncio.Event()

    def __call__(self, request: Request) -> Fault:
        if self._shut and self._holds(request):
            self.held.set()
            return Late(0, self._wait)
        self._shut = self._shut or self._last(request)
        return PASS

    async def _wait(self, _: float) -> None:
        await self._open.wait()


async def _shown(terminal: Terminal) -> set[str]:
    return set(await terminal.service.reader.find(Query(limit=NEWEST)))


async def test_the_newest_reports_are_seen_before_anything_else_comes(
    terminal: Terminal, newest: set[str], proxy: FaultProxy, say: Say
) -> None:
    """Their bytes and round trips, one after the other on the thin line, are in time."""
    gate = Gate(lambda request: "descending=true" in request.path)
    proxy.judge = gate
    watch = Watch(terminal)
    await terminal.service.sign_in("demo", PASSWORD)
    await watch.until(lambda: _has(terminal, newest))
    assert await terminal.service.reader.count() == NEWEST
    passed = [exchange for exchange in proxy.exchanges if exchange.received]
    seconds = seconds_on(passed, BITS, ROUND_TRIP, connections=proxy.connections)
    say(
        f"the {NEWEST} newest of {DOCUMENTS} at {BITS} bit/s, {ROUND_TRIP} s: "
        f"{len(passed)} requests, {proxy.bytes} bytes, computed {seconds:.1f} s"
    )
    assert seconds < SECONDS


async def _has(terminal: Terminal, newest: set[str]) -> bool:
    return newest <= await _shown(terminal)


@pytest.mark.torture
@pytest.mark.skipif(not FULL, reason="it takes the time that it measures")
async def test_the_newest_reports_are_seen_in_time_on_a_line_that_is_thin(
    terminal: Terminal, newest: set[str], proxy: FaultProxy, say: Say
) -> None:
    proxy.line = Line(BITS, ROUND_TRIP)
    loop = asyncio.get_running_loop()
    watch, began = Watch(terminal), loop.time()
    await terminal.service.sign_in("demo", PASSWORD)
    await watch.until(lambda: _has(terminal, newest))
    took = loop.time() - began
    say(
        f"the {NEWEST} newest of {DOCUMENTS} at {BITS // 1000} kbit/s, {ROUND_TRIP} s: {took:.1f} s"
    )
    assert took < SECONDS


def _pulling(watch: Watch) -> list[SyncState]:
    return [state for state in watch.states if state.phase is SyncPhase.PULLING and state.total]


async def _synced(terminal: Terminal, watch: Watch) -> None:
    await watch.until(lambda: _idle_with_all(terminal))


async def _idle_with_all(terminal: Terminal) -> bool:
    idle = terminal.service.sync_state().phase is SyncPhase.IDLE
    return idle and await terminal.service.reader.count() == DOCUMENTS


async def test_progress_never_falls_and_is_whole_at_the_end(
    terminal: Terminal, proxy: FaultProxy, say: Say
) -> None:
    if FULL:
        proxy.line = Line(10_000_000, 0.02)
    watch = Watch(terminal)
    await terminal.service.sign_in("demo", PASSWORD)
    await _synced(terminal, watch)
    states = _pulling(watch)
    shares = [state.done / state.total for state in states]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(set(shares)) > 2
    received = [state.received_bytes for state in watch.states]
    assert received == sorted(received)
    size = sum(exchange.received for exchange in proxy.exchanges)
    assert size * 0.9 < received[-1] <= size * 1.1, "as many bytes as were on the wire"
    say(f"progress over {DOCUMENTS} documents: {len(set(shares))} steps, none down, the last 100 %")


async def test_a_sync_that_was_broken_off_goes_on_where_it_was(
    terminal: Terminal, tmp_path: Path, proxy: FaultProxy, say: Say
) -> None:
    whole = await _bytes_of_a_whole_sync(tmp_path, proxy)
    pages, last = iter(range(100)), count(2, 7)
    gate = Gate(
        last=lambda request: "since=" in request.path and next(pages) == last,
        holds=lambda request: "since=" in request.path,
    )
    proxy.judge = gate
    await terminal.service.sign_in("demo", PASSWORD)
    await gate.held.wait()
    await terminal.service.lock()
    proxy.judge = no_fault
    proxy.forget()
    watch = Watch(terminal)
    await terminal.service.sign_in("demo", PASSWORD)
    here = await terminal.service.reader.count()
    await _synced(terminal, watch)
    say(f"broken off with {here} of {DOCUMENTS} documents: the rest took "
        f"{proxy.bytes / whole:.0%} of the bytes of a whole sync")  # fmt: skip
    assert NEWEST < here < DOCUMENTS
    (first, *_) = (exchange for exchange in proxy.exchanges if "since=" in exchange.path)
    assert "since=0&" not in first.path
    # What may come twice: the newest, and what the server was not yet told of.
    most = DOCUMENTS - here + NEWEST + min(here, 2000)
    assert proxy.bytes < whole * most / DOCUMENTS * 1.1 + 3000


async def _bytes_of_a_whole_sync(tmp_path: Path, proxy: FaultProxy) -> int:
    other = Terminal(tmp_path / "other", proxy.origin)
    watch = Watch(other)
    await other.service.sign_in("demo", PASSWORD)
    await _synced(other, watch)
    await other.service.lock()
    size = proxy.bytes
    proxy.forget()
    return size
