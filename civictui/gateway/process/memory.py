"""What the process asks of its allocator: that what was freed is the system's again."""

import ctypes
from contextlib import suppress

_M_MMAP_THRESHOLD = -3
"""Of mallopt(3)."""
_LARGE_BYTES = 512 * 1024


def give_back() -> None:
    """Let large blocks go when they are freed, wherever they lie.

    glibc has them among all others once some were freed (its threshold grows to 32 MiB): pages of
    16 MiB, made at once for many who ask, would stay as holes between what is small and lives on.
    """
    with suppress(OSError, AttributeError):  # a Python that loads nothing, a libc that is not glibc
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
