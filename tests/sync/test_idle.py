"""What an idle loop costs and notices: servers that hold no request, deletions taken back."""

from pathlib import Path

import pytest

from civictui.clock import SystemClock
from civictui.domain.model import SyncPhase
from civictui.domain.revtree import next_revision
from civictui.sync import hearing, work
from civictui.sync.hearing import LEAST_SECONDS, LISTEN_SECONDS
from tests.faults.hostile import Between
from tests.site import PASSWORD, Terminal, Watch, all_sent
from tests.sync.test_loop import submitted
from tests.sync.test_rounds import Remote, Walk, terminal

__all__ = ["terminal"]


# --- a server that does not hold the request for news --------------------------------------------


async def test_a_server_that_holds_no_request_is_asked_less_and_less(
    tmp_path: Path, between: Between, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    doubled = hearing._doubled

    def short(seconds: float, times: int) -> float:
        pauses.append(doubled(seconds, times))
        return 0.0

    monkeypatch.setattr(hearing, "_doubled", short)
    monkeypatch.setattr(SystemClock, "monotonic", lambda _: 1000.0)  # each answer comes at once
    near = Terminal(tmp_path / "near", between.origin)
    watch = Watch(near)
    await near.service.sign_in("demo", PASSWORD)
    await watch.until_phase(near, SyncPhase.IDLE)
    nothing = {"results": [], "last_seq": 0, "pending": 0}
    between.rule = lambda _, path: (200, nothing) if "_changes" in path else None
    near.service.sync_now()
    await watch.until(lambda: len(pauses) > 12)
    expected = [min(LISTEN_SECONDS, LEAST_SECONDS * 2**n) for n in range(12)]
    assert pauses[:12] == expected
    seen = len(pauses)
    near.service.sync_now()
    await watch.until(lambda: LEAST_SECONDS in pauses[seen:])
    await near.service.lock()


# --- deletions that are taken back ---------------------------------------------------------------


async def held(terminal: Terminal) -> Walk:
    walk = Walk(terminal, Remote(100))
    await walk.round.run()
    for n in range(60):
        walk.remote.end(f"r{n:03}")
    await walk.round.run()
    assert walk.held == 60
    walk.remote.pages.clear()
    return walk


async def test_what_is_held_is_looked_at_without_bodies(terminal: Terminal) -> None:
    walk = await held(terminal)
    walk.remote.make("new", {"type": "report"})
    for _ in range(3):
        await walk.round.run(pull=False, look=True)
    assert walk.held == 60
    assert len(walk.remote.pages) == 3
    assert not any(page.get("include_docs") for page in walk.remote.pages)


async def test_what_the_server_takes_back_is_held_no_more(terminal: Terminal) -> None:
    walk = await held(terminal)
    for n in range(60):
        key = f"r{n:03}"
        leaf = walk.remote.trees[key].leaves()[0]
        again = {"type": "report", "problemDescription": "Back"}
        walk.remote._take(key, [next_revision(leaf, False, again), leaf], again, deleted=False)
    await walk.round.run(pull=False)
    assert walk.held == 60
    await walk.round.run(pull=False, look=True)
    assert walk.held == 0
    assert await terminal.store.reader.count() == 100


@pytest.mark.parametrize("paused", [True, False])
async def test_the_loop_looks_again_after_a_while_and_after_a_pause(
    one: Terminal, two: Terminal, monkeypatch: pytest.MonkeyPatch, paused: bool
) -> None:
    first, second = Watch(one), Watch(two)
    await one.service.sign_in("demo", PASSWORD)
    reports = [await submitted(one, f"Report {n}") for n in range(25)]
    await first.until(lambda: all_sent(one))
    await two.service.sign_in("asha", PASSWORD)
    await second.until_phase(two, SyncPhase.IDLE)
    await two.service.lock()
    for report in reports:
        await one.service.withdraw(report)
    await first.until(lambda: all_sent(one))

    if not paused:
        monkeypatch.setattr(work, "LISTEN_SECONDS", 0.05)
    await two.service.sign_in("asha", PASSWORD)
    await second.until_phase(two, SyncPhase.HELD)
    for report in reports:
        version, *_ = await one.store.reader.versions(report)
        await one.service.restore(report, version.rev)
    await first.until(lambda: all_sent(one))
    if paused:
        two.service.pause_sync()
        await second.until_phase(two, SyncPhase.PAUSED)
        two.service.resume_sync()
    await second.until_phase(two, SyncPhase.IDLE)

    async def all_are_back() -> bool:
        return await two.store.reader.count() == 25

    await second.until(all_are_back)  # it may have looked when some of them were
