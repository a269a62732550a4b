"""Who is under way at the same time: so that an answer can let another one pass."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.messages import Request


class Crowd:
    """Exchanges under way. Belongs to one event loop."""

    def __init__(self) -> None:
        self._under_way = 0
        self._waiting: list[asyncio.Future[None]] = []

    @contextmanager
    def joined(self, request: Request) -> Iterator[None]:
        if request.is_held:
            yield
            return
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            self._release()

    async def let_another_pass(self) -> None:
        """Wait for the next exchange that ends; where all others wait, too, nobody does."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        if len(self._waiting) >= self._under_way:
            self._release()
        await turn

    def _release(self) -> None:
        for turn in self._waiting:
            if not turn.done():
                turn.set_result(None)
        self._waiting.clear()
