"""Leaving at a signal, also when the event loop does not answer any more.

`loop.add_signal_handler` needs a loop that turns. The handlers here are Python's own, which run
while the main thread waits for anything; they tell the loop to leave, and wake a thread that was
started beforehand. When the program has not left in time, that thread closes what is open and ends
the process.
"""

import asyncio
import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from types import FrameType
from typing import Any, Final

SIGNALS: Final = (signal.SIGHUP, signal.SIGTERM, signal.SIGINT)
PATIENCE = 3.0
"""Seconds that the loop has for leaving."""
LAST_CHANCE = 1.5
"""Seconds that closing from outside has, after which the process ends as it is."""

_LEFT: Final = 0


class Departure:
    """Hears the signals inside its `with`.

    `leave` is called in the event loop, with the signal's number, for each that comes. `abandon`
    makes what is open durable and closes it; it is run in an event loop and a thread of its own.
    """

    def __init__(
        self,
        leave: Callable[[int], object],
        abandon: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        self._leave = leave
        self._abandon = abandon
        self._loop: asyncio.AbstractEventLoop | None = None
        self._heard: list[int] = []
        # A SimpleQueue may be used by a handler that interrupts another use of it.
        self._calls: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._before: dict[int, Any] = {}

    def __enter__(self) -> None:
        """Signals reach the main thread alone; in another one nothing is heard."""
        if threading.current_thread() is threading.main_thread():
            threading.Thread(target=self._watch, name="departure", daemon=True).start()
            self._before = {number: signal.signal(number, self._hear) for number in SIGNALS}

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._calls.put(_LEFT)

    def attend(self) -> None:
        """The running event loop is the one to be told, also of what was heard before."""
        self._loop = asyncio.get_running_loop()
        for number in self._heard:
            self._leave(number)

    def _hear(self, number: int, _: FrameType | None) -> None:
        self._heard.append(number)
        self._calls.put(number)
        if self._loop:
            with suppress(RuntimeError):  # the loop is closed: the program is on its way out
                self._loop.call_soon_threadsafe(self._leave, number)

    def _watch(self) -> None:
        number = self._calls.get()
        end = time.monotonic() + PATIENCE
        while number != _LEFT:
            try:
                if self._calls.get(timeout=max(0.0, end - time.monotonic())) == _LEFT:
                    return
            except queue.Empty:
                self._end(number)

    def _end(self, number: int) -> None:
        closing = threading.Thread(target=lambda: asyncio.run(self._abandon()), daemon=True)
        closing.start()
        closing.join(LAST_CHANCE)
        os._exit(128 + number)
