"""A terminal that takes nothing for a while, over a link that works: the work goes on."""

import time

import pytest

from tests.e2e.processes import Gateway, Terminal
from tests.e2e.screen import AppScreen, data_folder
from tests.torture.counts import FULL

pytestmark = pytest.mark.e2e

HELD = 10.0 if FULL else 1.0
"""Seconds for which the terminal takes nothing, at least."""
_PATIENCE = 30.0
WORDS, BLIND = "Typed while one sees it", "and typed while nothing is taken"
OTHERS = "From another terminal"


def has(gateway: Gateway, words: str) -> bool:
    return any(words in doc["problemDescription"] for doc in gateway.reports().values())


def test_reports_are_saved_sent_and_fetched_meanwhile(
    gateway: Gateway, one: Terminal, two: Terminal
) -> None:
    one.sync(gateway)
    two.sync(gateway)
    screen = AppScreen.start("--server", gateway.server, *data_folder(one.folder))
    screen.sign_in("demo")
    screen.wait_for("Reports 505", "all sent")
    screen.press("n")
    screen.wait_for("New report")
    screen.press(WORDS)
    screen.wait_for(WORDS)
    began = time.monotonic()
    with screen.held():
        screen.press(f", {BLIND}", "C-s")
        while not has(gateway, BLIND):
            assert time.monotonic() < began + _PATIENCE, "it was not sent"
        two.new(description=OTHERS)
        two.sync(gateway)
        screen.press("n")
        screen.press("the next one")
        time.sleep(max(0.0, began + HELD - time.monotonic()))
    screen.wait_for("New report", "the next one", "all sent")
    screen.press("Esc")
    screen.wait_for("Reports 507", "1 draft", f"{WORDS}, {BLIND}")
    screen.press("g")
    screen.wait_for(OTHERS, "the next one")
    assert screen.leave() == 0
