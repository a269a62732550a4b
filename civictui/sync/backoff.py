"""When to try again: full jitter below a doubling bound, or when the server says."""

import random

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 300.0
"""Seconds between tries while nothing answers."""


class Backoff:
    """How often it was tried in vain, and what follows from it."""

    def __init__(self, longest: float = LONGEST_PAUSE) -> None:
        self._longest = longest
        self._tries = 0

    def pause(self, wanted: float = 0.0) -> float:
        """Seconds until the next try, and not less than the server `wanted`."""
        bound = min(self._longest, FIRST_PAUSE * 2 ** min(self._tries + 1, 16))
        self._tries += 1
        return max(wanted, random.uniform(min(FIRST_PAUSE, bound / 2), bound))

    def reset(self) -> None:
        """It went well, or somebody asked."""
        self._tries = 0
