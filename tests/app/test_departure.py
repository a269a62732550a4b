"""The ways out that nobody asked for: signals, a lost terminal, an error of the program itself."""

import os
import pty
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

CHILD = """
import sys
from civictui.terminal.capability import prepare_environment
prepare_environment()
from civictui.app import CivicApp
from civictui.screens.report_new import ReportNew
from tests.fakes import FakeService

def explode(screen):
    secret = "correct horse battery staple"
    raise RuntimeError(secret)

ReportNew.action_discard = explode
service = FakeService()
app = CivicApp(service, server="https://city.example")
app.run()
with open(sys.argv[1], "w") as out:
    print(*(draft.description for draft in service.reader.kept_drafts.values()), file=out)
    print("locked" if service.calls[-1][0] == "lock" and not service.user else "open", file=out)
sys.exit(app.return_code or 0)
"""
ROOT = Path(__file__).parents[2]
PATIENCE = 30.0
RESTORED = (b"\x1b[?1049l", b"\x1b[?25h")
"""Back from the other screen, cursor shown."""


class Child:
    """The app in a terminal of its own."""

    def __init__(self, result: Path) -> None:
        self._result = result
        self.output = b""
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            names = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": os.environ["PATH"]}
            command = [sys.executable, "-c", CHILD, str(result)]
            os.execve(sys.executable, command, names)  # noqa: S606 (no shell wanted)

    def wait_for(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, self.output[-2000:]
            if select.select([self.terminal], [], [], 0.05)[0]:
                self._read()

    def _read(self) -> None:
        try:
            self.output += os.read(self.terminal, 65536)
        except OSError:
            self.output += b""

    def press(self, keys: bytes, until: bytes) -> None:
        """Type, and wait for what has to appear."""
        self.output = b""
        os.write(self.terminal, keys)
        self.wait_for(lambda: until in self.output)

    def exit_code(self) -> int:
        status: list[int] = []

        def ended() -> bool:
            pid, code = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                status.append(os.waitstatus_to_exitcode(code))
            return bool(pid)

        if self.terminal < 0:
            end = time.monotonic() + PATIENCE
            while not ended():
                assert time.monotonic() < end
        else:
            self.wait_for(ended)
            while select.select([self.terminal], [], [], 0)[0]:
                before = self.output
                self._read()
                if self.output == before:
                    break
        self.pid = 0
        return status[0]

    def hang_up(self) -> None:
        os.close(self.terminal)
        self.terminal = -1

    def result(self) -> list[str]:
        return self._result.read_text().splitlines()

    def close(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        if self.terminal >= 0:
            os.close(self.terminal)


@pytest.fixture
def writing(tmp_path: Path) -> Iterator[Child]:
    """The app with a new report begun, its last letters typed this moment."""
    child = Child(tmp_path / "result")
    child.wait_for(lambda: b"Password" in child.output)
    child.press(b"demo\tright horse\r", until=b"sync now")
    child.press(b"n", until=b"Address")
    child.press(b"a hole", until=b"a hole")
    yield child
    child.close()


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_keeps_the_draft_and_restores_the_terminal(
    writing: Child, number: signal.Signals
) -> None:
    os.kill(writing.pid, number)
    assert writing.exit_code() == 128 + number
    assert writing.result() == ["a hole", "locked"]
    assert all(sequence in writing.output for sequence in RESTORED)


def test_a_lost_terminal_keeps_the_draft(writing: Child) -> None:
    writing.hang_up()
    assert writing.exit_code() == 128 + signal.SIGHUP
    assert writing.result() == ["a hole", "locked"]


def test_an_error_of_the_program_keeps_the_draft_and_prints_no_values(writing: Child) -> None:
    os.write(writing.terminal, b"\x1b[19~")
    assert writing.exit_code() == 1
    assert writing.result() == ["a hole", "locked"]
    assert all(sequence in writing.output for sequence in RESTORED)
    page = writing.output.partition(RESTORED[0])[2]
    assert b"RuntimeError" in page
    assert b"explode" in page
    assert b"battery" not in page
    assert b"hole" not in page
