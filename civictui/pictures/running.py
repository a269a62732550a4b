"""Running a command of the person's within bounds: of time, and of what it writes."""

import os
import selectors
import signal
import subprocess  # a command that the person has set, without a shell
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from civictui.domain.text import one_line
from civictui.pictures.files import MAX_BYTES

_LOOK_SECONDS = 0.02
"""How long a command may go on unseen: a file in memory grows by 3 GB a second at the most."""
_COMPLAINT_BYTES = 4096
_OURS = "CIVICTUI_"


class TooMuch(Exception):
    """It writes more than a photo has."""


class Stopped(Exception):
    """Nobody waits for it any more."""


@dataclass(slots=True)
class Ran:
    """What a command has left: `status` as subprocess has it."""

    status: int = 0
    output: bytearray = field(default_factory=bytearray)
    errors: bytearray = field(default_factory=bytearray)

    @property
    def complaint(self) -> str:
        """The last line that it has written to its errors, for a screen."""
        lines = self.errors.decode("utf-8", "replace").splitlines()
        return next((said for line in reversed(lines) if (said := one_line(line))), "")


def run(words: Sequence[str], seconds: float, stop: threading.Event, file: int = -1) -> Ran:
    """Run it to its end; whatever it has started and left behind is killed.

    `file` is a descriptor that it gets, too; `stop` ends it early. Raises OSError where it cannot
    be started, TimeoutError, TooMuch, Stopped.
    """
    ran = Ran()
    with ExitStack() as then:
        process = subprocess.Popen(  # noqa: S603 (it is what the person has set)
            list(words),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={name: value for name, value in os.environ.items() if not name.startswith(_OURS)},
            start_new_session=True,  # a group of its own, that ends as a whole
            pass_fds=(file,) if file >= 0 else (),
        )
        then.enter_context(process)  # waits for its end
        then.callback(_kill_group, process.pid)
        _listen(process, ran, _Bounds(time.monotonic() + seconds, stop, file))
    ran.status = process.returncode
    return ran


@dataclass(frozen=True, slots=True)
class _Bounds:
    """Until when, unless stopped; and the file that may not grow without end."""

    end: float
    stop: threading.Event
    file: int

    def left(self, ran: Ran) -> float:
        """Seconds, 0 when they are used up. Raises TooMuch."""
        written = os.fstat(self.file).st_size if self.file >= 0 else 0
        if max(written, len(ran.output)) > MAX_BYTES:
            raise TooMuch
        return max(0.0, self.end - time.monotonic())


def _listen(process: subprocess.Popen[bytes], ran: Ran, bounds: _Bounds) -> None:
    """Read what it writes until it has ended, and its pipes are empty."""
    with selectors.DefaultSelector() as pipes:
        output, errors = cast(tuple[BinaryIO, BinaryIO], (process.stdout, process.stderr))
        pipes.register(output, selectors.EVENT_READ, (ran.output, 0))
        pipes.register(errors, selectors.EVENT_READ, (ran.errors, _COMPLAINT_BYTES))
        while True:
            ended = _has_ended(process.pid)
            wait = min(bounds.left(ran), _LOOK_SECONDS)
            ready = pipes.select(wait)
            for key, _ in ready:
                _read(pipes, key)
            if ended and not ready:
                return
            if not wait:
                raise TimeoutError
            if bounds.stop.wait(0 if pipes.get_map() else wait):
                raise Stopped


def _read(pipes: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
    """One piece of one pipe; of its complaints only the end is kept."""
    piece = os.read(key.fd, 64 * 1024)
    if not piece:
        pipes.unregister(key.fileobj)
    into, most = key.data
    into += piece
    if most:
        del into[:-most]


def _has_ended(pid: int) -> bool:
    """Whether the process has ended; it is not reaped, so that its group keeps its number."""
    flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
    return os.waitid(os.P_PID, pid, flags) is not None


def _kill_group(group: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)
