"""Tiles of a packing: nothing is said to be here that is not, and nothing is mixed or too much."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from civictui.codec import decode, encode
from civictui.domain.errors import StoreError
from civictui.domain.model import PackOrder, PackStep
from civictui.domain.ports import MAPS
from civictui.net import Reply
from civictui.sync.pack.pack_tiles import OVER, TOO_MANY, TOO_WIDE
from tests.site import Terminal
from tests.sync.packs import CITY, HERE, TILE, Server, arrive, away, packing, report
from tests.sync.pictures.test_transfers import terminal

__all__ = ["terminal"]

NEAR = PackOrder(near=HERE, meters=8000)


class Replacing(Server):
    """Its map becomes another file after the first answer with tiles."""

    async def request(self, method: str, path: str, **options: Any) -> Reply:
        if method == "POST" and "city" in path and self.tiles:
            return Reply(404, {}, encode({"error": "not_found"}))
        return await super().request(method, path, **options)


class Empty(Server):
    """Has a map without a single tile."""

    async def request(self, method: str, path: str, **options: Any) -> Reply:
        reply = await super().request(method, path, **options)
        many = len(options["json"]["tiles"]) if method == "POST" else 0
        return Reply(200, {}, bytes(4 * many)) if many else reply


async def test_a_map_that_is_replaced_meanwhile_is_not_mixed_with_the_former(
    terminal: Terminal,
) -> None:
    await arrive(terminal, report("near"))
    other = replace(CITY, name="other")
    server = Replacing(terminal, CITY, other)
    pack = await packing(terminal, server).run(NEAR)
    assert pack.step is PackStep.DONE
    (lacking,) = pack.lacking
    assert (lacking.title, lacking.count) == ("city", pack.tiles.wanted // 2 - 4)
    assert "replaced" in lacking.why
    assert pack.tiles.here == pack.tiles.wanted // 2 + 4, "the other map has come"


async def test_a_smaller_budget_holds_for_what_is_here_already_too(
    terminal: Terminal, tmp_path: Path
) -> None:
    await arrive(terminal, report("near"))
    await packing(terminal, Server(terminal, CITY)).run(NEAR)
    small = replace(NEAR, most=3 * len(TILE) + 10)
    pack = await packing(terminal, Server(terminal, CITY)).run(small)
    assert (pack.tiles.here, pack.bytes) == (3, 3 * len(TILE))
    assert pack.lacking[0].why == OVER
    assert len([path for path in tmp_path.rglob("tile/??/*") if path.is_file()]) == 3 + 1


async def test_the_nearest_come_before_what_is_here_of_another_day(terminal: Terminal) -> None:
    await arrive(terminal, report("near"))
    await packing(terminal, Server(terminal, CITY)).run(replace(NEAR, near=away(9000)))
    pack = await packing(terminal, Server(terminal, CITY)).run(replace(NEAR, most=4 * len(TILE)))
    expected = await packing(terminal, Server(terminal, CITY)).run(
        replace(NEAR, most=4 * len(TILE))
    )
    assert pack.tiles == expected.tiles
    assert pack.tiles.here == 4


async def test_a_map_has_no_more_levels_than_were_packed(terminal: Terminal) -> None:
    await arrive(terminal, report("near"))
    await packing(terminal, Server(terminal, replace(CITY, max_zoom=20))).run(NEAR)
    (listed,) = decode(await terminal.store.tiles.get(MAPS) or b"")
    assert listed["zooms"] == [10, 16]


async def test_levels_that_are_left_out_are_said(terminal: Terminal) -> None:
    await arrive(terminal, *(report(f"r{n}", away(n * 9), assignee="demo") for n in range(60)))
    server = Server(terminal, replace(CITY, max_zoom=14, bounds=(-124.0, 36.0, -121.0, 39.0)))
    pack = await packing(terminal, server).run(PackOrder(meters=40_000, most=5000))
    assert (PackStep.MAP, TOO_WIDE, "city", 0) in [
        (entry.step, entry.why, entry.title, entry.count) for entry in pack.lacking
    ]


async def test_work_without_its_surroundings_is_said(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("civictui.sync.pack.pack_list.MOST_CENTRES", 2)
    await arrive(terminal, *(report(f"r{n}", away(n), assignee="demo") for n in range(5)))
    pack = await packing(terminal, Server(terminal, CITY)).run(PackOrder(meters=500))
    assert pack.reports == 5
    assert [entry.title for entry in pack.lacking] == ["what lies around 3 of your reports"]


async def test_a_tile_that_is_damaged_is_not_here(terminal: Terminal, tmp_path: Path) -> None:
    await arrive(terminal, report("near"))
    await packing(terminal, Server(terminal, CITY)).run(NEAR)
    files = [path for path in tmp_path.rglob("tile/??/*") if path.is_file()]
    for path in files:
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(content)
    server = Server(terminal, CITY)
    pack = await packing(terminal, server).run(NEAR)
    assert len(server.tiles) == pack.tiles.wanted == pack.tiles.here


async def test_tiles_without_content_take_room_too(terminal: Terminal) -> None:
    await arrive(terminal, report("near"))
    order = replace(NEAR, most=5 * 4096)
    pack = await packing(terminal, Empty(terminal, CITY)).run(order)
    assert (pack.tiles.here, pack.bytes) == (5, 0)
    assert pack.lacking[0].why == OVER


async def test_a_gateway_of_very_many_maps_is_not_packed_whole(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("civictui.sync.pack.pack_tiles.MOST_TILES", 20)
    await arrive(terminal, report("near"))
    maps = [replace(CITY, name=f"city {n}") for n in range(50)]
    pack = await packing(terminal, Server(terminal, *maps)).run(NEAR)
    assert pack.tiles.here == 20
    assert {entry.why for entry in pack.lacking} == {TOO_MANY}
    assert (pack.step, pack.share) == (PackStep.DONE, 1.0)


async def test_two_maps_of_one_name_are_one(terminal: Terminal) -> None:
    await arrive(terminal, report("near"))
    once = await packing(terminal, Server(terminal, CITY)).run(NEAR)
    twice = await packing(terminal, Server(terminal, CITY, CITY)).run(NEAR)
    assert once.tiles == twice.tiles


async def test_a_disk_that_cannot_be_read_has_no_tiles(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    await arrive(terminal, report("near"))
    await packing(terminal, Server(terminal, CITY)).run(NEAR)

    def broken(path: Path) -> bytes:
        raise StoreError("Reading failed")

    monkeypatch.setattr("civictui.storage.blobs.read_private", broken)
    assert await terminal.store.tiles.sizes([MAPS]) == {}
