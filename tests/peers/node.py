"""PouchDB in processes of their own: a client that does what it is told, and a server."""

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.tools import require_packages, require_tool

HERE = Path(__file__).parent
PATIENCE = 30
"""Seconds after which a node that says nothing has failed."""


class PeerError(Exception):
    """What a PouchDB call rejected with."""

    def __init__(self, told: dict[str, Any]) -> None:
        super().__init__(f"{told.get('status')} {told.get('name')}: {told.get('message')}")
        self.told = told


class Pouch:
    """A PouchDB client. Each call is one line to it and one line back, in any order."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._reading = asyncio.create_task(self._read())

    async def open(self, name: str, url: str = "", token: str = "") -> None:
        """Name a database: one in memory, or the remote one at `url`."""
        await self.tell("open", name=name, url=url, token=token)

    async def call(self, database: str, method: str, *args: Any) -> Any:
        """Call a method of a database. Raises PeerError."""
        return await self.tell("call", database=database, method=method, args=args)

    async def replicate(self, source: str, target: str, **options: Any) -> dict[str, Any]:
        """One replication to its end; what PouchDB says of it."""
        result = await self.tell("replicate", source=source, target=target, options=options)
        assert isinstance(result, dict)
        return result

    async def leaves(self, database: str, key: str) -> dict[str, dict[str, Any]]:
        """All leaves of a document by revision."""
        found = await self.call(database, "get", key, {"open_revs": "all"})
        return {entry["ok"]["_rev"]: entry["ok"] for entry in found}

    async def tell(self, action: str, **command: Any) -> Any:
        assert self._process.stdin is not None
        number = len(self._waiting)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        line = json.dumps({"id": number, "do": action, **command})
        self._process.stdin.write(line.encode() + b"\n")
        async with asyncio.timeout(PATIENCE):
            told = await answer
        if "error" in told:
            raise PeerError(told["error"])
        return told["ok"]

    async def close(self) -> None:
        """When the process has ended."""
        await self._reading

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            told = json.loads(line)
            answer = self._waiting[told["id"]]
            if not answer.done():  # nobody waits any more for what came too late
                answer.set_result(told)
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(ConnectionError("node has ended; what it said is on stderr"))


@asynccontextmanager
async def pouch_client(folder: Path) -> AsyncIterator[Pouch]:
    """A client without databases yet."""
    async with node("client.js", folder) as process:
        pouch = Pouch(process)
        yield pouch
    await pouch.close()


@asynccontextmanager
async def pouch_server(folder: Path, credentials: str = "") -> AsyncIterator[str]:
    """The address of a PouchDB Server without databases yet.

    It answers to `user:password` alone, where such credentials are given.
    """
    async with node("server.js", folder, credentials) as process:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            line = await process.stdout.readline()
        yield f"http://127.0.0.1:{json.loads(line)['port']}"


@asynccontextmanager
async def node(script: str, folder: Path, *words: str) -> AsyncIterator[Process]:
    """A node that runs one of the scripts here, in `folder`; killed at the end if need be."""
    program = require_tool("node")
    require_packages(HERE)
    process = await asyncio.create_subprocess_exec(
        program, HERE / script, *words, cwd=folder, stdin=PIPE, stdout=PIPE, limit=16 * 1024 * 1024
    )
    try:
        yield process
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), PATIENCE)
        except TimeoutError:
            process.kill()
            await process.wait()
