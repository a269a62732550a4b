"""What a key costs on the wire, and that nothing is said while nobody does anything."""

import time

import pytest
from textual.geometry import Size

from civictui.app import CivicApp
from civictui.domain.model import Report, ReportRow, RowState
from civictui.terminal.capability import Capability
from tests.e2e.screen import AppScreen
from tests.fakes import FakeService
from tests.pty.stored import NEWEST, USER, StartApp
from tests.terminal.emulated import EmulatedDriver
from tests.terminal.test_thin import ThinStage
from tests.torture.counts import FULL

pytestmark = pytest.mark.e2e

QUIET = 10.0 if FULL else 0.7
"""Seconds in which nothing may come; a cursor that blinks would need less."""
_PATIENCE = 20.0
CHARACTER, LINE, TAB, PAGE = 16, 96, 200, 4000
PER_SECOND = 960
"""Bytes over a line of 9,600 bit/s."""


def cost(screen: AppScreen, *keys: str, seconds: float = 0.3) -> int:
    """Bytes that come in answer to the keys."""
    before = len(screen.raw)
    screen.press(*keys)
    screen.listen(seconds)
    return len(screen.raw) - before


def quiet(screen: AppScreen) -> None:
    """Nothing comes, once what is being drawn has come."""
    end = time.monotonic() + _PATIENCE
    while cost(screen, seconds=QUIET):
        assert time.monotonic() < end, screen.text


def test_keys_cost_what_they_may_and_idleness_nothing(start_app: StartApp) -> None:
    screen = start_app(CIVICTUI_PICTURES="none")
    screen.wait_for("Password")
    quiet(screen)
    screen.sign_in(USER)
    screen.wait_for("Reports 30", NEWEST)
    quiet(screen)
    steps = [cost(screen, "j") for _ in range(3)]
    assert max(steps) <= LINE
    assert max(steps) < PER_SECOND
    for keys, words in ((["g", "Enter"], "29 George St"), (["Esc"], "Reports 30")):
        assert cost(screen, *keys, seconds=1.0) <= PAGE
        screen.wait_for(words)
    screen.press("n")
    screen.wait_for("New report", "Category")
    screen.press("a la")
    quiet(screen)
    assert cost(screen, "m") <= CHARACTER
    assert cost(screen, "p") <= CHARACTER
    assert cost(screen, "Tab") <= TAB
    quiet(screen)


VISITED = {
    "detail": ["Enter"], "map": ["m"], "sync": ["S"], "filters": ["f"], "palette": ["C-p"],
    "help": ["?"], "settings": [","], "update": ["u"],
}  # fmt: skip


SOME = 4


@pytest.mark.torture
def test_no_screen_says_anything_by_itself(start_app: StartApp) -> None:
    screen = start_app()
    screen.sign_in(USER)
    screen.wait_for("Reports 30", NEWEST)
    for keys in list(VISITED.values())[: None if FULL else SOME]:
        screen.press(*keys)
        screen.wait_until(lambda: not screen.lines[0].startswith("Reports 30"), "another screen")
        quiet(screen)
        screen.press("Esc")
        screen.wait_for("Reports 30", NEWEST)


async def test_a_step_costs_the_same_among_100_000() -> None:
    service = FakeService()
    for number in range(100_000):
        row = ReportRow(Report(id=f"{number:06}", description=f"Report {number}"), RowState.SENT)
        service.reader.reports[row.report.id] = row
    app = CivicApp(service, server="https://city.example", capability=Capability())
    app.driver_class = EmulatedDriver
    async with app.run_test(headless=False, size=Size(80, 24)):
        on = ThinStage(app, service)
        await on.sign_in()
        await on.reads("100,000")
        for keys in ("j", "G", "k", "g", "j"):
            await on.same(keys)
        assert 0 < len(await on.same("j")) <= LINE
        await on.same("n")
        await on.same(*"a lam")
        assert len(await on.same("p")) <= CHARACTER
