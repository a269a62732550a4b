"""tus as others have built it, in node processes: their client, and their server."""

import asyncio
import base64
import json
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.peers.node import PATIENCE, PeerError, node


class TusClient:
    """tus-js-client. One upload at a time."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def send(self, url: str, token: str, content: bytes, **options: Any) -> dict[str, Any]:
        """Upload; see tus_client.js for the options. Raises PeerError."""
        encoded = base64.b64encode(content).decode()
        return await self._tell("send", url=url, token=token, content=encoded, **options)

    async def terminate(self, url: str, token: str) -> None:
        await self._tell("abort", url=url, token=token)

    async def _tell(self, action: str, **command: Any) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        line = json.dumps({"id": 0, "do": action, **command})
        self._process.stdin.write(line.encode() + b"\n")
        async with asyncio.timeout(PATIENCE):
            told = json.loads(await self._process.stdout.readline())
        if "error" in told:
            raise PeerError(told["error"])
        assert isinstance(told["ok"], dict)
        return told["ok"]


@asynccontextmanager
async def tus_client(folder: Path) -> AsyncIterator[TusClient]:
    async with node("tus_client.js", folder) as process:
        yield TusClient(process)


@asynccontextmanager
async def tus_server(folder: Path) -> AsyncIterator[str]:
    """Its address; what is uploaded lies in `folder`."""
    async with node("tus_server.js", folder) as process:
        assert process.stdout
        async with asyncio.timeout(PATIENCE):
            line = await process.stdout.readline()
        yield f"http://127.0.0.1:{json.loads(line)['port']}"
