"""A record log as it was at one moment, read beside whoever writes it, without its lock.

What makes that safe: a generation gets its name when it is whole, it only grows, and what was made
of it lies in a file of another name. So a file that is open gives a state that once was, whatever
becomes of its name; what was acknowledged before it was looked for is in it. At its end a record
may be half written: the copy ends before that.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from civictui.domain.errors import StoreError
from civictui.storage.files import open_private
from civictui.storage.generations import generations, path_of
from civictui.storage.reading import LogBytes
from civictui.storage.record import RecordCipher, is_unfinished

TRIES = 5
"""So often a log is looked for anew when its files change their names meanwhile."""


@dataclass(frozen=True, slots=True)
class LogFile:
    """One generation, open: its first `size` bytes are the snapshot."""

    name: str
    descriptor: int
    size: int
    sound: bool
    """Whether every byte of these belongs to a record that is authentic."""


@contextmanager
def snapshot(room: Path, key: bytes, store: bytes) -> Iterator[list[LogFile]]:
    """The generations of the log in `room`, the one that counts first; none where there is none.

    Raises StoreError.
    """
    with ExitStack() as closing:
        found = _opened(room, closing)
        yield [
            _measured(number, descriptor, RecordCipher(key, store, number))
            for number, descriptor in found
        ]


def _opened(room: Path, closing: ExitStack) -> list[tuple[int, int]]:
    """Number and descriptor of each generation, all of them there at one moment."""
    for _ in range(TRIES):
        with ExitStack() as attempt:
            found: list[tuple[int, int]] = []
            try:
                for number in generations(room):
                    descriptor = open_private(path_of(room, number), os.O_RDONLY)
                    attempt.callback(os.close, descriptor)
                    found.append((number, descriptor))
            except FileNotFoundError:
                continue  # a newer one has taken its place
            closing.push(attempt.pop_all())
            return found
    raise moving(room)


def _measured(number: int, descriptor: int, cipher: RecordCipher) -> LogFile:
    content, end, sound = LogBytes(descriptor), 0, True
    for record in cipher.records(content):
        sound = sound and record.start == end
        end = record.end
    cipher.forget()
    if not (end and is_unfinished(content, end)):  # of what nobody can read all is kept
        end, sound = content.size, sound and end == content.size
    return LogFile(f"log.{number}", descriptor, end, sound)


def moving(room: Path) -> StoreError:
    return StoreError(
        f"The log in {room} changes faster than it can be copied", "Try again in a while."
    )
