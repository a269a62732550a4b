"""A TCP proxy before a gateway: counts what crosses it, and lets a judge choose each one's fate."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from dataclasses import dataclass

from tests.faults.crowd import Crowd
from tests.faults.faults import Judge, no_fault
from tests.faults.line import Line
from tests.faults.messages import Request, answer, read_request

_STREAM_BYTES = 1024 * 1024
_STEP = 256
"""Bytes that a thin line carries at a time."""


@dataclass(slots=True)
class Exchange:
    """One request and what came back, in bytes on the wire, heads included."""

    method: str
    path: str
    sent: int
    received: int = 0
    ended: bool = False

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.sent}+{self.received}"


class FaultProxy:
    """Listens on a port of its own and passes on to `behind`, on the same machine.

    `judge` chooses the fault that a request meets; `line` makes the way thin. Both may be changed
    at any time, and hold for what comes next.
    """

    def __init__(self, behind: int, judge: Judge = no_fault, line: Line | None = None) -> None:
        self.behind = behind
        self.judge = judge
        self.line = line
        self.crowd = Crowd()
        self.exchanges: list[Exchange] = []
        self.connections = 0
        self.port = 0
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def bytes(self) -> int:
        """Both directions together."""
        return sum(exchange.sent + exchange.received for exchange in self.exchanges)

    async def changed(self) -> None:
        """Wait until a byte has passed, or an exchange has ended."""
        await self._changed.wait()

    def tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def forget(self) -> None:
        """Begin to count anew."""
        self.exchanges.clear()
        self.connections = 0

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server:
            self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def _protocol(self) -> asyncio.StreamReaderProtocol:
        return asyncio.StreamReaderProtocol(_Listening(limit=_STREAM_BYTES), self._accept)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.get_running_loop().create_task(_Visit(self, reader, writer).run())
        self._open.add(task)
        task.add_done_callback(self._open.discard)


class _Listening(asyncio.StreamReader):
    """A reader that knows at once when the other side has left."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.gone = asyncio.Event()

    def feed_eof(self) -> None:
        super().feed_eof()
        self.gone.set()

    def set_exception(self, exc: BaseException) -> None:
        super().set_exception(exc)  # type: ignore[arg-type]
        self.gone.set()


class _Visit:
    """One connection of a client: its requests one after the other."""

    def __init__(
        self, proxy: FaultProxy, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        assert isinstance(reader, _Listening)
        self.proxy = proxy
        self.reader = reader
        self.writer = writer
        self.ended = False
        self.upstream: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def run(self) -> None:
        try:
            if self.proxy.line:
                await self.proxy.line.connect()
            while not self.ended:
                await self._serve(await read_request(self.reader))
        except (OSError, asyncio.IncompleteReadError):
            pass  # one of both sides has left
        finally:
            for writer in (self.writer, self.upstream[1] if self.upstream else None):
                if writer:
                    writer.close()

    async def _serve(self, request: Request) -> None:
        crossing = _TcpCrossing(self, request)
        with self.proxy.crowd.joined(request):
            passing = asyncio.ensure_future(self.proxy.judge(request).meet(crossing))
            gone = asyncio.ensure_future(self.reader.gone.wait())
            try:
                await asyncio.wait((passing, gone), return_when=asyncio.FIRST_COMPLETED)
                if passing.done():
                    passing.result()
                else:
                    self.ended = True
            finally:
                crossing.over()
                for task in (passing, gone):
                    task.cancel()
                with suppress(asyncio.CancelledError, OSError, asyncio.IncompleteReadError):
                    await passing


class _TcpCrossing:
    """`Crossing` between two sockets."""

    def __init__(self, visit: _Visit, request: Request) -> None:
        self.request = request
        self._visit = visit
        self._proxy = visit.proxy
        self._exchange = Exchange(request.method, request.path, len(request.raw))
        self._proxy.exchanges.append(self._exchange)
        self._proxy.tell()
        self._arrived = False

    async def answer(self) -> AsyncIterator[bytes]:
        if self._proxy.line and not self._arrived:
            await self._proxy.line.latency()
            await self._proxy.line.up.carry(len(self.request.raw))
        self._arrived = True
        reader, writer = await self._upstream()
        writer.write(self.request.raw)
        async with aclosing(answer(reader, self.request.method)) as pieces:
            async for piece in pieces:
                yield piece

    async def send(self, piece: bytes) -> None:
        line = self._proxy.line
        if line and not self._exchange.received:
            await line.latency()
        step = _STEP if line else max(1, len(piece))
        for start in range(0, len(piece), step):
            part = piece[start : start + step]
            if line:
                await line.down.carry(len(part))
            self._exchange.received += len(part)
            self._proxy.tell()
            self._visit.writer.write(part)
            await self._visit.writer.drain()

    async def let_another_pass(self) -> None:
        await self._proxy.crowd.let_another_pass()

    def end(self) -> None:
        self._visit.ended = True

    def over(self) -> None:
        """Nothing of this exchange crosses any more."""
        self._exchange.ended = True
        self._proxy.tell()

    async def _upstream(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """The connection to the gateway that belongs to that of the client."""
        kept = self._visit.upstream
        if kept is None or kept[0].at_eof():
            if kept:
                kept[1].close()
            kept = await asyncio.open_connection("127.0.0.1", self._proxy.behind)
            self._visit.upstream = kept
        return kept
