"""How much is tried: little and always the same in `make test`, all of it in `make torture`."""

import os

FULL = bool(os.environ.get("CIVICTUI_TORTURE"))


def count(small: int, full: int) -> int:
    return full if FULL else small
