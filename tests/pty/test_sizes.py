"""A window that is drawn larger and smaller, also below what the pages need."""

import random

import pytest

from tests.e2e.screen import AppScreen
from tests.pty.stored import NEWEST, USER, StartApp
from tests.torture.counts import FULL

pytestmark = pytest.mark.e2e

TOO_SMALL = "civictui needs 60x16"


@pytest.fixture
def arguments() -> tuple[str, ...]:
    return ()


WAYS = {"thin": (), "whole": ("--full-repaint",)} if FULL else {"thin": ()}
both = pytest.mark.parametrize("arguments", WAYS.values(), ids=WAYS)


@pytest.fixture
def writing(start_app: StartApp, arguments: tuple[str, ...]) -> AppScreen:
    """In the form of a report."""
    screen = start_app(*arguments)
    screen.sign_in(USER)
    screen.wait_for(NEWEST)
    screen.press("n")
    screen.wait_for("New report", "Category")
    screen.press("a hole", "Tab", "lamp")
    screen.wait_for("a hole", "lamp")
    return screen


@pytest.mark.torture
@both
def test_below_60x16_there_is_a_sentence_and_nothing_is_lost(writing: AppScreen) -> None:
    before, cursor = writing.lines, (writing.emulator.cursor.x, writing.emulator.cursor.y)
    for columns, rows in ((59, 24), (80, 15), (20, 5)):
        writing.resize(columns, rows)
        said = f"{TOO_SMALL}, this is {columns}x{rows}. Make the window"
        writing.wait_until(lambda said=said: said in " ".join(writing.text.split()), said)  # type: ignore[misc]
        assert "New report" not in writing.text
        assert "hole" not in writing.text
    writing.press("blind", "Enter", "C-s", "C-p")
    writing.listen(0.5)  # that nothing happens is nothing to wait for
    writing.resize(80, 24)
    writing.wait_until(lambda: writing.lines == before, "the same screen")
    assert (writing.emulator.cursor.x, writing.emulator.cursor.y) == cursor
    writing.press("p")
    writing.wait_for("lampp")


def test_locking_and_leaving_are_heard_where_there_is_no_room(writing: AppScreen) -> None:
    writing.resize(50, 10)
    writing.wait_for(TOO_SMALL, "F12 locks, ^Q leaves.", "Not sent yet: 30 reports")
    writing.press("F12")
    writing.wait_until(lambda: "locks" not in writing.text, "the lock")
    writing.resize(60, 16)
    writing.wait_for("Password")
    writing.resize(50, 10)
    writing.wait_for(TOO_SMALL, "^Q leaves.")
    assert writing.leave() == 0
    assert writing.ended_with == writing.begun_with


@pytest.mark.torture
@both
def test_after_200_changes_of_size_the_screen_is_right(writing: AppScreen) -> None:
    rng, before = random.Random(7), writing.lines
    for _ in range(200):
        writing.resize(rng.randint(20, 200), rng.randint(5, 60))
        if rng.random() < 0.3:
            writing.listen(rng.uniform(0, 0.02))
    writing.resize(80, 24)
    writing.wait_until(lambda: writing.lines == before, "the same screen")
    writing.press("p")
    writing.wait_for("lampp")
