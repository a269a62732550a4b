"""News of the server's database: one request held open beside everything else.

It is not given up when somebody here has something to send. What it answers is the first page of
the next pull, so that nothing is asked for twice: a report's own echo costs no request.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from civictui.domain.errors import Unreachable
from civictui.domain.ports import Changes, Endpoint, Seq

A_WHILE = 1.0
"""Seconds after which a held request that breaks says nothing of whether there is a server."""
ECHO_SECONDS = 5.0
"""How long what was just sent may take to come back, before it is asked for."""


class Feed:
    """At most one held request; `lost` is called where its line broke."""

    def __init__(self, remote: Endpoint, lost: Callable[[], None]) -> None:
        self._remote = remote
        self._lost = lost
        self._held: asyncio.Task[Changes] | None = None
        self._since: Seq = 0
        self._began = 0.0

    @property
    def is_held(self) -> bool:
        """Whether the server would tell us now if anything happened."""
        return self._held is not None and not self._held.done()

    def hold(self, since: Seq, limit: int, seconds: float) -> None:
        """Ask for what comes after `since`, unless that is being asked already."""
        if self._held is not None and self._since == since:
            return
        self._drop()
        self._since, self._began = since, asyncio.get_running_loop().time()
        asked = self._remote.changes(since, limit=limit, wait=seconds, include_docs=True)
        self._held = asyncio.ensure_future(asked)

    async def answered(self) -> None:
        """Wait for the end of the held request, however it ends. Cancelling this leaves it."""
        if self._held is not None:
            await asyncio.wait([self._held])

    def take(self, since: Seq) -> Changes | None:
        """What the held request was answered, if it was and was asked for `since`.

        Raises what it ended with. A line that broke after a while says nothing of the server,
        so that is no answer: whoever asks next finds out.
        """
        held, self._held = self._held, None
        if held is None or not held.done():
            self._held = held
            return None
        held_for = asyncio.get_running_loop().time() - self._began
        error = held.exception()
        if isinstance(error, Unreachable):
            self._lost()
            if held_for >= A_WHILE:
                return None
        page = held.result()
        return page if self._since == since else None

    async def echo(self, since: Seq) -> Changes | None:
        """As `take`, after something was sent: the answer to that takes no longer than its own."""
        with suppress(TimeoutError):
            async with asyncio.timeout(ECHO_SECONDS):
                await self.answered()
        return self.take(since)

    async def close(self) -> None:
        held = self._drop()
        if held is not None:
            await asyncio.gather(held, return_exceptions=True)

    def _drop(self) -> "asyncio.Task[Changes] | None":
        held, self._held = self._held, None
        if held is not None and not held.cancel() and not held.cancelled():
            held.exception()  # it had ended, and nobody will ask how
        return held
