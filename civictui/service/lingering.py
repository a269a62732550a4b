"""A locked store that goes on sending for a while: the grace after an idle lock or a hang-up.

It lives in a thread of its own, for the app's event loop may end before it does. Nobody sees
anything of the store in that time; its loop alone has the key, and when all is sent, or the time
is up, or somebody wants the store, it is closed and the key is zeroed.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from civictui.domain.errors import CivicError
from civictui.domain.events import Event, SignInNeeded, SyncStateChanged
from civictui.domain.model import SyncPhase
from civictui.service.working import Working

SENDING_SECONDS = 30 * 60.0


class Lingering:
    """`told` hears when `left`, what is to be sent, changes; it is called from any thread.

    It is given how much is given up, 0 until the end, and also then where somebody wanted the
    store: what waits before the next sign-in is not sent.
    """

    def __init__(
        self,
        working: Working,
        left: int,
        seconds: float,
        told: Callable[[int], object],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.account = working.account
        self._working = working
        self._told = told
        self._end = monotonic() + seconds
        self._monotonic = monotonic
        self._finished = threading.Event()
        self._news = threading.Event()
        self._left = left
        self._wanted = False
        working.relay.target = self._hear
        if working.sync.state().phase is SyncPhase.NEEDS_SIGN_IN:  # said just before we listened
            self._finish()
        self._thread = threading.Thread(target=self._run, name="lingering", daemon=True)
        self._thread.start()

    @property
    def left(self) -> int:
        """Reports and photos that are still to be sent; 0 once it has ended."""
        return self._left if self._thread.is_alive() else 0

    def end(self) -> None:
        """Close the store now; returns when that is done."""
        self._wanted = True
        self._finish()
        self._thread.join()

    def join(self) -> None:
        """Wait until it has ended by itself."""
        self._thread.join()

    def _hear(self, event: Event) -> None:
        """Called from the loop's thread."""
        if isinstance(event, SignInNeeded):  # nobody is here to sign in
            self._finish()
        if isinstance(event, SyncStateChanged):
            self._news.set()

    def _finish(self) -> None:
        self._finished.set()
        self._news.set()

    def _run(self) -> None:
        with suppress(CivicError):  # a disk that is gone: what was saved before is on it
            while self._left and not self._finished.is_set() and self._has_time():
                self._count()
        given_up = 0 if self._wanted else self._left + self._working.resting
        with suppress(CivicError):
            asyncio.run(self._working.close())
        self._left = 0
        self._told(given_up)

    def _has_time(self) -> bool:
        """Wait for news; False when the time is up."""
        return self._news.wait(max(0.0, self._end - self._monotonic()))

    def _count(self) -> None:
        self._news.clear()
        left = asyncio.run(self._working.sendable())
        if left != self._left:
            self._left = left
            self._told(0)
