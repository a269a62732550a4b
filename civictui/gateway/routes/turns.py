"""One request at a time adds to an upload: whoever comes next waits for the one before.

On a bad line the next request is there before the gateway has stored all that the one before
brought, or has even noticed that its connection is dead. What is said of the upload then would make
the client send it again.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

GRACE_SECONDS = 1.0
"""How long one that was overtaken may still read; then it stores what it has, and ends."""


@dataclass(slots=True)
class _Running:
    give_up: Callable[[], None]
    ended: asyncio.Event = field(default_factory=asyncio.Event)


class Turns:
    """Who adds to which upload. Belongs to the event loop."""

    def __init__(self) -> None:
        self._running: dict[str, _Running] = {}

    async def free(self, identity: str) -> None:
        """Wait until nobody adds to this upload."""
        while running := self._running.get(identity):
            try:
                async with asyncio.timeout(GRACE_SECONDS):
                    await running.ended.wait()
            except TimeoutError:
                running.give_up()
                await running.ended.wait()

    @asynccontextmanager
    async def taken(self, identity: str, give_up: Callable[[], None]) -> AsyncIterator[None]:
        """Be the one who adds to it; `give_up` is called when another one waits too long."""
        await self.free(identity)
        running = self._running[identity] = _Running(give_up)
        try:
            yield
        finally:
            del self._running[identity]
            running.ended.set()


_TURNS: WeakKeyDictionary[object, Turns] = WeakKeyDictionary()


def turns_of(uploads: object) -> Turns:
    """Those of one gateway's uploads."""
    return _TURNS.setdefault(uploads, Turns())
