"""What is done beside the sync, after rounds that went well: it must keep none of them waiting."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeAlias

from civictui.domain.errors import CivicError
from civictui.domain.ports import OpenStore
from civictui.sync.pictures.waits import first

AGAIN_SECONDS = 300.0
"""Where nothing calls for a round, what could not be done is tried again after these."""

Errand: TypeAlias = Callable[[OpenStore], Awaitable[int]]
"""Something to do with a link; gives how many documents it has changed."""


async def nothing(_: OpenStore) -> int:
    """The errand where there is none."""
    return 0


class Beside:
    """One after the other: the store is tidied up, then the errand is done; now and then again."""

    def __init__(self, store: OpenStore, errand: Errand, changed: Callable[[], None]) -> None:
        """`changed` hears when something is to be sent."""
        self._store = store
        self._errand = errand
        self._changed = changed
        self._task: asyncio.Future[None] | None = None
        self._called = asyncio.Event()

    def begin(self) -> None:
        """At once, or when what is going on is done: there may be more to do than it knew."""
        self._called.set()
        if self._task is None or self._task.done():
            self._task = asyncio.ensure_future(self._go_on())

    async def end(self) -> None:
        """Break it off; what was begun is done another time."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _go_on(self) -> None:
        while True:
            self._called.clear()
            await self._do()
            await first(self._called.wait(), asyncio.sleep(AGAIN_SECONDS))

    async def _do(self) -> None:
        with suppress(CivicError):  # another time
            await self._store.tidy()
            if await self._errand(self._store):
                self._changed()
