"""One longpoll upstream for all who wait here: it rings when something was written there."""

import asyncio
import random
from collections.abc import Callable

from civictui.couchdb.endpoint import CouchEndpoint
from civictui.domain.ports import Seq
from civictui.gateway.database.couchdb.faults import answered
from civictui.gateway.problems import Problem

_HELD_SECONDS = 300.0
_ROWS = 1000
_SHORTEST_PAUSE = 0.25
_LONGEST_PAUSE = 15.0
_BREATH = 0.05
"""Between two rings: many writes wake everyone 20 times a second at most."""
_RUSH = 0.02
"""An answer that comes at once and has nothing in it is no longpoll's: then it waits a second."""


class Watcher:
    """Begins with the first who waits. Belongs to one event loop."""

    def __init__(self, remote: CouchEndpoint, ring: Callable[[], None]) -> None:
        self._remote = remote
        self._ring = ring
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._watch())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self) -> None:
        since: Seq | None = None
        pause = _SHORTEST_PAUSE
        while True:
            try:
                with answered():
                    since = await (self._began() if since is None else self._waited(since))
                pause = _SHORTEST_PAUSE
            except Problem:
                since = None  # it may be another database when it answers again
                await asyncio.sleep(pause * (1 + random.random()))
                pause = min(2 * pause, _LONGEST_PAUSE)

    async def _began(self) -> Seq:
        """Where the feed stands. What came before that nobody was told of, so everyone looks."""
        sequence = (await self._remote.info()).update_seq
        self._ring()
        return sequence

    async def _waited(self, since: Seq) -> Seq:
        """Where the feed stands after one longpoll."""
        clock = asyncio.get_running_loop().time
        began = clock()
        page = await self._remote.changes(since, limit=_ROWS, wait=_HELD_SECONDS)
        if page.rows:
            self._ring()
            await asyncio.sleep(_BREATH)
        elif clock() - began < _RUSH:
            await asyncio.sleep(1)
        return page.last_seq
