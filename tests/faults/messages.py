"""HTTP/1.1 messages as they are on the wire: every byte of them is kept, and counted."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass

_PIECE = 16 * 1024
_BODILESS = {204, 304}


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before a body: the first line, the headers (names in lower case), the bytes."""

    first: tuple[str, str, str]
    headers: Mapping[str, str]
    raw: bytes

    @classmethod
    def parse(cls, raw: bytes) -> "Head":
        first, *lines = raw.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
        one, two, three = [*first.split(" ", 2), ""][:3]
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        return cls((one, two, three), headers, raw)

    @property
    def status(self) -> int:
        """Of an answer."""
        return int(self.first[1])

    def is_bodiless(self, method: str) -> bool:
        """Whether an answer to `method` ends where its head does, whatever length it names."""
        return method == "HEAD" or self.status in _BODILESS

    @property
    def chunked(self) -> bool:
        return self.headers.get("transfer-encoding", "").lower() == "chunked"

    @property
    def length(self) -> int:
        return int(self.headers.get("content-length", "0"))


@dataclass(frozen=True, slots=True)
class Request:
    """A whole request."""

    head: Head
    raw: bytes

    @property
    def method(self) -> str:
        return self.head.first[0]

    @property
    def path(self) -> str:
        """With what follows a question mark."""
        return self.head.first[1]

    @property
    def is_held(self) -> bool:
        """Whether it may stay open until there is news: nobody can wait for its end."""
        return "feed=longpoll" in self.path


async def read_request(reader: asyncio.StreamReader) -> Request:
    """The next request. Raises asyncio.IncompleteReadError where there is none."""
    head = await read_head(reader)
    pieces = [piece async for piece in body(reader, head)]
    return Request(head, b"".join([head.raw, *pieces]))


async def read_head(reader: asyncio.StreamReader) -> Head:
    return Head.parse(await reader.readuntil(b"\r\n\r\n"))


async def answer(reader: asyncio.StreamReader, method: str) -> AsyncGenerator[bytes, None]:
    """An answer as it comes: the head, then the body in pieces; it ends where the message does."""
    head = await read_head(reader)
    yield head.raw
    if not head.is_bodiless(method):
        async for piece in body(reader, head):
            yield piece


async def body(reader: asyncio.StreamReader, head: Head) -> AsyncIterator[bytes]:
    """The bytes of a body, its chunks' frames among them."""
    if not head.chunked:
        async for piece in _exactly(reader, head.length):
            yield piece
        return
    while True:
        line = await reader.readuntil(b"\r\n")
        yield line
        size = int(line.split(b";")[0], 16)
        async for piece in _exactly(reader, size + 2):
            yield piece
        if size == 0:
            return


async def _exactly(reader: asyncio.StreamReader, size: int) -> AsyncIterator[bytes]:
    while size:
        piece = await reader.read(min(size, _PIECE))
        if not piece:
            raise asyncio.IncompleteReadError(piece, size)
        size -= len(piece)
        yield piece


def message(status: int, headers: Mapping[str, str], content: bytes) -> bytes:
    """A whole answer; a Content-Length is added where `headers` say nothing of the length."""
    said = {name.lower() for name in headers}
    lines = [f"HTTP/1.1 {status} Said"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if not said & {"content-length", "transfer-encoding"}:
        lines.append(f"Content-Length: {len(content)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content
