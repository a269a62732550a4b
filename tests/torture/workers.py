"""A worker: a forked process that does the steps of a script to a store and says what is done.

It is forked by a process with one thread and everything imported (kills.py), so that a life costs
milliseconds, not a start of Python. It waits for a word before it begins, so that a tracer can be
attached, and says how many steps it has done through a socket: what has been said is acknowledged.
"""

import os
import signal
import socket
import struct
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from civictui.domain.errors import CivicError
from tests.torture.steps import Step, Subject, batch

_NUMBER = struct.Struct(">i")
REFUSED = -1
"""What a worker says of a step that the store refused."""

Work = Callable[[Path, Sequence[Step], Callable[[int], None]], None]


def work(folder: Path, steps: Sequence[Step], say: Callable[[int], None]) -> None:
    """Do all steps and say each; one that the store refuses is said, too, and is the last."""
    try:
        subject = Subject(folder)
        for number, step in enumerate(steps, 1):
            step.perform(subject)
            say(number)
        subject.close()
    except CivicError:
        say(REFUSED)


def work_early(folder: Path, steps: Sequence[Step], say: Callable[[int], None]) -> None:
    """As no store should: a step is said before it is done."""
    subject = Subject(folder)
    for number, step in enumerate(steps, 1):
        say(number)
        step.perform(subject)


def work_in_parts(folder: Path, steps: Sequence[Step], say: Callable[[int], None]) -> None:
    """As no store should: a batch is stored one document after the other."""
    subject = Subject(folder)
    for number, step in enumerate(steps, 1):
        for doc in batch(step):
            subject.tables.documents.bulk_docs([doc])
        say(number)


@dataclass
class Worker:
    """A running worker, seen from the process that forked it."""

    pid: int
    channel: socket.socket
    status: int | None = None

    @classmethod
    def fork(cls, folder: Path, steps: Sequence[Step], what: Work = work) -> "Worker":
        ours, theirs = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            ours.close()
            _live(theirs, folder, steps, what)
        theirs.close()
        return cls(pid, ours)

    def begin(self) -> None:
        self.channel.send(b"!")

    def wait_for(self, count: int) -> list[int]:
        """Wait until so many steps were said, or the worker is dead; returns what was said."""
        said: list[int] = []
        while len(said) < count and (more := self._receive(_NUMBER.size)):
            said += more
        return said

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def end(self) -> list[int]:
        """Wait for its end; what it said that nobody has heard yet."""
        said: list[int] = []
        while more := self._receive(1 << 16):
            said += more
        self.channel.close()
        self.status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return said

    def _receive(self, size: int) -> list[int]:
        try:
            said = self.channel.recv(size)
        except ConnectionResetError:  # it died with our word unread
            return []
        return [number for (number,) in _NUMBER.iter_unpack(said)]


def _live(channel: socket.socket, folder: Path, steps: Sequence[Step], what: Work) -> None:
    """The whole life of a worker; it never returns."""
    code = 1
    try:
        channel.recv(1)
        what(folder, steps, lambda number: channel.sendall(_NUMBER.pack(number)))
        code = 0
    except BaseException:  # noqa: BLE001  # what is raised here must not go on in a fork of the parent
        traceback.print_exc()
    finally:
        os._exit(code)
