"""The same walk on every kind of terminal: what it is sent is what it understands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest

from civictui.terminal.capability import TRUECOLOR
from tests.e2e.screen import AppScreen
from tests.pty.stored import NEWEST, USER, StartApp
from tests.torture.counts import FULL

pytestmark = pytest.mark.e2e

_PEN = re.compile(rb"\x1b\[([\d;]*)m")


@dataclass(frozen=True)
class Kind:
    """A terminal by its environment: from how many colours it gets any, and whether ASCII alone.

    In ASCII there are no pictures in colours, and pages need eight.
    """

    environment: Mapping[str, str]
    colours: int
    ascii: bool = False
    arguments: tuple[str, ...] = ()


KINDS = {
    "xterm-256color": Kind({"TERM": "xterm-256color"}, 256),
    "xterm": Kind({"TERM": "xterm"}, 16),
    "screen-256color": Kind({"TERM": "screen-256color"}, 256),
    # tmux and screen themselves: test_multiplexers.py
    "linux": Kind({"TERM": "linux"}, 16),
    "vt220": Kind({"TERM": "vt220"}, 8),
    "vt100, C": Kind({"TERM": "vt100", "LC_ALL": "C"}, 8, ascii=True),
    "COLORTERM=truecolor": Kind({"COLORTERM": "truecolor"}, TRUECOLOR),
    "NO_COLOR": Kind({"NO_COLOR": "1", "COLORTERM": "truecolor"}, 0),
    "LANG=C": Kind({"LANG": "C", "LC_ALL": ""}, 8, ascii=True),
    "--ascii": Kind({}, 8, ascii=True, arguments=("--ascii",)),
    "--full-repaint, 16": Kind({"TERM": "xterm"}, 16, arguments=("--full-repaint",)),
    "--full-repaint, NO_COLOR": Kind({"NO_COLOR": "1"}, 0, arguments=("--full-repaint",)),
}


FEW = {"xterm-256color", "linux", "vt100, C", "COLORTERM=truecolor", "NO_COLOR"}
"""Of each sort of difference one; the torture takes all."""
TAKEN = {name: kind for name, kind in KINDS.items() if FULL or name in FEW}


@pytest.mark.torture
@pytest.mark.parametrize("kind", TAKEN.values(), ids=TAKEN)
def test_a_walk_sends_nothing_that_the_terminal_lacks(kind: Kind, start_app: StartApp) -> None:
    screen = start_app(*kind.arguments, **kind.environment)
    assert walk(screen) == 0
    raw = bytes(screen.raw)
    assert b"Traceback" not in raw
    assert b"error of its own" not in raw
    assert most_colours(raw) == kind.colours
    if kind.ascii:
        assert raw.isascii()
    else:
        assert "漢字".encode() in raw


def walk(screen: AppScreen) -> int:
    """Sign in, list, detail, palette, a form, and out; the exit code."""
    screen.sign_in(USER)
    screen.wait_for("Reports 30", NEWEST)
    screen.press("Enter")
    screen.wait_for("29 George St", "looked at it", "N^")
    screen.press("Esc")
    screen.wait_for("Reports 30", NEWEST)
    screen.press("C-p")
    screen.wait_for("What to do", "Write a new report")
    screen.press("Esc")
    screen.wait_for("Reports 30", NEWEST)
    screen.press("n")
    screen.wait_for("New report", "Category")
    screen.press("lamp out", "Tab", "la")
    screen.wait_for("lamp out", "la")
    screen.press("Esc")
    screen.wait_for("1 draft")
    screen.press("C-q")
    screen.wait_for("Not sent yet:")
    screen.press("Right", "Enter")
    return screen.wait_for_end()


def most_colours(raw: bytes) -> int:
    """Of how many colours the palette is from which `raw` takes its own: 0, 8, 16, 256, 2**24."""
    return max(map(_depth, _PEN.findall(raw)), default=0)


def _depth(parameters: bytes) -> int:
    numbers = [int(number or 0) for number in parameters.split(b";")]
    deepest = 0
    while numbers:
        number = numbers.pop(0)
        if number in {38, 48}:
            indexed = numbers.pop(0) == 5
            deepest = max(deepest, 256 if indexed else TRUECOLOR)
            del numbers[: 1 if indexed else 3]
        elif number in {*range(90, 98), *range(100, 108)}:
            deepest = max(deepest, 16)
        elif number in {*range(30, 38), *range(40, 48)}:
            deepest = max(deepest, 8)
    return deepest


@pytest.mark.parametrize(
    ("environment", "said"),
    [({"TERM": "dumb"}, "cannot show a full screen"), ({"TERM": ""}, "cannot show a full screen")],
    ids=["dumb", "none"],
)
def test_a_terminal_without_a_screen_gets_one_line(
    environment: Mapping[str, str], said: str, start_app: StartApp
) -> None:
    screen = start_app(**environment)
    assert screen.wait_for_end() == 2
    assert said in screen.text
    assert b"\x1b" not in screen.raw
