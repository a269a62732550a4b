"""Figure 2: the power goes at any moment, and the disk keeps any part of what was not synced."""

import asyncio
import random
import shutil
from pathlib import Path

import pytest

from civictui.domain.ports import Account
from civictui.storage.keyring import Keyring
from civictui.storage.log import RecordLog
from civictui.storage.slots import COSTS, Locksmith
from civictui.storage.vault import DeviceVault
from tests.torture import scenarios
from tests.torture.conftest import Say
from tests.torture.counts import count
from tests.torture.cuts import Recording, cut_everywhere
from tests.torture.recorder import Recorder
from tests.torture.steps import Flat, new_world
from tests.torture.verdict import Tally

pytestmark = pytest.mark.torture

_OUTCOMES = count(6, 40)
"""Outcomes of a cut behind each change."""


@pytest.mark.parametrize("scenario", sorted(scenarios.MAKERS))
def test_power_cut(scenario: str, fast: Path, figure: Say) -> None:
    tally, seed = Tally(), 0
    while tally.tried < count(100, 7_500):
        with pytest.MonkeyPatch.context() as patch:
            recording = scenarios.MAKERS[scenario](fast / "store", seed, patch)
            tally.add(cut_everywhere(recording, fast / "cut", random.Random(seed), _OUTCOMES))
        shutil.rmtree(fast / "store")
        seed += 1
    figure(2, f"{tally.tried} power cuts, {scenario}: {tally}")
    assert tally.clean, tally.examples


def test_power_cut_in_the_life_after_a_kill(fast: Path, figure: Say) -> None:
    tally, kills = Tally(), count(40, 600)
    for seed in range(kills):
        verdict, recording = scenarios.of_second_life(fast / "store", seed)
        tally.note(verdict, f"[seed {seed}]")
        tally.add(cut_everywhere(recording, fast / "cut", random.Random(seed), count(3, 8)))
        for folder in fast.iterdir():
            shutil.rmtree(folder)
    figure(2, f"{tally.tried} power cuts after {kills} kills and a new start: {tally}")
    assert tally.clean, tally.examples


def test_power_cut_while_a_keyring_is_exchanged(fast: Path, figure: Say) -> None:
    recording, judge = scenarios.of_keyring(fast / "store")
    rng = random.Random(1)
    tally = cut_everywhere(recording, fast / "cut", rng, count(30, 300), judge)
    figure(2, f"{tally.tried} power cuts, keyring: {tally}")
    assert tally.clean, tally.examples


def test_power_cut_while_a_store_is_made(fast: Path, figure: Say) -> None:
    """There is no store yet, or a whole one, which the password opens."""
    account = Account("https://gateway.example.org", "gateway-1", "asha")
    (fast / "data").mkdir(mode=0o700)
    with Recorder(fast / "data") as recorder:
        asyncio.run(_make(fast / "data", account))
        recorder.acknowledge(1)
    recorder.check()
    (keys,) = fast.glob("data/u/*/keys")
    smith = Locksmith(COSTS[-1:], b"")
    key = Keyring.from_bytes(keys.read_bytes()).unlock("correct horse battery", smith)

    def judge(state: Path, steps: int, again: bool) -> str:
        stores = [path for path in state.glob("u/*") if not path.name.endswith(".new")]
        if steps and not stores:
            return "lost: the store is not there"
        for store in stores:
            if not (state / "device.json").exists():
                return "lost: the device's key, by which the store is found"
            store_id = Keyring.from_bytes((store / "keys").read_bytes()).store
            RecordLog.open(store, key, store_id, lambda _: None).close()
        return ""

    recording = Recording(recorder.changes, [new_world()], recorder.given)
    tally = cut_everywhere(recording, fast / "cut", random.Random(1), count(10, 100), judge)
    figure(2, f"{tally.tried} power cuts, making a store: {tally}")
    assert tally.clean, tally.examples


async def _make(folder: Path, account: Account) -> None:
    store = await DeviceVault(folder, Flat(), COSTS[-1:]).create(account, "correct horse battery")
    await store.close()
