"""The program inside tmux at 80x24, as over SSH: another terminal type, keys in bursts."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.processes import PASSWORD, Gateway
from tests.tools import require_tool

pytestmark = pytest.mark.e2e

_PATIENCE = 30.0


class Tmux:
    """A tmux server of the test's own, with one window of 80x24."""

    def __init__(self, socket: Path, command: str) -> None:
        self._tmux = [str(require_tool("tmux")), "-S", str(socket), "-f", "/dev/null"]
        self.run("new-session", "-d", "-s", "t", "-x", "80", "-y", "24", command)

    def run(self, *words: str) -> str:
        done = subprocess.run([*self._tmux, *words], capture_output=True, text=True, check=True)
        return done.stdout

    def press(self, *keys: str) -> None:
        """All at once: what a thin link delivers after a pause."""
        self.run("send-keys", "-t", "t", *keys)

    @property
    def screen(self) -> str:
        return self.run("capture-pane", "-p", "-t", "t")

    def wait(self, holds: Callable[[str], bool]) -> str:
        end = time.monotonic() + _PATIENCE
        while not holds(screen := self.screen):
            assert time.monotonic() < end, screen
            time.sleep(0.05)  # tmux tells nobody that its screen has changed
        return screen


@pytest.fixture
def tmux(gateway: Gateway, tmp_path: Path) -> Iterator[Tmux]:
    folder = tmp_path / "terminal"
    program = f"{sys.executable} -m civictui --server {gateway.server} --data-dir {folder}"
    running = Tmux(tmp_path / "s", f"{program}; echo ended $?; cat")
    yield running
    running.run("kill-server")


def test_sign_in_read_write_and_leave(tmux: Tmux) -> None:
    tmux.wait(lambda screen: "Password" in screen)
    tmux.press("demo", "Tab", PASSWORD, "Enter")
    tmux.wait(lambda screen: "Reports 505" in screen and "all sent" in screen and "▄" in screen)
    tmux.press("n", "Typed in one burst with the key that opened the form", "C-s")
    screen = tmux.wait(lambda screen: "Reports 506" in screen and "all sent" in screen)
    assert "Typed in one burst" in screen
    tmux.press("Enter")
    tmux.wait(lambda screen: "by demo" in screen)
    tmux.press("q")
    screen = tmux.wait(lambda screen: "ended 0" in screen)
    assert "Reports" not in screen, "the terminal is as it was before"


def test_a_file_for_the_errors_leaves_the_screen_where_it_is(
    gateway: Gateway, tmp_path: Path
) -> None:
    words = tmp_path / "err.log"
    program = f"{sys.executable} -m civictui --server {gateway.server} --data-dir {tmp_path / 't'}"
    running = Tmux(tmp_path / "s", f"{program} 2>{words}; echo ended $?; cat")
    try:
        running.wait(lambda screen: "Password" in screen)
        running.press("C-q")
        running.wait(lambda screen: "ended 0" in screen)
        assert not words.read_bytes()
    finally:
        running.run("kill-server")
