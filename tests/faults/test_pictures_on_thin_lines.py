"""A large picture over a line that breaks again and again: hardly a byte is sent twice."""

import asyncio
import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from civictui.clock import SystemClock
from civictui.domain.errors import Unreachable
from civictui.domain.model import JobKind, TransferJob
from civictui.domain.ports import RemoteObject
from civictui.gateway import provisioning
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.backing import EMBEDDED, Backing
from civictui.gateway.server import GatewayThread
from civictui.net import Link
from civictui.storage.envelope import DeviceSigner
from civictui.storage.picture_parts import PictureParts
from civictui.sync.pictures.objects import GatewayObjects
from civictui.sync.session import GatewaySession
from tests.faults.conftest import Say
from tests.faults.faults import Cut, LoseAnswer, Storm
from tests.faults.line import Line
from tests.faults.proxy import FaultProxy
from tests.gateway.objects.moto import KEYS, Moto
from tests.gateway.peer import picture
from tests.site import PASSWORD
from tests.sync.pictures.test_downloads import Shelf
from tests.torture.counts import FULL

BYTES = 5_000_000
AT_MOST = 1.15
CUT_BYTES = 100_000
BITS, ROUND_TRIP, CUT_SECONDS = 256_000, 0.3, 20.0
_STEP = 4096


class Breaking:
    """A way to `behind` that is cut after so many bytes, or seconds, of each connection.

    What has crossed arrives. `sent` counts what crossed towards the server, heads included.
    """

    def __init__(self, behind: int, *, cut_bytes: int = 0, line: Line | None = None) -> None:
        self.sent = self.cuts = self.port = 0
        self._behind = behind
        self._cut_bytes = cut_bytes
        self._line = line
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._visit(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._line:
            await self._line.connect()
        there, away = await asyncio.open_connection("127.0.0.1", self._behind)
        ways = [
            asyncio.ensure_future(self._up(reader, away)),
            asyncio.ensure_future(self._down(there, writer)),
        ]
        try:
            await asyncio.wait(
                ways,
                timeout=CUT_SECONDS if self._line else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            self.cuts += 1
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            writer.transport.abort()  # the client learns of it the hard way
            away.close()

    async def _up(self, reader: asyncio.StreamReader, away: asyncio.StreamWriter) -> None:
        left = self._cut_bytes or BYTES * 10
        while left and (piece := await reader.read(min(_STEP, left))):
            if self._line:
                await self._line.up.carry(len(piece))
            away.write(piece)
            await away.drain()
            self.sent += len(piece)
            left -= len(piece)

    async def _down(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while piece := await there.read(_STEP):
            if self._line:
                await self._line.latency()
                await self._line.down.carry(len(piece))
            writer.write(piece)
            await writer.drain()


@pytest.fixture(params=["sealed files", "S3"])
def backing(request: pytest.FixtureRequest) -> Iterator[Backing]:
    if request.param == "sealed files":
        yield EMBEDDED
        return
    moto = Moto()
    moto.start()
    yield Backing(objects=moto.url, objects_key=KEYS)
    moto.stop()


@pytest.fixture
def port(tmp_path: Path, backing: Backing) -> Iterator[int]:
    """Of a gateway with the user demo."""
    folder = tmp_path / "gateway"
    provisioning.add_user(provisioning.open_folder(folder), "demo", PASSWORD, cost=CHEAP)
    with GatewayThread(folder, cost=CHEAP, backing=backing) as running:
        yield running.port


@pytest.fixture
async def token(port: int) -> str:
    session = GatewaySession(DeviceSigner(), SystemClock(), "device")
    grant = await session.sign_in(f"http://127.0.0.1:{port}", "demo", PASSWORD)
    return grant.tokens.access


class Signed:
    """A link of the client, signed in."""

    def __init__(self, link: Link, token: str) -> None:
        self._link = link
        self._headers = {"Authorization": f"Bearer {token}"}

    async def request(self, method: str, path: str, **options: object) -> object:
        options["headers"] = {**self._headers, **(options.get("headers") or {})}  # type: ignore[dict-item]
        return await self._link.request(method, path, **options)  # type: ignore[arg-type]


def _job(content: bytes) -> TransferJob:
    digest = hashlib.sha256(content).hexdigest()
    key = f"{digest}.jpg"
    return TransferJob(
        key=key, kind=JobKind.LARGE, reports=("r",), photo=key, bytes=len(content), sha256=digest
    )


async def _arrives(way: Breaking, token: str, content: bytes) -> RemoteObject:
    """Send as a terminal does: again and again, each time where the server stands."""
    kept = [_job(content)]

    async def began(location: str) -> None:
        kept.append(replace(kept[-1], location=location))

    link = Link(f"http://127.0.0.1:{way.port}")
    try:
        for _ in range(4 * BYTES // CUT_BYTES):
            with suppress(Unreachable):
                return await GatewayObjects(Signed(link, token)).send(kept[-1], content, began)  # type: ignore[arg-type]
        raise AssertionError("it does not arrive")
    finally:
        await link.close()


def _large() -> bytes:
    content = picture(size=256)
    return content + os.urandom(BYTES - len(content))  # what follows its end belongs to nobody


async def _measured(way: Breaking, token: str, say: Say, what: str) -> None:
    content = _large()
    await way.start()
    found = await _arrives(way, token, content)
    await way.stop()
    share = way.sent / len(content)
    say(f"a picture of {len(content)} bytes, {what}: {way.cuts} cuts, {share:.1%} of it sent")
    assert (found.bytes, found.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert way.cuts >= 3
    assert share <= AT_MOST


async def test_cut_after_every_100_kb(port: int, token: str, say: Say) -> None:
    way = Breaking(port, cut_bytes=CUT_BYTES)
    await _measured(way, token, say, f"cut after every {CUT_BYTES} bytes")


@pytest.mark.torture
@pytest.mark.skipif(not FULL, reason="it takes the time that it measures")
async def test_cut_every_20_seconds_at_256_kbit(port: int, token: str, say: Say) -> None:
    way = Breaking(port, line=Line(BITS, ROUND_TRIP))
    await _measured(way, token, say, f"{BITS} bit/s, cut every {CUT_SECONDS:.0f} s")


async def test_down_a_cut_costs_no_more_than_a_piece(
    port: int, token: str, tmp_path: Path, say: Say
) -> None:
    """Each try is another program, which knows only what lies on its disk."""
    content = _large()
    link = Link(f"http://127.0.0.1:{port}")
    await GatewayObjects(Signed(link, token)).send(_job(content), content, _untold)  # type: ignore[arg-type]
    await link.close()
    proxy = FaultProxy(port)
    await proxy.start()
    cuts = proxy.judge = Storm(7, 0.3, [Cut(40_000), LoseAnswer()])
    found = await _comes(proxy, token, _job(content).key, tmp_path)
    await proxy.stop()
    assert found == content
    received = sum(exchange.received for exchange in proxy.exchanges)
    share = received / len(content)
    say(f"a picture of {len(content)} bytes down: {cuts.faults} cuts, {share:.1%} of it received")
    assert cuts.faults >= 3
    assert received <= len(content) + cuts.faults * 40_000 + 500 * len(proxy.exchanges)


async def _comes(proxy: FaultProxy, token: str, key: str, folder: Path) -> bytes:
    for _ in range(100):
        parts = Shelf(PictureParts(folder / "part", bytes(32), bytes(16)))
        link = Link(proxy.origin)
        try:
            with suppress(Unreachable):
                return await GatewayObjects(Signed(link, token), parts=parts).fetch(key)  # type: ignore[arg-type]
        finally:
            await link.close()
    raise AssertionError("it does not come")


async def _untold(_: str) -> None:
    """Nobody goes on with it."""
