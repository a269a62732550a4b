"""The program in a real pseudo-terminal of 80x24, its screen read by a terminal emulator."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyte

from tests.e2e.processes import PASSWORD

COLUMNS, ROWS = 80, 24
KEYS = {
    "Enter": "\r", "Tab": "\t", "Esc": "\x1b", "Up": "\x1b[A", "Down": "\x1b[B",
    "Right": "\x1b[C", "End": "\x1b[F", "C-p": "\x10", "C-s": "\x13", "C-q": "\x11",
    "F12": "\x1b[24~",
}  # fmt: skip
_PATIENCE = 20.0
_OF_THIS_TERMINAL = {"NO_COLOR", "COLORTERM", "TMUX", "STY", "SSH_CONNECTION", "SSH_TTY"}


@dataclass
class AppScreen:
    """A running `civictui ...`. `wait_for` reads until the screen holds what is expected."""

    pid: int
    master: int
    raw: bytearray = field(default_factory=bytearray)
    status: int | None = None
    begun_with: list[Any] = field(default_factory=list)
    """The modes of the line discipline before the program changed any."""
    ended_with: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.emulator = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self.emulator)
        self.begun_with = self.modes

    @classmethod
    def start(cls, *arguments: str, **environment: str) -> "AppScreen":
        return cls.run([sys.executable, "-m", "civictui", *arguments], **environment)

    @classmethod
    def run(cls, command: Sequence[str], **environment: str) -> "AppScreen":
        """Any program, as long as it is named by its whole path; nothing of this terminal's own."""
        variables = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        for name in _OF_THIS_TERMINAL & set(variables):
            del variables[name]
        pid, master = pty.fork()
        if pid == 0:
            os.execve(command[0], list(command), {**variables, **environment})  # noqa: S606
        started = cls(pid, master)
        started.resize(COLUMNS, ROWS)
        return started

    def resize(self, columns: int, rows: int) -> None:
        """As when somebody draws at the corner of the window."""
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.emulator.resize(rows, columns)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Inside, the terminal takes nothing: every write to it waits, as on a link that hangs."""
        terminal = os.open(f"/proc/{self.pid}/fd/0", os.O_RDWR | os.O_NOCTTY)
        try:
            termios.tcflow(terminal, termios.TCOOFF)
            yield
        finally:
            termios.tcflow(terminal, termios.TCOON)
            os.close(terminal)

    @property
    def modes(self) -> list[Any]:
        """Of the line discipline; both sides have the same."""
        return termios.tcgetattr(self.master)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.emulator.display]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def press(self, *keys: str) -> None:
        """Type text, or one of KEYS by its name."""
        for key in keys:
            os.write(self.master, KEYS.get(key, key).encode())

    def wait_for(self, *expected: str) -> str:
        """Read until every text is on the screen; returns the screen."""
        self.wait_until(lambda: all(text in self.text for text in expected), repr(expected))
        return self.text

    def wait_until(self, holds: Callable[[], bool], what: str) -> None:
        """Read until a condition holds. The bound only ends a test that would never end."""
        end = time.monotonic() + _PATIENCE
        while not holds():
            assert time.monotonic() < end, f"{what} did not come:\n{self.text}"
            assert self._read(0.2) or holds(), f"The program ended:\n{self.text}"

    def listen(self, seconds: float) -> None:
        """Take what comes for so long, as a terminal does while somebody thinks."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and self._read(left):
            pass

    def sign_in(self, user: str, password: str = PASSWORD) -> None:
        self.wait_for("Password")
        self.press(user, "Tab", password, "Enter")

    def leave(self) -> int:
        """End the program as a person would; returns its exit code."""
        self.press("C-q")
        return self.wait_for_end()

    def kill(self, number: int = signal.SIGKILL) -> int:
        os.kill(self.pid, number)
        return self.wait_for_end()

    def wait_for_end(self) -> int:
        self.wait_until(self._ended, "the end of the program")
        self.ended_with = self.modes
        os.close(self.master)
        assert self.status is not None
        return os.waitstatus_to_exitcode(self.status)

    def _ended(self) -> bool:
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.status = status if pid else None
        return self.status is not None

    def _read(self, seconds: float) -> bool:
        """Feed the emulator with what came; False once the other side is closed."""
        ready, _, _ = select.select([self.master], [], [], seconds)
        if not ready:
            return True
        try:
            content = os.read(self.master, 65536)
        except OSError:  # Linux: the other side is closed
            return self.status is None and not self._ended()
        self.raw += content
        self._stream.feed(content)
        return True


def has_half_blocks(screen: AppScreen, rows: range, columns: range) -> bool:
    """Whether a picture is drawn there: half blocks in more than one colour."""
    cells = [screen.emulator.buffer[row][column] for row in rows for column in columns]
    blocks = [cell for cell in cells if cell.data in "▀▄"]
    return len(blocks) > 6 and len({(cell.fg, cell.bg) for cell in blocks}) > 3


def data_folder(folder: Path) -> tuple[str, str]:
    return ("--data-dir", str(folder))
