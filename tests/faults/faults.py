"""What can happen to one exchange between a client and a gateway.

A fault meets a crossing: it may have the request served (once, twice or never), let through what
of the answer it likes, and end the connection. The TCP proxy and the ASGI layer have crossings of
their own; the faults are the same.
"""

import asyncio
import random
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tests.faults.messages import Head, Request, message

Sleep = Callable[[float], Awaitable[None]]


class Crossing(Protocol):
    """One request on its way, and the way back to the client."""

    @property
    def request(self) -> Request: ...

    def answer(self) -> AsyncIterator[bytes]:
        """Have the request served, once for each call; the answer's bytes as they come."""
        ...

    async def send(self, piece: bytes) -> None:
        """Towards the client."""
        ...

    async def let_another_pass(self) -> None:
        """Wait until the answer to another request has gone, where there is one under way."""
        ...

    def end(self) -> None:
        """Close the client's connection: nothing more comes."""
        ...


class Fault:
    """No fault at all: the exchange as it should be."""

    async def meet(self, crossing: Crossing) -> None:
        async for piece in crossing.answer():
            await crossing.send(piece)


PASS = Fault()


class LoseRequest(Fault):
    """The request never arrives."""

    async def meet(self, crossing: Crossing) -> None:
        crossing.end()


class LoseAnswer(Fault):
    """The request is served, and nobody learns of it."""

    async def meet(self, crossing: Crossing) -> None:
        await whole(crossing)
        crossing.end()


@dataclass(frozen=True)
class Cut(Fault):
    """The request is served, and only the first bytes of the answer arrive."""

    after: int

    async def meet(self, crossing: Crossing) -> None:
        await crossing.send((await whole(crossing))[: self.after])
        crossing.end()


class Twice(Fault):
    """The network repeats the request: it is served twice, and answered once."""

    async def meet(self, crossing: Crossing) -> None:
        await whole(crossing)
        await PASS.meet(crossing)


@dataclass(frozen=True)
class Late(Fault):
    """The request takes its time on the way."""

    seconds: float
    sleep: Sleep = asyncio.sleep

    async def meet(self, crossing: Crossing) -> None:
        await self.sleep(self.seconds)
        await PASS.meet(crossing)


class Overtaken(Fault):
    """The answer waits until that to another request has gone by."""

    async def meet(self, crossing: Crossing) -> None:
        served = await whole(crossing)
        await crossing.let_another_pass()
        await crossing.send(served)


@dataclass(frozen=True)
class Instead(Fault):
    """Something else answers; where `served`, the request has been served all the same."""

    status: int
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    served: bool = False

    async def meet(self, crossing: Crossing) -> None:
        if self.served:
            await whole(crossing)
        await crossing.send(message(self.status, self.headers, self.content))


@dataclass(frozen=True)
class WrongLength(Fault):
    """The answer's Content-Length is not its length; then the connection ends."""

    by: int

    async def meet(self, crossing: Crossing) -> None:
        served = await whole(crossing)
        head, blank, content = served.partition(b"\r\n\r\n")
        told = Head.parse(head + blank)
        before = f"{told.headers.get('content-length', len(content))}".encode()
        after = str(max(0, len(content) + self.by)).encode()
        lines = head.split(b"\r\n")
        changed = [_with_length(line, before, after) for line in lines]
        await crossing.send(b"\r\n".join(changed) + blank + content)
        crossing.end()


def _with_length(line: bytes, before: bytes, after: bytes) -> bytes:
    return line.replace(before, after) if line.lower().startswith(b"content-length:") else line


@dataclass(frozen=True)
class Swell(Fault):
    """An answer without an end in sight: `piece`, `times` over, in chunks."""

    piece: bytes
    times: int
    headers: Mapping[str, str] = field(default_factory=dict)

    async def meet(self, crossing: Crossing) -> None:
        headers = {**self.headers, "Transfer-Encoding": "chunked"}
        await crossing.send(message(200, headers, b""))
        frame = b"%x\r\n%b\r\n" % (len(self.piece), self.piece)
        for _ in range(self.times):
            await crossing.send(frame)
        await crossing.send(b"0\r\n\r\n")


async def whole(crossing: Crossing) -> bytes:
    """Have the request served and keep the answer."""
    return b"".join([piece async for piece in crossing.answer()])


def bomb(inflated: int) -> bytes:
    """A gzip body of a thousandth of what it becomes: a JSON text of so many blanks."""
    squeeze, block = zlib.compressobj(9, wbits=31), b" " * 1_000_000
    pieces = [squeeze.compress(block) for _ in range(inflated // len(block))]
    return b"".join([*pieces, squeeze.flush()])


PORTAL = Instead(
    200,
    b"<!doctype html><html><body><h1>Welcome to Station WLAN</h1>Sign in to go on",
    {"Content-Type": "text/html"},
)
"""A captive portal: a page of its own, as if all were well."""
SESSION_OVER = Instead(401, b'{"error": "unauthorized", "reason": "the token has expired"}')


def busy(retry_after: int | str | None = None, status: int = 503) -> Instead:
    """A server in trouble, which may say when to come again."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Instead(status, b"<html>Service Unavailable</html>", headers)


Judge = Callable[[Request], Fault]


def no_fault(_: Request) -> Fault:
    return PASS


class Storm:
    """Faults at random, the same for the same seed: the n-th request meets the n-th fault.

    `likely` is how probable it is that a request meets any; `kinds` are those that there are.
    """

    def __init__(self, seed: object, likely: float, kinds: Sequence[Fault]) -> None:
        self._rng = random.Random(str(seed))
        self._likely = likely
        self._kinds = kinds
        self.met: list[Fault] = []

    def __call__(self, _: Request) -> Fault:
        hit = self._rng.random() < self._likely
        self.met.append(self._rng.choice(self._kinds) if hit else PASS)
        return self.met[-1]

    @property
    def faults(self) -> int:
        return sum(fault is not PASS for fault in self.met)
