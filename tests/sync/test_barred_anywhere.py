"""Barred in the middle of anything and unbarred later: nothing lost, nothing twice, all arrives.

A real store, and a server in memory that bars and lets in between any two requests, and loses
answers. Rounds are walked as the loop walks them. A store that is opened again knows what a killed
program has left; how that lies on the disk is the torture's to try.
"""

import hashlib
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civictui.clock import SystemClock
from civictui.domain.errors import Barred, NotFound, Unreachable
from civictui.domain.model import Photo, Query, Report, SyncPhase, TransferJob
from civictui.domain.ports import Account, OpenStore, RemoteObject
from civictui.geo import distance
from civictui.storage import slots
from civictui.storage.slots import COSTS
from civictui.storage.vault import DeviceVault
from civictui.sync.rounds import Round
from tests.faults.conftest import quick_key
from tests.sync.memory import MemoryEndpoint

PASSWORD = "a pass of words"
NO = Barred("device", "Lost, they say.")
DELIVERING = {"bulk_docs", "revs_diff", "get_local", "put_local", "send"}


class Server(MemoryEndpoint):
    """Documents and pictures. After `turns[0]` more calls it changes its mind, and so on."""

    def __init__(self) -> None:
        super().__init__("server")
        self.pictures: dict[str, bytes] = {}
        self.bars = False
        self.turns: list[int] = []
        self.theirs = 0
        self.asked_in_vain: list[str] = []

    def report(self) -> None:
        """Somebody else's, with a photo."""
        number, self.theirs = self.theirs, self.theirs + 1
        photo = {"large": f"L{number}", "thumbnail": f"T{number}", "bytes": 9}
        said = {"type": "report", "problemDescription": f"Theirs {number}", "photos": [photo]}
        self.make(f"theirs{number}", said)
        self.pictures |= {f"L{number}": b"large", f"T{number}": b"small"}

    def edit(self, key: str) -> None:
        """Somebody else says how urgent it is, by the winner that is here."""
        if key in self.trees:
            parent = self.trees[key].leaves()[0]
            self.make(key, self.bodies[key, parent] | {"severity": len(self.order)}, parent)

    def _called(self, name: str) -> None:
        if self.turns:
            self.turns[0] -= 1
            if self.turns[0] < 0:
                self.turns.pop(0)
                self.bars = not self.bars
        if self.bars and name not in DELIVERING:
            self.asked_in_vain.append(name)
            raise NO
        super()._called(name)

    # --- as the object storage -----------------------------------------------------------------

    async def send(self, job: TransferJob, content: bytes, *_: Any) -> RemoteObject:
        assert hashlib.sha256(content).hexdigest() == job.sha256
        self.pictures[job.key] = content
        self._called("send")
        return RemoteObject(job.bytes, job.sha256)

    async def fetch(self, key: str) -> bytes:
        self._called("fetch")
        if key not in self.pictures:
            raise NotFound("not yet")
        return self.pictures[key]


class Terminal:
    """A store and its rounds; it knows that it is barred once it was refused, until it asks."""

    def __init__(self, vault: DeviceVault, store: OpenStore, server: Server) -> None:
        self.store = store
        self._vault = vault
        self._server = server
        self._delivers = False
        self.mine: dict[str, tuple[str, ...]] = {}
        self.said: dict[str, str] = {}
        """By id, what this person wrote last into a report."""
        self._edits = 0
        self._round = self._begun("s0")

    def _begun(self, session: str) -> Round:
        return Round(
            self.store,
            self._server,
            cast(Any, self._server),
            ids=("server", "store", session),
            step=self._step,
            arrived=self._arrived,
            clock=SystemClock(),
        )

    async def _step(self, _: SyncPhase) -> None:
        """Nobody watches."""

    async def _arrived(self, _: str) -> None:
        """Nobody waits."""

    async def restart(self) -> None:
        """A program that was ended, and one that knows what is sealed."""
        await self.store.close()
        self.store = await self._vault.unlock("http://x", "asha", PASSWORD)
        self._delivers = False
        self._round = self._begun(f"s{len(self._server.calls)}-{len(self.mine)}")

    async def submit(self, *, photo: bool) -> None:
        key = f"mine{len(self.mine)}"
        large, small = f"{key}-l.jpg", f"{key}-s.jpg"
        pictures = (large, small) if photo else ()
        for name in pictures:
            await self.store.blobs.put(name, name.encode() * 9)
        photos = (Photo(large, small, bytes=99),) if photo else ()
        await self.store.writer.submit(Report(id=key, reported_by="asha", photos=photos))
        self.mine[key] = pictures

    async def edit(self) -> None:
        """Of what is here each in turn: the last one that was made, or came, is the first."""
        found = sorted(await self.store.reader.find(Query()), reverse=True)
        if found:
            self._edits += 1
            doc = await self.store.reader.document(found[self._edits % len(found)])
            words = f"Edit {self._edits}"
            report = replace(Report.from_doc(doc), description=words)
            await self.store.writer.edit(report, doc["_rev"])
            self.said[doc["_id"]] = words

    async def sync(self) -> bool:
        """As the loop: refused, it delivers; asked again, it works as ever where it may."""
        was, self._delivers = self._delivers, self._delivers and self._server.bars
        if was and not self._delivers:
            self._round.transfers.absent.hurry()
        try:
            if self._delivers:
                await self._round.deliver()
            else:
                await self._round.run()
            return not self._delivers
        except Unreachable:
            self._round.lost()
        except Barred:
            self._delivers = True
            self._round.lost()
        return False


@asynccontextmanager
async def terminal(server: Server) -> AsyncIterator[Terminal]:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(slots, "argon2id", quick_key)
        vault = DeviceVault(Path(folder), distance, COSTS[-1:])
        store = await vault.create(Account("http://x", "g", "asha"), PASSWORD)
        here = Terminal(vault, store, server)
        try:
            yield here
        finally:
            await here.store.close()


DEEDS = st.lists(
    st.sampled_from(
        ["mine", "photo", "edit", "theirs", "their edit", "sync", "sync", "restart", "lose", "turn"]
    ),
    max_size=14,
)


@settings(max_examples=40)
@given(DEEDS, st.lists(st.integers(0, 9), max_size=5), st.booleans())
async def test_all_arrives_once(deeds: list[str], turns: list[int], bars: bool) -> None:
    server = Server()
    async with terminal(server) as here:
        server.turns, server.bars = turns, bars
        for deed in deeds:
            await _do(deed, here, server)
        await _until_all_is_delivered(here, server)
        server.turns, server.bars = [], False
        await _until_it_is_well(here)
        assert (await here.store.state.unsent()).nothing
        assert await here.store.reader.count() == len(here.mine) + server.theirs
        for number in range(server.theirs):
            assert await here.store.blobs.get(f"T{number}") == b"small"
        for key, tree in server.trees.items():
            (leaf,) = (leaf for leaf in tree.leaves() if not tree.is_deleted(leaf))
            assert (await here.store.reader.document(key))["_rev"] == leaf
            words = here.said.get(key)
            assert words is None or server.bodies[key, leaf]["problemDescription"] == words
        for pictures in here.mine.values():
            assert all(server.pictures[name] == name.encode() * 9 for name in pictures)


async def _do(deed: str, here: Terminal, server: Server) -> None:
    match deed:
        case "mine" | "photo":
            await here.submit(photo=deed == "photo")
        case "edit":
            await here.edit()
        case "theirs":
            server.report()
        case "their edit":
            server.edit(next(reversed(server.trees), ""))
        case "lose":
            server.fail_at.add(len(server.calls) + 2)
        case "turn":
            server.bars = not server.bars
        case "restart":
            await here.restart()
        case _:
            before = await here.store.reader.count(), server.bars, list(server.turns)
            await here.sync()
            if before[1] and not before[2]:
                assert await here.store.reader.count() == before[0], "read while it was barred"


async def _until_all_is_delivered(here: Terminal, server: Server) -> None:
    """Barred for good, the terminal gets rid of all that it has, and soon asks for nothing."""
    server.turns, server.bars = [], True
    server.fail_at.clear()
    for _ in range(3):
        await here.sync()
    assert (await here.store.state.unsent()).nothing
    server.asked_in_vain.clear()
    await here.sync()
    assert server.asked_in_vain == []


async def _until_it_is_well(here: Terminal) -> None:
    for _ in range(5):
        if await here.sync():
            return
    raise AssertionError("it never came to an end")
