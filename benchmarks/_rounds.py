"""What the program does to replicate, timed: a round of its own, on a store as the vault makes it.

Also the bare loop, which asks a server the very same questions and does the least with the answers.
"""

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
from _servers import PASSWORD, USER, Server
from _stores import unsynced
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from civictui.clock import SystemClock
from civictui.couchdb.endpoint import CouchEndpoint
from civictui.domain.model import Doc, Report, SyncPhase
from civictui.domain.ports import Account
from civictui.geo import distance
from civictui.net import Link, Reply
from civictui.storage.adapters import UnlockedStore
from civictui.storage.slots import COSTS
from civictui.storage.vault import DeviceVault
from civictui.sync.pictures.objects import GatewayObjects
from civictui.sync.rounds import Round

ACCOUNT = Account("http://127.0.0.1", "benchmark", USER)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it was sent, and how it was answered."""

    method: str
    path: str
    options: Mapping[str, Any]
    status: int

    @property
    def params(self) -> Mapping[str, str]:
        return self.options.get("params") or {}

    @property
    def brings(self) -> bool:
        """Whether the answer has documents."""
        return self.path.endswith(("/_changes", "/_bulk_get"))

    @property
    def takes(self) -> bool:
        """Whether it has documents itself."""
        return self.path.endswith("/_bulk_docs")


class Wire:
    """A link with what opens the server; notes what it was asked."""

    def __init__(self, server: Server) -> None:
        self.asked: list[Asked] = []
        self._link = Link(server.origin)
        self._authorization = server.authorization

    async def request(self, method: str, path: str, **options: Any) -> Reply:
        headers = {**options.get("headers", {}), "Authorization": self._authorization}
        reply = await self._link.request(method, path, **{**options, "headers": headers})
        self.asked.append(Asked(method, path, options, reply.status))
        return reply

    async def close(self) -> None:
        await self._link.close()


@dataclass(slots=True)
class Timed:
    """One round: its steps and its end, in seconds from its beginning, and its requests."""

    steps: list[tuple[SyncPhase, float]] = field(default_factory=list)
    whole: float = 0.0
    asked: list[Asked] = field(default_factory=list)

    @property
    def pushed(self) -> float:
        """When all was sent and acknowledged."""
        last = max(i for i, (phase, _) in enumerate(self.steps) if phase is SyncPhase.PUSHING)
        return self.steps[last + 1][1]


async def opened(folder: Path) -> UnlockedStore:
    """The store of the user in this folder, made where there is none; its password is a weak one"""
    return await DeviceVault(folder, distance, COSTS[-1:]).create(ACCOUNT, PASSWORD)


def fill(folder: Path, docs: Sequence[Doc]) -> None:
    """A store in which these documents were submitted, one by one, and none of them sent."""
    asyncio.run(_fill(folder, [Report.from_doc(doc) for doc in docs]))


async def _fill(folder: Path, found: Sequence[Report]) -> None:
    with unsynced():
        store = await opened(folder)
        for report in found:
            await store.writer.submit(report)
        await store.close()


def round_of(folder: Path, server: Server, count: int) -> Timed:
    """A whole round of the store in `folder`; it must have `count` reports then, all of them sent.

    The opening of the store and of the link is not counted.
    """
    return asyncio.run(_round_of(folder, server, count))


async def _round_of(folder: Path, server: Server, count: int) -> Timed:
    store, wire, timed = await opened(folder), Wire(server), Timed()
    os.sync()  # what was written before must not be waited for
    start = time.perf_counter()

    async def step(phase: SyncPhase) -> None:
        timed.steps.append((phase, time.perf_counter() - start))

    async def arrived(_: str) -> None:
        """No report here has a picture."""

    remote_id = f"benchmark{server.path}"
    work = Round(
        store,
        CouchEndpoint(wire, server.path, remote_id),
        GatewayObjects(wire),
        ids=(remote_id, store.tables.name, "benchmark"),
        step=step,
        arrived=arrived,
        clock=SystemClock(),
    )
    try:
        await work.run()
        timed.whole = time.perf_counter() - start
        assert (await store.reader.count(), await work.left()) == (count, False)
    finally:
        await wire.close()
        await store.close()
    timed.asked = wire.asked
    return timed


def bare_loop(log: Path, server: Server, asked: list[Asked], *, keeps: bool = True) -> float:
    """Seconds for the same requests, one after the other, by the same client.

    Answers with documents are parsed, sealed in one piece each and synced to a file. Without
    `keeps` nothing is done with them: what is left is the transfer.
    """
    return asyncio.run(_bare_loop(log, server, asked, keeps))


async def _bare_loop(log: Path, server: Server, asked: list[Asked], keeps: bool) -> float:
    wire, cipher = Wire(server), AESGCM(bytes(32))
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.sync()
    try:
        start = time.perf_counter()
        for one in asked:
            reply = await wire.request(one.method, one.path, **one.options)
            assert reply.status < 500, reply.status
            if keeps and one.brings:
                msgspec.json.decode(reply.body)
                nonce = os.urandom(12)
                os.write(descriptor, nonce + cipher.encrypt(nonce, reply.body, None))
                os.fdatasync(descriptor)
        return time.perf_counter() - start
    finally:
        os.close(descriptor)
        await wire.close()
