"""Inside real tmux and GNU screen, which are terminals of their own with a terminal behind them."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.screen import AppScreen
from tests.pty.stored import NEWEST, USER, app_command
from tests.pty.test_matrix import walk
from tests.tools import require_tool
from tests.torture.counts import FULL

pytestmark = pytest.mark.e2e

_WORDS = "a hole in the road"


class Multiplexer:
    """How one begins a session with a program in it, comes back to it, and ends it."""

    def __init__(self, name: str, folder: Path) -> None:
        self.program = str(require_tool(name))
        self.environment = {} if name == "tmux" else {"SCREENDIR": str(folder)}
        if name == "tmux":
            server = [self.program, "-S", str(folder / "socket"), "-f", "/dev/null"]
            self.begin, self.back = [*server, "new-session"], [*server, "attach"]
            self.end = [*server, "kill-server"]
        else:
            server = [self.program, "-c", "/dev/null", "-U"]
            self.begin, self.back = [*server, "-S", "t"], [*server, "-r", "t"]
            self.end = [*server, "-S", "t", "-X", "quit"]


@pytest.fixture(params=["tmux", "screen"])
def multiplexer(request: pytest.FixtureRequest, private: Path) -> Iterator[Multiplexer]:
    found = Multiplexer(request.param, private)
    yield found
    subprocess.run(found.end, env=found.environment, capture_output=True, check=False)


@pytest.mark.torture
@pytest.mark.skipif(not FULL, reason="the test below goes half of the way")
def test_the_same_walk(multiplexer: Multiplexer, store: Path) -> None:
    command = [*multiplexer.begin, *app_command(store)]
    screen = AppScreen.run(command, **multiplexer.environment)
    assert walk(screen) == 0
    assert b"Traceback" not in screen.raw
    assert screen.ended_with == screen.begun_with


def test_detached_and_attached_again_in_another_size(multiplexer: Multiplexer, store: Path) -> None:
    screen = AppScreen.run([*multiplexer.begin, *app_command(store)], **multiplexer.environment)
    screen.sign_in(USER)
    screen.wait_for(NEWEST)
    screen.press("n")
    screen.wait_for("New report", "Category")
    screen.press(_WORDS)
    screen.wait_for(_WORDS)
    screen.kill()
    again = AppScreen.run(multiplexer.back, **multiplexer.environment)
    again.resize(100, 30)
    again.wait_until(lambda: any("F1 help" in line for line in again.lines[28:]), "the footer")
    again.wait_for("New report", _WORDS)
    again.press("!")
    again.wait_for(f"{_WORDS}!")
    again.kill()
