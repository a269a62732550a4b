"""Pictures that somebody waits for: each fetched at once, beside whatever the round is doing."""

import asyncio
from collections.abc import Awaitable, Callable

from civictui.domain.errors import CivicError
from civictui.domain.events import PictureFailed, PictureReady
from civictui.domain.ports import Emit

Fetch = Callable[[str], Awaitable[None]]


class WantedPictures:
    """Belongs to one event loop."""

    def __init__(self, fetch: Fetch, emit: Emit) -> None:
        self._fetch = fetch
        self._emit = emit
        self._fetching: dict[str, asyncio.Task[None]] = {}

    def want(self, key: str) -> None:
        """PictureReady or PictureFailed follows, once, however often it is asked for meanwhile."""
        if key not in self._fetching:
            self._fetching[key] = asyncio.ensure_future(self._fetched(key))

    async def close(self) -> None:
        tasks = list(self._fetching.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _fetched(self, key: str) -> None:
        try:
            await self._fetch(key)
        except CivicError as error:
            self._emit(PictureFailed(key, str(error)))
        else:
            self._emit(PictureReady(key))
        finally:
            del self._fetching[key]
