"""The wait for news between two rounds: a request that the server holds, and how often."""

import asyncio

from civictui.domain.ports import Changes, Clock
from civictui.sync.gateway import Gateway
from civictui.sync.pictures.waits import first

LEAST_SECONDS = 1.0
"""The least time between two such requests."""
LISTEN_SECONDS = 240.0
"""How long one request waits for news: an idle link carries little more than these."""


class Hearing:
    """Belongs to one event loop. `woken` is set when somebody here wants a round."""

    def __init__(self, clock: Clock, woken: asyncio.Event) -> None:
        self._clock = clock
        self._woken = woken
        self._hasty = 0
        self._news: Changes | None = None

    def be_patient_anew(self) -> None:
        """Somebody wants to know: what was hasty before says nothing any more."""
        self._hasty = 0

    def forget(self) -> None:
        """What was heard is out of date."""
        self._news = None

    def take(self, gateway: Gateway) -> Changes | None:
        """The news that the next round begins with, if any came."""
        news, self._news = self._news or gateway.feed.take(gateway.work.since), None
        return news

    async def heard(self, gateway: Gateway) -> bool:
        """Hold a request for news until it ends; whether a round is to follow."""
        work, feed = gateway.work, gateway.feed
        began = self._clock.monotonic()
        gateway.hold(LISTEN_SECONDS)
        absent = work.transfers.absent.wait()  # one comes without news: its text came before
        pictures = 2 * LISTEN_SECONDS if absent is None else min(absent, 2 * LISTEN_SECONDS)
        await first(feed.answered(), self._woken.wait(), asyncio.sleep(pictures))
        if feed.is_held:
            return True
        page = feed.take(work.since)
        if page is None or (page.rows and page.last_seq != work.since):
            self._news = page  # without one, a line broke unseen: the next round finds out
            self._hasty = 0
            return True
        if self._clock.monotonic() - began >= LEAST_SECONDS:
            self._hasty = 0
            return False
        pause = self._hasty_pause()
        await first(self._woken.wait(), asyncio.sleep(min(pause, pictures)))
        return pictures <= pause

    def _hasty_pause(self) -> float:
        """An answer at once to a question that may take minutes, and no news in it.

        The server, or what stands before it, does not hold the request; or it speaks of a change
        that the next round does not make known. It is asked less and less often.
        """
        self._hasty += 1
        return _doubled(LEAST_SECONDS, self._hasty - 1)


def _doubled(seconds: float, times: int) -> float:
    """Up to LISTEN_SECONDS."""
    return min(LISTEN_SECONDS, seconds * 2.0 ** min(times, 30))
