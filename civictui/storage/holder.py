"""One process a store: a lock on its folder, and a note of who holds it.

The lock is an flock, which ends with its process, however that ends. Who holds it says the kernel,
in /proc/locks; where that cannot be had, `holder` beside the log: {"pid", "start"}. That is a note,
may be stale, and anybody of this account can have written it: it is believed only as far as the
process that it names fits.
"""

import fcntl
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from civictui.codec import BadJson, decode_object, encode
from civictui.domain.errors import StoreBusy, StoreError
from civictui.storage.files import disk_errors, open_private, read_private, write_all

LEAVE_SECONDS = 5.0
"""How long a process that was asked to leave may take for it."""
ASK_SECONDS = 1.0
_LOOK_SECONDS = 0.05
_LARGEST_PID = 2**22
"""PID_MAX_LIMIT of Linux."""


@dataclass(slots=True)
class StoreLock:
    """A store that is ours until `release`."""

    _place: Path
    _descriptor: int

    @classmethod
    def take(cls, place: Path) -> "StoreLock":
        """Raises StoreBusy, naming the process that holds it."""
        with disk_errors("Opening the store"):
            descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            pid = _holder(place)
            which = f" (process {pid})" if pid else ""
            raise StoreBusy(
                f"This store is open in another civictui{which}",
                "Close that one, or take the store over (--take-over).",
                pid,
            ) from error
        lock = cls(place, descriptor)
        lock.note()
        return lock

    def note(self) -> None:
        """Say who holds the store; on a disk that cannot be written nobody is told."""
        pid = os.getpid()
        content = encode({"pid": pid, "start": _started(pid)})
        with suppress(OSError, StoreError):
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
            descriptor = open_private(self._place / "holder", flags)
            try:
                write_all(descriptor, content)
            finally:
                os.close(descriptor)

    def release(self) -> None:
        with suppress(OSError):
            (self._place / "holder").unlink(missing_ok=True)
        os.close(self._descriptor)


def take_over(
    place: Path,
    *,
    monotonic: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> StoreLock:
    """Take the store, asking its holder to save and leave. Raises StoreBusy if it does not."""
    end, ask_again = monotonic() + LEAVE_SECONDS, 0.0
    while True:
        try:
            return StoreLock.take(place)
        except StoreBusy as busy:
            if not busy.holder or busy.holder == os.getpid():
                raise
            if monotonic() >= ask_again:  # one that was just leaving may not have heard it
                ask_again = monotonic() + ASK_SECONDS
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(busy.holder, signal.SIGTERM)
                    os.kill(busy.holder, signal.SIGCONT)  # one that was stopped hears nothing
            if monotonic() > end:
                raise StoreBusy(
                    f"Process {busy.holder} was asked to leave, and has not",
                    "Wait a moment and try again, or end it with kill -9: nothing saved is lost.",
                    busy.holder,
                ) from busy
        pause(_LOOK_SECONDS)


def _holder(place: Path) -> int:
    """The process that has the store, 0 where that cannot be told."""
    return _by_kernel(place) or _by_note(place)


def _by_kernel(place: Path) -> int:
    """From lines such as `1: FLOCK  ADVISORY  WRITE 4711 08:01:131 0 EOF` (proc_locks(5))."""
    found = place.stat()
    device = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}"
    with suppress(OSError):
        for line in Path("/proc/locks").read_text("ascii", "replace").splitlines():
            words = line.split()
            if words[1:2] == ["FLOCK"] and words[5:6] == [f"{device}:{found.st_ino}"]:
                return int(words[4]) if words[4].isdigit() else 0
    return 0


def _by_note(place: Path) -> int:
    try:
        said = decode_object(read_private(place / "holder"))
    except (FileNotFoundError, StoreError, BadJson):
        return 0
    pid, start = said.get("pid"), said.get("start")
    if not isinstance(pid, int) or not 1 < pid <= _LARGEST_PID or not start:
        return 0
    return pid if _started(pid) == start and _is_ours(pid) else 0


def _is_ours(pid: int) -> bool:
    """Whether this is a civictui of this account."""
    try:
        process = Path(f"/proc/{pid}")
        return (
            process.stat().st_uid == os.geteuid()
            and b"civictui" in (process / "cmdline").read_bytes()
        )
    except OSError:
        return False


def _started(pid: int) -> int:
    """When a process began, in the kernel's ticks: a number that is used again has another."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        return int(fields[19])
    except (OSError, IndexError, ValueError):
        return 0
