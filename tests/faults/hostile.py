"""A server that answers what a test tells it to, on a real socket."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

Answer = tuple[int, Any]
Rule = Callable[[str, str], Answer | None]
"""Given method and path: (status, JSON or bytes), or None to pass the request on."""


class Between:
    """A proxy in front of a gateway: a rule may answer in its stead, before or after it did."""

    def __init__(self, port: int) -> None:
        self._behind = port
        self._server: asyncio.Server | None = None
        self.rule: Rule = lambda method, path: None
        self.seen: list[str] = []
        self._open: set[asyncio.Task[None]] = set()
        self.port = 0

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server:
            self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            method, path, _ = lines[0].split(" ", 2)
            length = next(
                (int(n.split(":")[1]) for n in lines if n.lower().startswith("content-length:")), 0
            )
            body = await reader.readexactly(length)
            self.seen.append(f"{method} {path}")
            answer = self.rule(method, path)
            writer.write(_answer(*answer) if answer else await self._pass_on(lines, body))
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _pass_on(self, lines: list[str], body: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._behind)
        kept = [line for line in lines if line and not line.lower().startswith("connection:")]
        writer.write("\r\n".join([*kept, "Connection: close", "", ""]).encode("latin-1") + body)
        try:
            return await reader.read()
        finally:
            writer.close()


def _answer(status: int, content: Any) -> bytes:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body
