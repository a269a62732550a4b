"""A body taken in as fast as it comes, ahead of whoever stores it.

uvicorn drops what it has received and nobody has read when the connection breaks. On a bad link
that is most of what came. So the first bytes are read before anything is awaited, and a task keeps
reading while the store looks up the upload and writes: all that came is kept.
"""

import asyncio
from types import TracebackType
from typing import Self

from starlette.requests import ClientDisconnect, Request

from civictui.gateway.problems import Problem
from civictui.gateway.routes.bodies import chunks

_AHEAD_BYTES = 1024 * 1024
"""How far reading may be ahead of storing."""


class Intake:
    """The body of one request: `async with Intake(request) as intake`, then `take` until empty."""

    def __init__(self, request: Request) -> None:
        self._source = chunks(request)
        self._buffer = bytearray()
        self._came = asyncio.Event()
        self._room = asyncio.Event()
        self._ended = False
        self._broken: Exception | None = None

    async def __aenter__(self) -> Self:
        await self._step()
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._reading.cancel()
        await asyncio.wait([self._reading])

    async def take(self, least: int) -> bytes:
        """At least so many bytes, fewer at the end of the body, none behind it."""
        while len(self._buffer) < least and not self._ended:
            self._came.clear()
            await self._came.wait()
        content = bytes(self._buffer)
        self._buffer.clear()
        self._room.set()
        return content

    def raise_broken(self) -> None:
        """Raise what ended the body before its time: ClientDisconnect, or Problem 408."""
        if self._broken:
            raise self._broken

    def give_up(self) -> None:
        """Take no more: another request goes on where this one stands."""
        reason = "Another request goes on with this upload."
        self._broken = self._broken or Problem(409, "offset_mismatch", reason)
        self._ended = True
        self._came.set()

    async def _read(self) -> None:
        while not self._ended:
            if len(self._buffer) >= _AHEAD_BYTES:
                self._room.clear()
                await self._room.wait()
            await self._step()

    async def _step(self) -> None:
        try:
            chunk = await anext(self._source, None)
        except (ClientDisconnect, Problem) as error:
            chunk, self._broken = None, error
        if chunk is None:
            self._ended = True
        else:
            self._buffer += chunk
        self._came.set()
