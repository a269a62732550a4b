"""Writes to one document, one at a time: what was judged must still hold when it is stored."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager


class DocumentLocks:
    """A lock for each document that somebody here is writing. Belongs to one event loop."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._wanted: Counter[str] = Counter()

    @asynccontextmanager
    async def holding(self, keys: Iterable[str]) -> AsyncIterator[None]:
        """Alone with these documents. They are taken in one order, so that no two wait for each
        other.
        """
        ordered = sorted(set(keys))
        self._wanted.update(ordered)
        try:
            async with AsyncExitStack() as held:
                for key in ordered:
                    await held.enter_async_context(self._locks.setdefault(key, asyncio.Lock()))
                yield
        finally:
            self._let_go(ordered)

    def _let_go(self, keys: list[str]) -> None:
        self._wanted.subtract(keys)
        for key in keys:
            if not self._wanted[key]:
                del self._wanted[key]
                self._locks.pop(key, None)
