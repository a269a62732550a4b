"""How long nobody has touched the keyboard, and when the terminal locks itself for it."""

import math
import time
from collections.abc import Callable

WARNING = 60.0
"""Seconds before the lock from which on it is announced; half the time where that is shorter."""
STEP = 10
"""Seconds between two announcements."""


def seconds() -> float:
    """Seconds that never go backwards, those in which the device slept included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Idle:
    """`after` seconds without a touch it is `over`; with 0 never."""

    def __init__(self, after: float, clock: Callable[[], float] = seconds) -> None:
        self._after = after
        self._clock = clock
        self._warning = min(WARNING, after / 2)
        self._touched: float | None = None

    def allow(self, after: float) -> None:
        """Another time from now on."""
        self._after = after
        self._warning = min(WARNING, after / 2)

    def touch(self) -> None:
        self._touched = self._clock()

    def rest(self) -> None:
        """Nothing is open: until the next touch there is nothing to lock."""
        self._touched = None

    @property
    def since(self) -> float:
        """Seconds since the last touch; infinite before the first."""
        return math.inf if self._touched is None else self._clock() - self._touched

    @property
    def left(self) -> float:
        """Seconds until the lock; infinite where none will be."""
        if self._touched is None or not self._after:
            return math.inf
        return self._touched + self._after - self._clock()

    @property
    def over(self) -> bool:
        return self.left <= 0

    @property
    def words(self) -> str:
        """`locks in 50 s`, in steps; "" while it is not close."""
        left = self.left
        return f"locks in {math.ceil(left / STEP) * STEP} s" if 0 < left <= self._warning else ""

    @property
    def pause(self) -> float:
        """Seconds until there is something new to say or to do."""
        left = self.left
        if left > self._warning:
            return left - self._warning
        return left % STEP or min(left, STEP)
