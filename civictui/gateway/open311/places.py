"""A few places, and a short queue before them: anybody may ask here, and memory is bounded."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from civictui.gateway.problems import Problem


class Places:
    """`count` of them; who comes while `most` have one or wait is sent away."""

    def __init__(self, count: int, most: int) -> None:
        self._free = asyncio.Semaphore(count)
        self._most = most
        self.here = 0

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Wait for a place, and keep it for the length of `with`. Raises Problem 503."""
        if self.here >= self._most:
            reason = "Too many ask at this moment. Try again later."
            raise Problem(503, "busy", reason, headers={"Retry-After": "5"})
        self.here += 1
        try:
            async with self._free:
                yield
        finally:
            self.here -= 1
