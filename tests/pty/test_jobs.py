"""Signals and a shell's job control, with a real store behind the screen."""

import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.e2e.screen import AppScreen
from tests.pty.stored import NEWEST, USER, StartApp, app_command

pytestmark = pytest.mark.e2e

WORDS = "a hole in the road"


def write(screen: AppScreen) -> None:
    screen.sign_in(USER)
    screen.wait_for(NEWEST)
    screen.press("n")
    screen.wait_for("New report", "Category")
    screen.press(WORDS)
    screen.wait_for(WORDS)


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture
def shell(store: Path) -> AppScreen:
    """A shell with job control, and in it the program with a report begun."""
    shell = AppScreen.run([shutil.which("bash") or "bash", "--norc", "-i"], PS1="ready> ")
    shell.wait_for("ready>")
    shell.press(" ".join(app_command(store)), "Enter")
    write(shell)
    return shell


def test_stopped_by_a_shell_and_in_the_foreground_again(shell: AppScreen) -> None:
    [program] = children(shell.pid)
    os.kill(program, signal.SIGTSTP)
    shell.wait_for("Stopped", "ready>")
    assert WORDS not in shell.text
    shell.press("echo $((6 * 7))", "Enter")
    shell.wait_for("42")
    shell.press("fg", "Enter")
    shell.wait_for("New report", WORDS)
    assert "Stopped" not in shell.text
    shell.press("!")
    shell.wait_for(f"{WORDS}!")
    os.kill(program, signal.SIGTERM)
    shell.wait_for("ready>", "all is saved")
    shell.press("echo $?", "Enter")
    shell.wait_for(str(128 + signal.SIGTERM))
    shell.press("exit", "Enter")
    assert shell.wait_for_end() == 0


def test_sent_to_the_background_it_stops_again(shell: AppScreen) -> None:
    [program] = children(shell.pid)
    for command in ("", "bg", "bg"):
        if command:
            shell.press("clear; bg", "Enter")
            shell.wait_for("&")
        else:
            os.kill(program, signal.SIGTSTP)
        shell.wait_until(lambda: is_stopped(program), "a stop")
    shell.press("fg", "Enter")
    shell.wait_for("New report", WORDS)
    shell.press("!")
    shell.wait_for(f"{WORDS}!")
    shell.kill()


def is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].startswith("T")


def test_ctrl_z_is_a_key_like_others_and_stops_nothing(start_app: StartApp) -> None:
    screen = start_app()
    write(screen)
    screen.press("\x1a", "!")
    screen.wait_for("!")
    assert not is_stopped(screen.pid)
    screen.kill()


def test_a_signal_saves_and_restores(start_app: StartApp) -> None:
    screen = start_app()
    write(screen)
    screen.press("!")
    screen.wait_for(f"{WORDS}!")
    assert screen.kill(signal.SIGTERM) == 128 + signal.SIGTERM
    assert screen.ended_with == screen.begun_with
    assert WORDS not in screen.text
    again = start_app()
    again.sign_in(USER)
    again.wait_for(f"{WORDS}!", "as you left it")


def test_a_draft_is_kept_while_the_terminal_takes_nothing(start_app: StartApp, store: Path) -> None:
    screen = start_app()
    write(screen)
    with screen.held():
        screen.press(", typed blindly")
        before, end = bytes_in(store), time.monotonic() + 20
        while bytes_in(store) == before:
            assert time.monotonic() < end, "nothing was written"
            time.sleep(0.02)  # a file tells nobody that it grows
        os.kill(screen.pid, signal.SIGKILL)
    screen.wait_for_end()
    again = start_app()
    again.sign_in(USER)
    again.wait_for(f"{WORDS}, typed", "as you left it")


def bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("log.*"))


@pytest.mark.parametrize("closed", ["<&-", ">&-", "</dev/null", "| cat"])
def test_without_a_terminal_there_is_one_line(closed: str, store: Path) -> None:
    bash = shutil.which("bash") or "bash"
    words = f"set -o pipefail; {' '.join(app_command(store))} {closed}"
    screen = AppScreen.run([bash, "-c", words])
    assert screen.wait_for_end() == 2
    assert b"\x1b" not in screen.raw
    assert b"civictui: The app needs a terminal" in screen.raw


def test_a_closed_stderr_leaves_the_screen_on_stdout(store: Path) -> None:
    bash = shutil.which("bash") or "bash"
    screen = AppScreen.run([bash, "-c", f"exec {' '.join(app_command(store))} 2>&-"])
    write(screen)
    assert screen.kill(signal.SIGTERM) == 128 + signal.SIGTERM
    assert screen.ended_with == screen.begun_with
