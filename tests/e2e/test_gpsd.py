"""Where the terminal is, by a real gpsd and recorded receivers: a fix, or the reason why not."""

import asyncio
import math
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from civictui.domain.errors import NoFix
from civictui.domain.model import Fix, read_time
from civictui.geo.receiver.gpsd import Gpsd
from tests.conftest import MovableClock
from tests.e2e.receiver import playing

pytestmark = pytest.mark.e2e

LITHUANIA = (55.78, 55.80, 23.56, 23.58)
BIELEFELD = (52.01, 52.03, 8.52, 8.55)


def is_in(fix: Fix, box: tuple[float, float, float, float]) -> bool:
    south, north, west, east = box
    point = fix.point
    return south <= point.latitude <= north and west <= point.longitude <= east


async def fix_of(receiver: Gpsd, told: Callable[[str], object] = lambda words: None) -> Fix:
    """With a patience that a test ends by its clock; the bound ends one that would never end."""
    return await asyncio.wait_for(receiver.fix(60.0, told), 60.0)


def passes(clock: MovableClock, when: str, told: list[str]) -> Callable[[str], None]:
    """Have the patience end when these words are told: no test waits for it."""

    def hear(words: str) -> None:
        told.append(words)
        if when in words:
            clock.move(1000.0)

    return hear


@pytest.mark.parametrize(("log", "box"), [("bt451", LITHUANIA), ("blumax-gps009", BIELEFELD)])
async def test_a_receiver_with_a_fix_gives_it(
    log: str, box: tuple[float, float, float, float], tmp_path: Path, clock: MovableClock
) -> None:
    with playing(log, tmp_path) as address:
        fix = await fix_of(Gpsd(address, clock, settling=0.0))
    assert is_in(fix, box)
    assert fix.source == "gps"
    assert read_time(fix.at) == clock.now(), "by the device's clock: the receiver's is years off"


async def test_a_better_fix_is_waited_for(tmp_path: Path, clock: MovableClock) -> None:
    """Of this log the first is good for 93 m, the later ones for 23 m."""
    with playing("blumax-gps009", tmp_path) as address:
        receiver = Gpsd(address, clock, good_meters=25.0, settling=math.inf)
        fix = await fix_of(receiver)
    assert is_in(fix, BIELEFELD)
    assert fix.accuracy == pytest.approx(22.8, abs=1.0)
    assert fix.satellites in (None, *range(3, 13)), "SKY may come after it"


async def test_a_receiver_that_never_has_a_fix_says_so(tmp_path: Path, clock: MovableClock) -> None:
    told: list[str] = []
    with playing("skytraq", tmp_path) as address:
        hear = passes(clock, "no fix yet", told)
        with pytest.raises(NoFix, match="No fix yet") as caught:
            await fix_of(Gpsd(address, clock), hear)
    assert caught.value.advice
    assert told[0] == "asking gpsd"


async def test_a_fix_that_is_lost_is_no_fix(tmp_path: Path, clock: MovableClock) -> None:
    """When the log begins again, the receiver has none any more."""
    told: list[str] = []
    with playing("blumax-gps009", tmp_path) as address:
        hear = passes(clock, "the fix was lost", told)
        receiver = Gpsd(address, clock, good_meters=0.0, settling=math.inf)
        with pytest.raises(NoFix, match="The fix was lost"):
            await fix_of(receiver, hear)
    assert any("a fix good for" in words for words in told)


async def test_a_gpsd_that_ends_is_told(tmp_path: Path, clock: MovableClock) -> None:
    with playing("skytraq", tmp_path) as address:
        pass
    with pytest.raises(NoFix, match="Gpsd does not answer"):
        await fix_of(Gpsd(address, clock))


async def test_several_are_no_trouble_to_each_other(tmp_path: Path, clock: MovableClock) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    with playing("bt451", folders[0]) as one, playing("blumax-gps009", folders[1]) as two:
        first = await fix_of(Gpsd(one, clock, settling=0.0))
        second = await fix_of(Gpsd(two, clock, settling=0.0))
    assert is_in(first, LITHUANIA)
    assert is_in(second, BIELEFELD)
    assert clock.now() - (read_time(first.at) or clock.now()) < timedelta(seconds=10)
