"""Reading again what a screen shows, whenever it may have changed."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from time import monotonic
from typing import Any

from textual.timer import Timer

from civictui.domain.errors import CivicError
from civictui.screens.page import Page
from civictui.widgets.background import in_background

CALM = 0.5
"""Seconds between two readings while a sync changes things again and again."""
PATIENCE = 1.0
"""Seconds for which somebody waits for a reading to be through: a store may hang."""
_SHARE = 10
"""A reading that takes long is done more seldom: one that takes a second, every ten seconds."""


class Rereading:
    """Has `read` done for a page: one reading at a time, and one more where that came too late."""

    def __init__(self, page: Page[Any], read: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._page = page
        self._read = read
        self._stale = False
        self._running = False
        self._ended = asyncio.Event()
        self._missed = False
        self._took = 0.0
        """Seconds of the last reading."""
        self._pause: Timer | None = None

    def now(self) -> None:
        """Read now, or right after the reading that is going on."""
        self._stale = True
        if not self._running:
            self._running = True
            self._ended.clear()
            in_background(self._page, self._go, "reading")

    async def through(self) -> None:
        """Wait until what is shown is what was asked for; not for ever."""
        if self._running:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), PATIENCE)

    def calmly(self) -> None:
        """Read, but not more often than a person and a thin link can follow."""
        self._missed = self._pause is not None
        if self._pause is None:
            self.now()
            self._pause = self._page.set_timer(max(CALM, _SHARE * self._took), self._end_pause)

    def _end_pause(self) -> None:
        self._pause = None
        if self._missed:
            self.calmly()

    async def _go(self) -> None:
        try:
            while self._stale:
                self._stale = False
                began = monotonic()
                await self._read()
                self._took = monotonic() - began
        except CivicError as error:
            self._page.failed(error)
        finally:
            self._running = False
            self._ended.set()
