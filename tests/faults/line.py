"""A thin line: so many bits a second each way, and so long a way there and back."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

Sleep = Callable[[float], Awaitable[None]]
Now = Callable[[], float]


class Counted(Protocol):
    """An exchange of which the bytes are known."""

    @property
    def sent(self) -> int: ...
    @property
    def received(self) -> int: ...


@dataclass
class Lane:
    """One direction: what is sent waits until what was sent before has gone."""

    bits: float
    now: Now
    sleep: Sleep
    _free: float = 0.0

    async def carry(self, size: int) -> None:
        """Return when so many bytes have gone."""
        self._free = max(self.now(), self._free) + size * 8 / self.bits
        await self.sleep(max(0.0, self._free - self.now()))


def _loop_time() -> float:
    return asyncio.get_running_loop().time()


class Line:
    """Both directions of a line of `bits` a second and `round_trip` seconds.

    Whoever speaks first waits half a round trip before the first byte of a message is there, and
    the other side's answer takes the other half.
    """

    def __init__(
        self,
        bits: float,
        round_trip: float = 0.0,
        *,
        now: Now = _loop_time,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.up = Lane(bits, now, sleep)
        self.down = Lane(bits, now, sleep)
        self.round_trip = round_trip
        self._sleep = sleep

    async def connect(self) -> None:
        """A connection costs a round trip of its own."""
        await self._sleep(self.round_trip)

    async def latency(self) -> None:
        await self._sleep(self.round_trip / 2)


def seconds_on(
    exchanges: Iterable[Counted], bits: float, round_trip: float, *, connections: int = 1
) -> float:
    """How long these exchanges take on such a line, one after the other: no clock is asked."""
    listed = list(exchanges)
    size = sum(exchange.sent + exchange.received for exchange in listed)
    return (len(listed) + connections) * round_trip + size * 8 / bits
