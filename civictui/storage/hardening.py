"""What the process does so that no secret leaves it by itself."""

import ctypes
import os
import resource

_PR_SET_DUMPABLE = 4


def harden_process() -> None:
    """No core dumps, no reading by other processes of this user, no files for others.

    Keys live in bytearrays that are zeroed at lock; a password, being a Python `str`, cannot be
    wiped and stays in memory until it is overwritten by chance.
    """
    os.umask(0o077)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "prctl"):  # Linux
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
