"""Packings that end in the middle: what is said afterwards is true."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest

from civictui.domain.errors import Refused, StoreFull, Unreachable
from civictui.domain.model import Pack, PackOrder, PackStep, SyncPhase, SyncState
from civictui.sync.pack.pack_tally import Told as Tell
from civictui.sync.pack.packer import Packer
from civictui.sync.pack.packing import BY_HAND, CUT_OFF, LAST, OWN_ERROR, Packing
from tests.site import Terminal
from tests.sync.packs import CITY, HERE, Server, Told, arrive, away, packing, report
from tests.sync.pictures.test_transfers import terminal

__all__ = ["terminal"]

NEAR = PackOrder(near=HERE, meters=1000)


async def kept(terminal: Terminal) -> Pack | None:
    return Pack.from_doc(await terminal.store.secrets.get(LAST))


async def holding(server: Server) -> None:
    """Until it has been asked for a picture, which does not come."""
    server.hold = asyncio.Event()
    while not server.asked:
        await asyncio.sleep(0.001)


async def test_a_kill_does_not_leave_the_words_of_the_packing_before(terminal: Terminal) -> None:
    await arrive(terminal, report("a", photos=1))
    await packing(terminal, Server(terminal, CITY)).run(NEAR)
    await arrive(terminal, report("b", away(10), 1))
    server = Server(terminal, CITY)
    task = asyncio.ensure_future(packing(terminal, server).run(NEAR))
    await holding(server)
    pack = await kept(terminal)  # as whoever comes after a kill would find it
    assert pack is not None
    assert (pack.step, pack.reason) == (PackStep.STOPPED, CUT_OFF)
    assert pack.at
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_stopping_twice_or_closing_keeps_the_last_words(terminal: Terminal) -> None:
    await arrive(terminal, report("a", photos=1))
    server, told = Server(terminal, CITY), Told()

    async def new(tell: Tell) -> Packing:
        return packing(terminal, server, told)

    packer = Packer(new, lambda: None, lambda _: None)
    packer.begin(NEAR)
    await asyncio.sleep(0)
    for phase in (SyncPhase.CONNECTING, SyncPhase.IDLE):
        packer.heard(SyncState(phase=phase))
    await holding(server)
    packer.stop()
    await asyncio.sleep(0)
    packer.stop()
    await packer.close()
    pack = await kept(terminal)
    assert pack == told.packs[-1]
    assert pack.reason == BY_HAND
    assert [entry.id for entry in pack.lacking] == ["a", "a", ""]


async def test_pausing_the_sync_stops_it(terminal: Terminal) -> None:
    await arrive(terminal, report("a", photos=1))
    server, told = Server(terminal, CITY), Told()

    async def new(tell: Tell) -> Packing:
        return packing(terminal, server, told)

    packer = Packer(new, lambda: None, lambda _: None)
    packer.begin(NEAR)
    await asyncio.sleep(0)
    for phase in (SyncPhase.CONNECTING, SyncPhase.IDLE):
        packer.heard(SyncState(phase=phase))
    await holding(server)
    packer.heard(SyncState(phase=SyncPhase.PAUSED))
    async with asyncio.timeout(20):
        while not told.packs[-1].ended:
            await asyncio.sleep(0.001)
    await packer.close()
    assert told.packs[-1].reason == BY_HAND


@pytest.mark.parametrize("path", ["/v1/maps/new/tiles", "T-a-0"])
async def test_what_is_here_from_before_is_not_missing(terminal: Terminal, path: str) -> None:
    await arrive(terminal, report("b", away(10), 1))
    before = await packing(terminal, Server(terminal, CITY)).run(NEAR)
    await arrive(terminal, report("a", photos=1))
    server = Server(terminal, CITY, replace(CITY, name="new"))
    server.failing = {path: Unreachable("The link is gone")}
    pack = await packing(terminal, server).run(NEAR)
    assert before.pictures == (1, 1)
    assert pack.reason
    assert pack.pictures == ((1, 2) if path == "T-a-0" else (2, 2))
    assert pack.tiles.here == before.tiles.here
    assert all(entry.id == "a" or entry.title == "new" for entry in pack.lacking)


async def test_a_disk_that_has_no_room_for_the_last_words(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    await arrive(terminal, report("a", photos=1))
    server, told = Server(terminal, CITY), Told()
    secrets, put = terminal.store.secrets, terminal.store.secrets.put

    async def full(name: str, value: object) -> None:
        if server.asked:
            raise StoreFull("The disk is full")
        await put(name, value)

    monkeypatch.setattr(secrets, "put", full)
    pack = await packing(terminal, server, told).run(NEAR)
    assert pack == told.packs[-1]
    assert (pack.step, pack.reason) == (PackStep.STOPPED, "The disk is full")
    left = await kept(terminal)
    assert left is not None
    assert left.reason == CUT_OFF


async def test_an_error_of_ones_own_is_not_a_persons_wish(terminal: Terminal) -> None:
    await arrive(terminal, report("a", photos=1))

    class Odd(Server):
        async def fetch_one(self, key: str) -> None:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await packing(terminal, Odd(terminal)).run(NEAR)
    pack = await kept(terminal)
    assert pack is not None
    assert pack.reason == OWN_ERROR


async def test_long_words_of_others_are_not_kept_whole(terminal: Terminal) -> None:
    long = report("a", photos=1) | {"problemDescription": "x" * 20_000}
    await arrive(terminal, long)
    server = Server(terminal)
    server.failing = {"T-a-0": Refused(403, "no", "y" * 20_000)}
    pack = await packing(terminal, server).run(NEAR)
    assert len(pack.lacking[0].title) <= 200
    assert len(pack.lacking[0].why) <= 200
