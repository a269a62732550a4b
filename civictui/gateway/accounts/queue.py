"""Whose password is looked at next: a bounded queue, in which the addresses take turns.

To look at a password is dear on purpose. Whoever sends hundreds waits for his own ones alone, and
most of those are sent away at once; somebody elsewhere waits for one of his at most.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from civictui.gateway.problems import Problem

MOST_WAITING = 128
"""So many wait, all together."""
MOST_OF_ONE = 32
"""So many of one address wait: a shift that begins its day behind one carrier's address."""
_RETRY_SECONDS = 2

Place = asyncio.Future[None]
"""Of one who waits; it is done when the turn has come."""


class FairQueue:
    """`at_once` turns at a time. Belongs to one event loop."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: dict[str, deque[Place]] = {}
        """By address, never empty; the first address is the next."""

    @asynccontextmanager
    async def turn(self, address: str) -> AsyncIterator[None]:
        """Hold a turn for the length of `with`. Raises Problem 503 `busy` where too many wait."""
        await self._enter(address)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, address: str) -> None:
        if self._free:  # then nobody waits
            self._free -= 1
            return
        self._make_room(address)
        place: Place = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(address, deque()).append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.cancelled():
                self._forget(address, place)
            elif place.exception() is None:
                self._leave()  # the turn had come already
            raise

    def _leave(self) -> None:
        """The next one's turn: the oldest of an address, which then stands behind the others."""
        while self._waiting:
            address = next(iter(self._waiting))
            places = self._waiting.pop(address)
            place = places.popleft()
            if places:
                self._waiting[address] = places
            if not place.done():
                place.set_result(None)
                return
        self._free += 1

    def _make_room(self, address: str) -> None:
        """Where all places are taken, the address with the most gives its newest. Or raise."""
        own = len(self._waiting.get(address, ()))
        if own >= MOST_OF_ONE:
            raise _busy()
        if sum(map(len, self._waiting.values())) < MOST_WAITING:
            return
        most = max(self._waiting.values(), key=len)
        if len(most) <= own + 1:
            raise _busy()
        sent_away = most.pop()
        if not sent_away.done():
            sent_away.set_exception(_busy())

    def _forget(self, address: str, place: Place) -> None:
        places = self._waiting.get(address, deque())
        if place in places:
            places.remove(place)
            if not places:
                del self._waiting[address]


def _busy() -> Problem:
    return Problem(
        503,
        "busy",
        "Too many are signing in at this moment. Nothing was counted; try again in a moment.",
        headers={"Retry-After": str(_RETRY_SECONDS)},
    )
