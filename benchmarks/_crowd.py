"""Many clients in one process, each with a socket and a session of its own.

Plain HTTP/1.1 on asyncio's streams, for a client must cost less than the gateway does.
"""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Self
from urllib.parse import quote, urlencode, urlsplit

from _rounds import Asked

from civictui.codec import decode_object, encode
from civictui.storage.envelope import DeviceSigner

_HEAD_END = b"\r\n\r\n"
_BUFFER = 1 << 20


class Client:
    """One connection, kept for request after request; signed in once it has a token."""

    def __init__(
        self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.number = number
        self._reader = reader
        self._writer = writer
        self._token = ""
        self._head = b""

    @classmethod
    async def to(cls, origin: str, number: int) -> Self:
        """The `number`th client, connected."""
        parts = urlsplit(origin)
        return cls(
            number, *await asyncio.open_connection(parts.hostname, parts.port, limit=_BUFFER)
        )

    async def sign_in(self, user: str, password: str) -> None:
        """Begin a session, as of a device that can renew it."""
        _, public = DeviceSigner().new_key()
        device = {"id": f"device-{self.number}", "name": "t", "version": "0", "public_key": public}
        body = {"username": user, "password": password, "device": device}
        grant = await self.ask(Asked("POST", "/v1/session", {"json": body}, 200))
        self._token = decode_object(grant)["access_token"]

    async def ask(self, asked: Asked) -> bytes:
        """Send, and read the whole answer. Raises AssertionError for another than is expected."""
        await self.begin(asked)
        return await self.answer(asked)

    async def begin(self, asked: Asked) -> None:
        """Send, and read the head of the answer: a held request is answered that much at once."""
        self._writer.write(self._bytes_of(asked))
        self._head = (await self._reader.readuntil(_HEAD_END)).lower()

    async def answer(self, asked: Asked) -> bytes:
        """The rest of it, inflated."""
        _, told, rest = self._head.partition(b"\r\ncontent-length: ")
        if told:
            body = await self._reader.readexactly(int(rest.partition(b"\r\n")[0]))
        else:
            body = b"".join([piece async for piece in self._chunks()])
        assert int(self._head[9:12]) == asked.status, (asked, self._head, body)
        return gzip.decompress(body) if b"\r\ncontent-encoding: gzip" in self._head else body

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()

    def _bytes_of(self, asked: Asked) -> bytes:
        """The request as the program's own link sends it, but for the name of its log."""
        path = asked.path + (f"-{self.number}" if "/_local/" in asked.path else "")
        if asked.params:
            path += "?" + urlencode(asked.params, quote_via=quote)
        body = encode(asked.options["json"]) if "json" in asked.options else b""
        lines = [f"{asked.method} {path} HTTP/1.1", "Host: gateway", "Accept-Encoding: gzip"]
        if self._token:
            lines.append(f"Authorization: Bearer {self._token}")
        if body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body

    async def _chunks(self) -> AsyncIterator[bytes]:
        while size := int(await self._reader.readline(), 16):
            yield await self._reader.readexactly(size)
            await self._reader.readexactly(2)
        await self._reader.readexactly(2)


@asynccontextmanager
async def crowd(
    origin: str, count: int, users: Sequence[str], password: str
) -> AsyncIterator[list[Client]]:
    """So many clients, all of them signed in; the users share them evenly."""
    clients = [await Client.to(origin, number) for number in range(count)]
    try:
        for client in clients:
            await client.sign_in(users[client.number % len(users)], password)
        yield clients
    finally:
        for client in clients:
            await client.close()


async def at_once(
    clients: Sequence[Client], act: Callable[[Client], Awaitable[None]]
) -> list[float]:
    """Let all of them begin at one moment; the seconds that each one took."""

    async def timed(client: Client) -> float:
        began = time.perf_counter()
        await act(client)
        return time.perf_counter() - began

    return await asyncio.gather(*map(timed, clients))
