"""What the picture process may do: little, since it reads what anybody may have made.

It starts with an empty environment and three pipes, and has nothing of the program's memory. What
it may still do is bounded here. Where a system does not know a limit, the others hold.
"""

import ctypes
import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path

from civictui.pictures.files import MAX_BYTES

ROOM = 256 * 1024 * 1024
"""Address space beyond what the process has when it is ready: a rise of 150 MB, with the mappings
of a decoder that is loaded later. It is the wall behind the caps of `opening`."""

CPU_SECONDS = 60
"""Processor time for one picture."""

_PDEATHSIG, _DUMPABLE, _NO_NEW_PRIVILEGES = 1, 4, 38


def confine() -> None:
    """To be called once, when everything that is always needed is loaded."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, MAX_BYTES)  # the memory file counts, too
    _limit(resource.RLIMIT_NOFILE, 32)
    if sys.platform == "linux":
        _limit(resource.RLIMIT_AS, _address_space() + ROOM)
        libc = ctypes.CDLL(None)
        # It ends with the program; no other process of this user reads its memory; a program
        # that it might start gets no rights that it has not itself.
        libc.prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(_DUMPABLE, 0, 0, 0, 0)
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def allow_cpu_for_one_more() -> None:
    """Let the next picture take `CPU_SECONDS` from now; whoever needs more is ended."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _limit(what: int, most: int) -> None:
    with suppress(ValueError, OSError):  # already less than that
        resource.setrlimit(what, (most, most))


def _address_space() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
