"""The pager on a real terminal: it gets the keys, leaves nothing behind, and ends when it must."""

import fcntl
import os
import pty
import signal
import struct
import sys
import termios
from pathlib import Path

import pytest

from civictui.domain.errors import UsageError
from civictui.terminal.pager import SECURE, pager_of
from tests.e2e.screen import COLUMNS, ROWS, AppScreen

WAITING = """
import asyncio, os, signal, sys
from civictui.terminal.pager import page, pager_of

async def main():
    showing = asyncio.create_task(page(pager_of(os.environ), sys.argv[1], 2))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, showing.cancel)
    try:
        await showing
    except asyncio.CancelledError:
        print("cancelled")
    mine = os.tcgetpgrp(2) == os.getpgrp()
    print("ended, the keyboard is", "ours" if mine else "lost", flush=True)
    sys.stdin.readline()

asyncio.run(main())
"""
TEXT = "\n".join(f"line {number}" for number in range(1, 200))


def waiting(text: str = TEXT, **environment: str) -> AppScreen:
    """A program that shows `text` in the pager, says when that has ended, and waits for a line."""
    pid, master = pty.fork()
    if pid == 0:
        variables = {**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8", **environment}
        os.chdir(environment.get("PWD", "."))
        os.execve(sys.executable, [sys.executable, "-c", WAITING, text], variables)  # noqa: S606
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    return AppScreen(pid, master)


def ended(screen: AppScreen) -> None:
    screen.wait_for("ended, the keyboard is ours")
    assert "line 1\n" not in screen.text
    screen.press("\r")
    assert screen.wait_for_end() == 0


@pytest.mark.parametrize("pager", ["", "less -X +G", "/usr/bin/less"])
def test_it_is_read_and_left(pager: str) -> None:
    screen = waiting(PAGER=pager)
    screen.wait_for("line 1", "line 20")
    screen.press(" ")
    screen.wait_for("line 40")
    screen.press("\x1a")  # which stops nothing: nobody could go on
    screen.press("G")
    screen.wait_for("line 199")
    screen.press("q")
    ended(screen)


def test_a_text_longer_than_the_pipe_may_be_left_at_once() -> None:
    screen = waiting("x" * 120_000)
    screen.wait_for("xxxxx")
    screen.press("q")
    ended(screen)


def test_who_is_cancelled_takes_it_along() -> None:
    screen = waiting()
    screen.wait_for("line 1", "line 20")
    group = os.tcgetpgrp(screen.master)
    os.kill(screen.pid, signal.SIGTERM)
    screen.wait_for("cancelled")
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)
    ended(screen)


def test_it_starts_no_shell_and_writes_no_file(tmp_path: Path) -> None:
    screen = waiting(HOME=str(tmp_path), PWD=str(tmp_path), PAGER="less -o3")
    screen.wait_for("line 1", "line 20")
    for keys in ("s1\r", "!>2\r", "v", "g", "/line 50\r"):
        screen.press(keys)
    screen.wait_for("line 50")
    screen.press("q")
    ended(screen)
    assert list(tmp_path.iterdir()) == []


def test_other_pagers_and_none_are_answered_in_words(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="PAGER is vim") as found:
        pager_of({"PAGER": "vim -", "PATH": os.environ["PATH"]})
    assert found.value.advice == "Set it to less."
    with pytest.raises(UsageError, match="PAGER is more"):
        pager_of({"PAGER": "/bin/more", "PATH": os.environ["PATH"]})
    with pytest.raises(UsageError, match="less is not found"):
        pager_of({"PATH": str(tmp_path)})
    assert pager_of({"PAGER": "'", "PATH": os.environ["PATH"]}).endswith("less")
    assert SECURE["LESSSECURE"] == "1"
