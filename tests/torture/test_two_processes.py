"""Figure 20: one process a store; whoever comes second is refused, and nothing is damaged."""

import random
import select
from pathlib import Path

import pytest

from civictui.storage.slots import COSTS
from civictui.storage.vault import DeviceVault
from tests.torture.conftest import Say, Start
from tests.torture.counts import count
from tests.torture.people import PASSWORD
from tests.torture.person import ORIGIN
from tests.torture.steps import Flat

pytestmark = pytest.mark.torture


async def _reports(data: Path) -> set[str]:
    store = await DeviceVault(data, Flat(), COSTS[-1:]).unlock(ORIGIN, "asha", PASSWORD)
    assert store.notice == ""
    found = [change.id for change in (await store.endpoint.changes(0, limit=100_000)).rows]
    await store.close()
    return set(found)


async def test_the_second_is_refused_until_the_first_is_gone(
    tmp_path: Path, start: Start, figure: Say
) -> None:
    first, second = (start(tmp_path / "data", tmp_path / name) for name in "ab")
    assert first.order("work") == "ready"
    said = second.order("work")
    assert said.startswith("StoreBusy")
    assert str(first.pid) in said
    saved = first.order("more")
    first.kill()
    assert second.order("work") == "ready"
    third = start(tmp_path / "data", tmp_path / "c")
    taken = third.order("take")
    assert taken == "ready"
    second.kill()
    more = third.order("more")
    third.leave()
    assert {saved, more, "r1"} <= await _reports(tmp_path / "data")
    figure(20, "the second refused, let in after kill -9 of the first, taken over by a third")


async def test_many_at_once(tmp_path: Path, start: Start, figure: Say) -> None:
    """Processes open, save and close as fast as they can; some are killed and replaced."""
    rng, kills = random.Random(20), 0
    said: list[str] = []
    processes = [start(tmp_path / "data", tmp_path / str(n)) for n in range(3)]
    for process in processes:
        process.begin("contend")
    while len(said) < count(30, 600):
        streams = {process.output: process for process in processes}
        said += [streams[stream].hear() for stream in select.select(list(streams), [], [])[0]]
        if rng.random() < 0.1:
            kills += 1
            victim = processes.pop(rng.randrange(len(processes)))
            said += victim.kill().split()
            processes.append(start(tmp_path / "data", tmp_path / f"k{kills}"))
            processes[-1].begin("contend")
    for process in processes:
        said += process.kill().split()
    lost = set(said) - await _reports(tmp_path / "data")
    figure(20, f"{len(said)} reports by 3 processes at once, {kills} kills: {len(lost)} lost")
    assert not lost
