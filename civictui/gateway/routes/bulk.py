"""Places for bodies that are much to hold, so that a few at a time are held.

A body is light as long as the program would send it. A longer one waits for a place before the rest
of it is read; and one that is long or much once it is inflated and parsed (16 kB of gzip may be
16 MB of JSON, and those 500 MB) waits for another before that.
"""

import asyncio
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self
from weakref import WeakKeyDictionary

from starlette.requests import Request

from civictui.codec import weight

LIGHT = 2 * 1024 * 1024
"""Bytes of a body that waits for nothing, and is read whatever it holds."""
HEAVIEST = 48 * 1024 * 1024
"""The most that a longer one may weigh, see `codec.weight`."""
_MUCH = 12 * 1024 * 1024
"""What a body may weigh that is parsed without a place."""
_COMING = 4
_PARSED = 2


class Places:
    """Those of one gateway, or of a room of it that keeps to itself. Belong to its event loop."""

    def __init__(self) -> None:
        self.coming = asyncio.Semaphore(_COMING)
        self.parsed = asyncio.Semaphore(_PARSED)


class Hold:
    """The places that one request keeps: `async with Hold(request)`, then ask for them."""

    def __init__(self, request: Request, places: Places | None = None) -> None:
        self._places = places or _PLACES.setdefault(request.app, Places())
        self._kept = AsyncExitStack()
        self._parses = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._kept.aclose()

    async def to_come(self) -> None:
        """Wait until a long body may go on to be read; once for a body."""
        await self._kept.enter_async_context(self._places.coming)

    async def to_be_parsed(self) -> None:
        """Wait until much may be held; asked again it is given at once."""
        if not self._parses:
            await self._kept.enter_async_context(self._places.parsed)
            self._parses = True


_PLACES: WeakKeyDictionary[object, Places] = WeakKeyDictionary()


def is_too_heavy(content: bytes) -> bool:
    """Whether JSON would be too much in memory, wherever there is a place."""
    return len(content) > LIGHT and weight(content) > HEAVIEST


def is_much(content: bytes) -> bool:
    """Whether it needs a place."""
    return len(content) > LIGHT or weight(content) > _MUCH
