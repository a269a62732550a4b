"""The ways out that nobody asked for: signals, a lost terminal, an error of the program itself.

The app runs in a process and a terminal of its own, which is read, or not read, or gone.
"""

import os
import pty
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pyte
import pytest

CHILD = """
import asyncio, sys, threading, time
from pathlib import Path
from civictui.terminal.capability import prepare_environment
prepare_environment()
from civictui.app import CivicApp
from civictui.domain.events import SyncStateChanged
from civictui.domain.model import SyncPhase, SyncState
from civictui.screens.report_new import ReportNew
from civictui.widgets import sync_bar
from tests.fakes import FakeService

DISCARD = sys.argv[1]
RESULT, STUCK = Path(sys.argv[2], "result"), Path(sys.argv[2], "stuck")

class Service(FakeService):
    async def lock(self, *, linger=False):
        something = self.user or not linger
        await super().lock(linger=linger)
        if not something:
            return
        await asyncio.sleep(0.1)  # as a store does, that has something to look up
        drafts = " ".join(draft.description for draft in self.reader.kept_drafts.values())
        RESULT.write_text(f"{drafts}: {'may go on sending' if linger else 'closed'}")

def flood(screen):
    '''So much news that no terminal takes it in; then the last of it, when it is stuck.'''
    sync_bar.CALM = 0.001
    def tell():
        outlet, number, waited, before = app._driver._outlet, 0, 0, -1
        while waited < 200:
            waited = waited + 1 if outlet._frame_due and outlet._sent == before else 0
            before = outlet._sent
            number += 1
            app.lose_display()
            news = SyncState(phase=SyncPhase.WAITING, reason=f"{number % 10}" * 60)
            service.emit(SyncStateChanged(news))
            time.sleep(0.001)
        service.emit(SyncStateChanged(SyncState(phase=SyncPhase.WAITING, reason="the last news")))
        STUCK.touch()
    threading.Thread(target=tell, daemon=True).start()

def explode(screen):
    secret = "correct horse battery staple"
    raise RuntimeError(secret)

def block(screen):
    STUCK.touch()
    time.sleep(1000)

ReportNew.action_discard = {"flood": flood, "explode": explode, "block": block}[DISCARD]
service = Service()
app = CivicApp(service, server="https://city.example")
app.run()
sys.exit(app.return_code or 0)
"""
ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
RESTORED = (b"\x1b[?1049l", b"\x1b[?25h")
"""Back from the other screen, cursor shown."""
F8 = b"\x1b[19~"


class Child:
    """The app in a terminal of its own; `discard` is what F8 does to it."""

    def __init__(self, folder: Path, discard: str) -> None:
        self._result = folder / "result"
        self._stuck = folder / "stuck"
        self.output = b""
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            names = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": os.environ["PATH"]}
            command = [sys.executable, "-c", CHILD, discard, str(folder)]
            os.execve(sys.executable, command, names)  # noqa: S606 (no shell wanted)

    def wait_for(self, condition: Callable[[], bool], *, reading: bool = True) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, self.output[-2000:]
            if not reading or self.terminal < 0:
                time.sleep(0.01)
            elif select.select([self.terminal], [], [], 0.05)[0]:
                self._read()

    def _read(self) -> None:
        try:
            content = os.read(self.terminal, 65536)
        except OSError:
            return
        self.output += content
        self._stream.feed(content)

    def clear(self) -> None:
        """Another program has used the terminal meanwhile."""
        self._screen.erase_in_display(2)

    @property
    def text(self) -> str:
        return "\n".join(self._screen.display)

    def press(self, keys: bytes, until: str) -> None:
        """Type, and wait for what has to appear."""
        os.write(self.terminal, keys)
        self.wait_for(lambda: until in self.text)

    def get_stuck(self) -> None:
        """Press F8, and read nothing more until it has come to the worst."""
        os.write(self.terminal, F8)
        self.wait_for(self._stuck.exists, reading=False)

    def exit_code(self, *, reading: bool = True) -> int:
        status: list[int] = []

        def ended() -> bool:
            pid, code = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                status.append(os.waitstatus_to_exitcode(code))
            return bool(pid)

        self.wait_for(ended, reading=reading)
        while self.terminal >= 0 and select.select([self.terminal], [], [], 0)[0]:
            before = self.output
            self._read()
            if self.output == before:
                break
        self.pid = 0
        return status[0]

    def hang_up(self) -> None:
        os.close(self.terminal)
        self.terminal = -1

    @property
    def result(self) -> str:
        return self._result.read_text()

    def close(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self.terminal >= 0:
            os.close(self.terminal)


@pytest.fixture
def discard() -> str:
    """What F8 does to the child."""
    return "explode"


@pytest.fixture
def writing(tmp_path: Path, discard: str) -> Iterator[Child]:
    """The app with a new report begun, its last letters typed this moment."""
    child = Child(tmp_path, discard)
    child.wait_for(lambda: "Password" in child.text)
    child.press(b"demo\tright horse\r", until="sync now")
    child.press(b"n", until="Address")
    child.press(b"a hole", until="a hole")
    yield child
    child.close()


GOES = {signal.SIGHUP: "may go on sending", signal.SIGTERM: "closed", signal.SIGINT: "closed"}


@pytest.mark.parametrize("number", GOES)
def test_a_signal_keeps_the_draft_and_restores_the_terminal(
    writing: Child, number: signal.Signals
) -> None:
    os.kill(writing.pid, number)
    assert writing.exit_code() == 128 + number
    assert writing.result == f"a hole: {GOES[number]}"
    assert all(sequence in writing.output for sequence in RESTORED)


def test_a_lost_terminal_keeps_the_draft(writing: Child) -> None:
    writing.hang_up()
    assert writing.exit_code() == 128 + signal.SIGHUP
    assert writing.result == "a hole: may go on sending"


def test_a_stop_and_a_continue_change_nothing(writing: Child) -> None:
    threads = Path(f"/proc/{writing.pid}/task")
    before = len(list(threads.iterdir()))
    os.kill(writing.pid, signal.SIGSTOP)
    os.waitid(os.P_PID, writing.pid, os.WSTOPPED)
    writing.clear()
    os.kill(writing.pid, signal.SIGCONT)
    writing.wait_for(lambda: "New report" in writing.text)
    writing.press(b" in the road", until="a hole in the road")
    assert len(list(threads.iterdir())) <= before


def test_a_signal_to_end_after_a_hang_up_closes_the_store(writing: Child) -> None:
    os.kill(writing.pid, signal.SIGSTOP)  # so that both are there before it acts on one
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGCONT):
        os.kill(writing.pid, number)
    assert writing.exit_code() in {128 + signal.SIGHUP, 128 + signal.SIGTERM}
    assert writing.result == "a hole: closed"


@pytest.mark.parametrize("discard", ["flood"])
@pytest.mark.parametrize("number", GOES)
def test_a_terminal_that_nobody_reads_keeps_nobody(writing: Child, number: signal.Signals) -> None:
    writing.get_stuck()
    os.kill(writing.pid, number)
    assert writing.exit_code(reading=False) == 128 + number
    assert writing.result == f"a hole: {GOES[number]}"


@pytest.mark.parametrize("discard", ["flood"])
def test_a_terminal_that_is_read_again_shows_what_is(writing: Child) -> None:
    writing.get_stuck()
    writing.wait_for(lambda: "waiting: the last news" in writing.text)
    writing.press(b" in the road", until="a hole in the road")
    assert "New report" in writing.text
    assert "F1 help" in writing.text


@pytest.mark.parametrize("discard", ["flood"])
def test_a_stuck_terminal_that_is_lost_keeps_the_draft(writing: Child) -> None:
    writing.get_stuck()
    writing.hang_up()
    assert writing.exit_code() == 128 + signal.SIGHUP
    assert writing.result == "a hole: may go on sending"


@pytest.mark.parametrize("discard", ["block"])
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_loop_that_does_not_answer_is_closed_from_outside(
    writing: Child, number: signal.Signals
) -> None:
    writing.get_stuck()
    os.kill(writing.pid, number)
    assert writing.exit_code() == 128 + number
    assert writing.result == "a hole: closed"


def test_an_error_of_the_program_keeps_the_draft_and_prints_no_values(writing: Child) -> None:
    os.write(writing.terminal, F8)
    assert writing.exit_code() == 1
    assert writing.result == "a hole: closed"
    assert all(sequence in writing.output for sequence in RESTORED)
    page = writing.output.rpartition(RESTORED[0])[2]
    assert b"RuntimeError" in page
    assert b"explode" in page
    assert b"battery" not in page
    assert b"hole" not in page
