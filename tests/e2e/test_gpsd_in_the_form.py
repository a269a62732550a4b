"""The form of a new report, with a real gpsd: it gets the position, or the reason why not."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from civictui.domain.model import Fix
from civictui.geo.receiver.gpsd import Gpsd
from tests.conftest import MovableClock
from tests.e2e.processes import Gateway, Terminal
from tests.e2e.receiver import playing
from tests.e2e.screen import AppScreen, data_folder
from tests.fakes import FakeService
from tests.screens.form_stage import begin, says, value
from tests.stage import stage

pytestmark = pytest.mark.e2e

F4 = "\x1bOS"
NOWHERE = "127.0.0.1:9"
"""Discard's port: nobody listens there."""


@contextmanager
def new_report(gateway: Gateway, one: Terminal, gpsd: str) -> Iterator[AppScreen]:
    """The program at the form of a new report, with a gpsd at that address."""
    one.sync(gateway)
    place = ("--server", gateway.server, *data_folder(one.folder))
    screen = AppScreen.start(*place, CIVICTUI_GPSD=gpsd)
    try:
        screen.sign_in("demo")
        screen.wait_for("Reports 505")
        screen.press("n")
        screen.wait_for("New report")
        yield screen
    finally:
        if screen.status is None:
            screen.kill()


def test_the_form_gets_the_position(gateway: Gateway, one: Terminal, tmp_path: Path) -> None:
    folder = tmp_path / "receiver"
    folder.mkdir()
    with playing("bt451", folder, pause=0.1) as gpsd, new_report(gateway, one, gpsd) as screen:
        screen.press(F4)
        place = re.compile(r"55\.7[89]\d{4}, 23\.5[67]\d{4}")
        screen.wait_until(lambda: place.search(screen.text) is not None, "the position")
        screen.wait_for("gps", " m, measured")


def test_the_form_says_that_there_is_no_gpsd(gateway: Gateway, one: Terminal) -> None:
    with new_report(gateway, one, NOWHERE) as screen:
        screen.press(F4)
        screen.wait_for(f"Gpsd does not answer at {NOWHERE}")


@dataclass
class Positioned(FakeService):
    """Its receiver is a gpsd; the patience ends when these words are told."""

    gpsd: str = ""
    impatient_at: str = ""
    clock: MovableClock = field(default_factory=MovableClock)

    async def locate(self, told: Callable[[str], object]) -> Fix:
        def hear(words: str) -> None:
            told(words)
            if self.impatient_at in words:
                self.clock.move(1000.0)

        receiver = Gpsd(self.gpsd, self.clock, good_meters=0.0, settling=1e9)
        return await receiver.fix(60.0, hear)


@pytest.mark.parametrize(
    ("log", "impatient_at", "reason"),
    [
        ("skytraq", "no fix yet", "No fix yet"),
        ("blumax-gps009", "the fix was lost", "The fix was lost"),
    ],
)
async def test_the_form_says_why_there_is_none(
    log: str, impatient_at: str, reason: str, tmp_path: Path
) -> None:
    with playing(log, tmp_path) as gpsd:
        service = Positioned(gpsd=gpsd, impatient_at=impatient_at)
        async with stage(service) as on:
            await begin(on)
            await on.press("f4")
            await says(on, "place", reason)
            assert value(on, "place") == ""
