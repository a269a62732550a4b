"""Over a real SSH connection, also one that breaks off."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.screen import AppScreen
from tests.pty.sshd import Sshd, sshd_in
from tests.pty.stored import NEWEST, USER, app_command
from tests.pty.test_matrix import most_colours, walk

pytestmark = pytest.mark.e2e

WORDS = "a hole in the road"


@pytest.fixture(scope="module")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with sshd_in(tmp_path_factory.mktemp("ssh") / "server") as running:
        yield running


def programs(folder: Path) -> list[int]:
    """The processes that have this data folder on their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:  # it has ended meanwhile
                continue
            if str(folder).encode() in words:
                found.append(int(entry.name))
    return found


def test_a_walk_over_ssh_and_the_terminal_as_it_was(sshd: Sshd, store: Path) -> None:
    screen = AppScreen.run(sshd.command(*app_command(store)), COLORTERM="truecolor")
    assert walk(screen) == 0
    assert most_colours(bytes(screen.raw)) == 256  # COLORTERM does not cross the line
    assert screen.ended_with == screen.begun_with
    assert b"\x1b[?1049l" in screen.raw


def test_a_connection_that_breaks_off_loses_nothing(sshd: Sshd, store: Path) -> None:
    screen = AppScreen.run(sshd.command(*app_command(store)))
    screen.sign_in(USER)
    screen.wait_for(NEWEST)
    screen.press("n")
    screen.wait_for("New report", "Category")
    screen.press(WORDS, "Tab", "lamp")
    screen.wait_for(WORDS, "lamp")
    assert programs(store)
    screen.kill(signal.SIGKILL)
    again = AppScreen.run(app_command(store, "--take-over"))
    again.sign_in(USER)
    again.wait_until(lambda: programs(store) == [again.pid], "the end of the other one")
    again.wait_for(WORDS, "lamp", "as you left it")
    again.kill()
