"""A few places, and short queues before them: anybody may ask here, and memory is bounded."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from civictui.gateway.problems import busy
from civictui.gateway.routes import bulk

_FORMS_AT_ONCE = 16
_MOST_WAITING = 64
_RETRY_SECONDS = 5


class Places:
    """`count` of them; who comes while `most` have one or wait is sent away."""

    def __init__(self, count: int, most: int = _MOST_WAITING) -> None:
        self._free = asyncio.Semaphore(count)
        self._most = most
        self.here = 0

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Wait for a place, and keep it for the length of `with`. Raises Problem 503."""
        if self.here >= self._most:
            raise busy("Too many ask at this moment. Try again later.", _RETRY_SECONDS)
        self.here += 1
        try:
            async with self._free:
                yield
        finally:
            self.here -= 1


class Desk:
    """Where the forms of one account are read, or those of whom nobody knows yet who sends them.

    Each has room of its own: what one of them fills it takes from nobody else.
    """

    def __init__(self) -> None:
        self.forms = Places(_FORMS_AT_ONCE)
        self.long = bulk.Places()
        """For forms that are much to hold, until what they say is stored."""


class Turns:
    """One after the other of each name, in the order in which they come."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def of(self, name: str) -> asyncio.Lock:
        return self._locks.setdefault(name, asyncio.Lock())
