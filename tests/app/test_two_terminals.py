"""Two terminals and a real gateway: a report is changed on both, and a person settles it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.processes import Gateway, Terminal
from tests.e2e.screen import AppScreen, data_folder

pytestmark = pytest.mark.e2e


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    running = Gateway(tmp_path / "gateway").start()
    yield running
    running.stop()


@pytest.fixture
def app(gateway: Gateway, tmp_path: Path) -> Iterator[AppScreen]:
    """The app of the first user, at the list, with one report of theirs on top."""
    screen = AppScreen.start("--server", gateway.server, *data_folder(tmp_path / "one"))
    screen.sign_in("demo")
    screen.wait_for("Reports 505", "all sent")
    screen.press("n")
    screen.wait_for("New report")
    screen.press("Lamp out", "Tab", "light", "Tab", "Tab", "Tab", "1 Main St", "C-s")
    screen.wait_for("Reports 506", "Lamp out", "all sent", "sent ·")
    yield screen
    if screen.status is None:
        screen.kill()


def test_a_conflict_is_settled_by_keyboard(
    gateway: Gateway, app: AppScreen, tmp_path: Path
) -> None:
    asha = Terminal(tmp_path / "two", "asha")
    asha.sync(gateway)
    key = asha.list("--limit", "1")[0]["_id"]

    app.press("S")
    app.wait_for("Synchronising", "Nothing waits", "received 513 changes")
    app.press("p")
    app.wait_for("Link      paused")
    app.press("Esc")
    app.wait_for("Reports 506", "q quit")
    app.press("Enter")
    app.wait_for("by demo", "e edit")
    app.press("e")
    app.wait_for("Edit the report")
    app.press("End", " at the crossing", "C-s")
    app.wait_for("the change is saved on this terminal", "not sent: 1 report", "e edit")
    assert asha.run("edit", key, "--description", "Lamp blinks", "--address", "3 Main St").code == 0
    asha.sync(gateway)

    app.press("Esc")
    app.wait_for("Reports 506", "q quit")
    app.press("S")
    app.wait_for("Waits to be sent: 1", "Lamp out at the crossing", "change")
    app.press("p")
    app.wait_for("Conflicts to settle: 1", "> ≠")
    app.press("Enter")
    app.wait_for("Conflict: two versions", "changed by you", "changed by asha", "> ≠ Description")
    app.wait_for("before      Lamp out", "Merged by itself", "3 Main St", "from theirs")
    app.press("m")
    app.wait_for("mine is taken")
    app.press("C-s")
    app.wait_for("settled; what lost is kept for 90 days", "Nothing waits", "all sent")

    asha.sync(gateway)
    found = asha.run("show", key).json
    assert found["problemDescription"] == "Lamp out at the crossing"
    assert found["address"] == "3 Main St"
    assert asha.list("--conflicts") == []

    app.press("Esc")
    app.wait_for("Reports 506", "q quit")
    app.press("Enter")
    app.wait_for("you: edited it")
    app.press("h")
    app.wait_for("not chosen in a conflict", "Lamp blinks", "replaced by an edit")
    app.press("Esc")
    app.wait_for("you: edited it", "e edit")
    app.press("D")
    app.wait_for("Withdraw this report?", "> Keep it")
    app.press("Right", "Enter")
    app.wait_for("Reports 505", "all sent")
    assert app.leave() == 0
    asha.sync(gateway)
    assert asha.run("show", key).code == 8
