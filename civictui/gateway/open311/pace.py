"""How many requests a minute each API key may make: a bucket that fills by itself.

Keys that are none have no bucket, so that there are no more of them than keys. It is empty again
after a restart; what protects from strangers is the proxy before the gateway.
"""

import math

from civictui.domain.ports import Clock
from civictui.gateway.problems import Problem

_MINUTE = 60.0


class Pace:
    """Of one gateway. Belongs to the event loop."""

    def __init__(self, a_minute: int, clock: Clock) -> None:
        self._most = float(a_minute)
        self._clock = clock
        self._left: dict[str, tuple[float, float]] = {}
        """By key, how many requests it had left, and when that was (monotonic seconds)."""

    def count(self, key: str) -> None:
        """One request more of this key. Raises Problem 429, which says when to come again."""
        now = self._clock.monotonic()
        before, at = self._left.get(key, (self._most, now))
        left = min(self._most, before + (now - at) * self._most / _MINUTE)
        if left < 1:
            wait = math.ceil((1 - left) * _MINUTE / self._most)
            reason = f"This key makes more than {self._most:.0f} requests a minute."
            raise Problem(429, "too_many_requests", reason, headers={"Retry-After": str(wait)})
        self._left[key] = (left - 1, now)
