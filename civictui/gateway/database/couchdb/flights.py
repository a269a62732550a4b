"""One question for all who ask the same at the same time: of many who wake up, one asks."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Flights:
    """Questions that are on their way. Belongs to one event loop."""

    def __init__(self) -> None:
        self._joinable: dict[Hashable, asyncio.Task[Any]] = {}
        self._all: set[asyncio.Task[Any]] = set()

    async def join(self, key: Hashable, ask: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The answer to the question `key`: of one that is on its way, or of `ask`."""
        task = self._joinable.get(key)
        if task is None:
            task = self._joinable[key] = asyncio.create_task(ask())
            self._all.add(task)
            task.add_done_callback(lambda done: self._landed(key, done))
        return cast(T, await asyncio.shield(task))

    def part(self) -> None:
        """Something was written: what is on its way may not know, and nobody joins it any more."""
        self._joinable.clear()

    async def close(self) -> None:
        for task in self._all:
            task.cancel()
        await asyncio.gather(*self._all, return_exceptions=True)

    def _landed(self, key: Hashable, task: asyncio.Task[Any]) -> None:
        self._all.discard(task)
        if self._joinable.get(key) is task:
            del self._joinable[key]
        if not task.cancelled():
            task.exception()  # they who wait are told; there may be none left
