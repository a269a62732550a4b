"""A program on a pseudo-terminal of 80x24: its screen, its bytes, its seconds, its memory."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

import pyte
from _process import Process

COLUMNS, ROWS = 80, 24
PATIENCE = 40.0
QUIET = 0.3
"""Seconds without any output after which a screen counts as finished."""
SAME = 0.001
"""Seconds within which pieces of output are read as one. The emulator takes longer over each than
the program, and what came meanwhile would count as late.
"""
SLICE = 0.05
"""Seconds that a line of some rate is held back at a time."""
NAMED = {
    "Enter": "\r", "Tab": "\t", "Esc": "\x1b", "Down": "\x1b[B", "Up": "\x1b[A", "Right": "\x1b[C",
    "PgDn": "\x1b[6~", "PgUp": "\x1b[5~", "Home": "\x1b[H", "End": "\x1b[F", "Backspace": "\x7f",
    "F1": "\x1bOP", "F5": "\x1b[15~", "F6": "\x1b[17~", "F8": "\x1b[19~", "F9": "\x1b[20~",
    "F12": "\x1b[24~", "C-p": "\x10", "C-q": "\x11", "C-s": "\x13", "C-u": "\x15",
}  # fmt: skip


class Ended(Exception):
    """The program closed its terminal."""


class Terminal:
    """A running program and the screen that its output makes in an emulator.

    Times are taken when bytes arrive, before the emulator has looked at them. `rate` is
    how many bytes a second a line in front of the terminal carries, 0 for any number.
    """

    def __init__(
        self, command: list[str], environment: Mapping[str, str], *, cores: Sequence[int] = ()
    ) -> None:
        self.rate = 0
        self.count = 0
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self.began = self.arrived = time.perf_counter()
        pid, self._master = pty.fork()
        if pid == 0:
            size = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
            fcntl.ioctl(0, termios.TIOCSWINSZ, size)
            if cores:
                os.sched_setaffinity(0, cores)
            os.execve(command[0], command, {**environment})  # noqa: S606
        self.process = Process(pid)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        os.waitpid(self.process.pid, 0)
        os.close(self._master)

    # --- keys ---

    def press(self, *keys: str) -> float:
        """Keys by name, or text as it is; the moment at which they went."""
        content = "".join(NAMED.get(key, key) for key in keys).encode()
        now = time.perf_counter()
        os.write(self._master, content)
        return now

    # --- the screen ---

    @property
    def lines(self) -> list[str]:
        return list(self._screen.display)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def cursor(self) -> tuple[int, int]:
        """Column and row of the terminal's own cursor."""
        return self._screen.cursor.x, self._screen.cursor.y

    def shows(self, words: str) -> bool:
        return any(words in line for line in self._screen.display)

    def until(self, *words: str) -> float:
        """Wait until all of it is on the screen; the moment at which the last of it arrived."""
        return self.wait(lambda: all(map(self.shows, words)), " and ".join(words))

    def wait(self, holds: Callable[[], bool], what: str) -> float:
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, f"{what} did not come:\n{self.text}"
            self.take(0.2)
        return self.arrived

    def rest(self, seconds: float = QUIET) -> int:
        """Read until nothing has come for so long; how many bytes came."""
        before = self.count
        while self.take(seconds):
            pass
        return self.count - before

    def listen(self, seconds: float) -> int:
        """Read for so long, whatever comes; how many bytes came."""
        before, end = self.count, time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.take(left)
        return self.count - before

    def take(self, seconds: float) -> bool:
        """Wait at most so long for output; whether some came. Raises Ended."""
        if not select.select([self._master], [], [], seconds)[0]:
            return False
        if self.rate:
            time.sleep(SLICE)
        most = int(self.rate * SLICE) if self.rate else 65536
        content = self._read(most)
        while not self.rate and select.select([self._master], [], [], SAME)[0]:
            content += self._read(most)
        self.count += len(content)
        self._stream.feed(content)
        return True

    def _read(self, most: int) -> bytes:
        try:
            content = os.read(self._master, most)
        except OSError as error:  # Linux: the other side is closed
            raise Ended(self.text) from error
        self.arrived = time.perf_counter()
        return content


def environment(**more: str) -> dict[str, str]:
    """What a technician's session over SSH has: 256 colours, UTF-8, nobody's own settings."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("CIVICTUI_")}
    for name in ("NO_COLOR", "COLORTERM"):
        kept.pop(name, None)
    fixed = {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "CIVICTUI_CONFIG": os.devnull}
    return {**kept, **fixed, **more}


def bare(**options: Sequence[int]) -> Terminal:
    """The yardstick's program."""
    script = str(Path(__file__).with_name("_bare.py"))
    return Terminal([sys.executable, script], environment(), **options)


def program(
    folder: Path, server: str, *words: str, cores: Sequence[int] = (), **more: str
) -> Terminal:
    """The program itself on the stores in `folder`; `more` goes into its environment."""
    command = [sys.executable, "-m", "civictui", "--server", server, "--data-dir", str(folder)]
    return Terminal([*command, *words], environment(**more), cores=cores)
