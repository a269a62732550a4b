"""The same faults without sockets: an httpx transport that calls an ASGI application.

For histories by the thousand: everything happens in one event loop, in an order that the seed
alone decides. Answers are written as bytes and read again, so that a cut is a cut here, too.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import unquote

import httpx

from tests.faults.crowd import Crowd
from tests.faults.faults import Judge, no_fault
from tests.faults.messages import Head, Request, message

Messages = MutableMapping[str, Any]
Application = Callable[
    [Messages, Callable[[], Awaitable[Messages]], Callable[[Messages], Awaitable[None]]],
    Awaitable[None],
]


class Wire(httpx.AsyncBaseTransport):
    """Between every client of this process and `application`."""

    def __init__(self, application: Application, judge: Judge = no_fault) -> None:
        self.application = application
        self.judge = judge
        self.crowd = Crowd()
        self.requests = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        content = await request.aread()
        crossing = _AsgiCrossing(self, _written(request, content), content)
        self.requests += 1
        with self.crowd.joined(crossing.request):
            await self.judge(crossing.request).meet(crossing)
        return _read(crossing.arrived, request.method)


class _AsgiCrossing:
    """`Crossing` into an application."""

    def __init__(self, wire: Wire, request: Request, content: bytes) -> None:
        self.request = request
        self.arrived = b""
        self._wire = wire
        self._content = content
        self._ended = False

    async def answer(self) -> AsyncIterator[bytes]:
        said: list[Messages] = []

        async def send(part: Messages) -> None:
            said.append(part)

        await self._wire.application(_scope(self.request), _Body(self._content).receive, send)
        headers = {name.decode(): value.decode("latin-1") for name, value in said[0]["headers"]}
        content = b"".join(part.get("body", b"") for part in said[1:])
        headers.pop("transfer-encoding", None)
        yield message(said[0]["status"], headers, content)

    async def send(self, piece: bytes) -> None:
        if not self._ended:
            self.arrived += piece

    async def let_another_pass(self) -> None:
        await self._wire.crowd.let_another_pass()

    def end(self) -> None:
        self._ended = True


class _Body:
    """A request's body, which comes at once and then no more."""

    def __init__(self, content: bytes) -> None:
        self._parts: list[Messages] = [{"type": "http.request", "body": content}]

    async def receive(self) -> Messages:
        return self._parts.pop(0) if self._parts else {"type": "http.disconnect"}


def _written(request: httpx.Request, content: bytes) -> Request:
    path = request.url.raw_path.decode("ascii")
    lines = [f"{request.method} {path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    raw = "\r\n".join([*lines, "", ""]).encode("latin-1")
    return Request(Head.parse(raw), raw + content)


def _scope(request: Request) -> Messages:
    path, _, query = request.path.partition("?")
    headers = [(n.encode(), v.encode("latin-1")) for n, v in request.head.headers.items()]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
    }


def _read(arrived: bytes, method: str) -> httpx.Response:
    """The answer. Raises httpx.RemoteProtocolError where it is not all there."""
    raw, blank, content = arrived.partition(b"\r\n\r\n")
    if not blank:
        raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
    head = Head.parse(raw + blank)
    length = 0 if head.is_bodiless(method) else head.length
    if length > len(content):
        raise httpx.RemoteProtocolError("peer closed connection without sending complete body")
    headers = list(head.headers.items())
    return httpx.Response(head.status, headers=headers, stream=_Stream(content[:length]))


class _Stream(httpx.AsyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._content
