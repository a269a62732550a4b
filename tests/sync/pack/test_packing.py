"""Packing for a day: what is chosen, in which order, within what budget, and what is missing."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import pytest

from civictui.codec import decode
from civictui.domain.errors import NotConfirmed, Refused, StoreFull, Unreachable, UsageError
from civictui.domain.model import GeoPoint, Lacking, Pack, PackOrder, PackStep, ReportRow
from civictui.domain.ports import MAPS
from civictui.sync.pack.packing import BY_HAND, LAST, NOT_THERE, PACKED, TOO_MANY
from tests.site import Terminal
from tests.sync.packs import (
    CITY,
    HERE,
    LARGE,
    THUMBNAIL,
    TILE,
    Server,
    Told,
    arrive,
    away,
    packing,
    report,
)
from tests.sync.pictures.test_transfers import terminal

__all__ = ["terminal"]

NEAR = PackOrder(near=HERE, meters=1000)


async def kept(terminal: Terminal) -> Pack | None:
    return Pack.from_doc(await terminal.store.secrets.get(LAST))


# --- what is chosen ------------------------------------------------------------------------------


async def test_near_and_assigned_reports_are_packed_the_nearest_first(terminal: Terminal) -> None:
    mine = away(90_000)
    beside = away(90_400)
    await arrive(
        terminal,
        report("far", away(1500), 1),
        report("near", away(300), 1),
        report("nearer", away(100), 1),
        report("mine", mine, 1, assignee="demo"),
        report("beside", beside, 1),
        report("anothers", away(50_000), 1, assignee="asha"),
        report("nowhere", None, 1, assignee="demo"),
    )
    server = Server(terminal)
    pack = await packing(terminal, server).run(NEAR)
    assert pack.reports == 5
    thumbnails = [key for key in server.asked if key.startswith("T")]
    assert set(thumbnails[:2]) == {"T-mine-0", "T-nowhere-0"}
    assert thumbnails[2:] == ["T-nearer-0", "T-near-0", "T-beside-0"]
    assert server.asked == thumbnails + [key.replace("T", "L") for key in thumbnails]


async def test_photos_of_remarks_go_with_their_report(terminal: Terminal) -> None:
    remark = {
        "_id": "said",
        "type": "update",
        "report": "near",
        "text": "Still dark",
        "photos": [{"large": "L-said", "thumbnail": "T-said", "bytes": 9}],
    }
    await arrive(terminal, report("near", photos=1), remark)
    server = Server(terminal)
    pack = await packing(terminal, server).run(NEAR)
    assert server.asked == ["T-near-0", "T-said", "L-near-0", "L-said"]
    assert pack.pictures == pack.thumbnails == (2, 2)


async def test_without_a_place_and_without_work_there_is_nothing_to_pack(
    terminal: Terminal,
) -> None:
    await arrive(terminal, report("near", photos=1))
    with pytest.raises(UsageError, match="no position is known"):
        await packing(terminal, Server(terminal)).run(PackOrder())
    assert await kept(terminal) is None


async def test_what_is_assigned_is_enough(terminal: Terminal) -> None:
    await arrive(terminal, report("mine", HERE, 1, assignee="demo"), report("far", away(5000), 1))
    pack = await packing(terminal, Server(terminal, CITY)).run(PackOrder(meters=500))
    assert (pack.reports, pack.pictures) == (1, (1, 1))
    assert pack.tiles.here == pack.tiles.wanted > 2


# --- the map -------------------------------------------------------------------------------------


async def test_tiles_around_the_places_are_kept_with_the_list_of_their_maps(
    terminal: Terminal,
) -> None:
    await arrive(terminal, report("near"))
    server = Server(terminal, CITY)
    pack = await packing(terminal, server).run(NEAR)
    assert pack.tiles.here == pack.tiles.wanted == len(server.tiles)
    assert pack.bytes == len(TILE) * pack.tiles.here
    tiles = terminal.store.tiles
    assert decode(await tiles.get(MAPS) or b"") == [CITY.to_doc()]
    zoom, x, y = server.tiles[0]
    assert await tiles.get(CITY.key((zoom, x, y))) == TILE

    again = await packing(terminal, server).run(NEAR)
    assert len(server.tiles) == pack.tiles.wanted, "what is here is not asked for again"
    assert (again.tiles, again.bytes) == (pack.tiles, pack.bytes)

    newer = replace(CITY, version="v2")
    await packing(terminal, Server(terminal, newer)).run(NEAR)
    assert await tiles.get(CITY.key((zoom, x, y))) is None, "the former map's are let go"
    assert await tiles.get(newer.key((zoom, x, y))) == TILE


async def test_a_place_without_a_map_is_said(terminal: Terminal) -> None:
    await arrive(terminal, report("near"))
    elsewhere = replace(CITY, bounds=(10.0, 50.0, 11.0, 51.0))
    for sets in ((), (elsewhere,)):
        pack = await packing(terminal, Server(terminal, *sets)).run(NEAR)
        assert pack.step is PackStep.DONE
        (lacking,) = pack.lacking
        assert (lacking.step, lacking.count) == (PackStep.MAP, 0)
        assert "no base map" in lacking.why


# --- the budget ----------------------------------------------------------------------------------


async def test_what_is_over_the_budget_is_named(terminal: Terminal) -> None:
    await arrive(terminal, report("a", away(10), 2), report("b", away(20), 1))
    most = 3 * 8_000 + 2 * len(LARGE)
    pack = await packing(terminal, Server(terminal, CITY)).run(replace(NEAR, most=most))
    assert (pack.thumbnails, pack.pictures) == ((3, 3), (2, 3))
    assert pack.lacking[0] == Lacking(PackStep.PICTURES, "over the budget", "Report b", "b"), (
        "the farthest gives way"
    )
    room = most - 3 * len(THUMBNAIL) - 2 * len(LARGE)
    assert pack.tiles.here == room // len(TILE) < pack.tiles.wanted
    assert pack.lacking[1].count == pack.tiles.wanted - pack.tiles.here
    assert (pack.step, pack.share) == (PackStep.DONE, 1.0)
    assert pack.bytes <= most


async def test_documents_that_lie_about_sizes_do_not_fill_the_disk(terminal: Terminal) -> None:
    lie = report("a", photos=5)
    for photo in lie["photos"]:
        photo["bytes"] = 1
    await arrive(terminal, lie)
    pack = await packing(terminal, Server(terminal)).run(replace(NEAR, most=110_000))
    assert pack.pictures == (2, 5)
    assert (pack.lacking[0].why, pack.lacking[0].count) == ("over the budget", 3)


async def test_what_is_here_already_counts(terminal: Terminal) -> None:
    await arrive(terminal, report("a", photos=1))
    await terminal.store.blobs.put("L-a-0", LARGE)
    server = Server(terminal)
    pack = await packing(terminal, server).run(NEAR)
    assert server.asked == ["T-a-0"]
    assert pack.bytes == len(LARGE) + len(THUMBNAIL)


# --- what goes wrong -----------------------------------------------------------------------------


async def test_what_the_server_has_not_is_missing_and_the_rest_comes(terminal: Terminal) -> None:
    await arrive(terminal, report("a", away(10), 2), report("b", away(20), 1))
    server = Server(terminal, CITY)
    server.lacks = {"L-a-0", "L-a-1"}
    server.failing = {
        "T-b-0": NotConfirmed("A picture arrived damaged"),
        "L-b-0": Refused(403, "forbidden", "Not for you."),
    }
    pack = await packing(terminal, server).run(NEAR)
    assert pack.step is PackStep.DONE
    found = {(entry.step, entry.id, entry.count): entry.why for entry in pack.lacking}
    assert found == {
        (PackStep.THUMBNAILS, "b", 1): "A picture arrived damaged",
        (PackStep.PICTURES, "a", 2): NOT_THERE,
        (PackStep.PICTURES, "b", 1): str(server.failing["L-b-0"]),
    }
    assert pack.tiles.here == pack.tiles.wanted
    assert await kept(terminal) == pack


@pytest.mark.parametrize(
    "error",
    [
        Unreachable("The link is gone"),
        Refused(503, "busy", "Later."),
        Refused(401, "unauthorized", "Who?"),
        StoreFull("The disk is full"),
    ],
)
async def test_a_link_that_breaks_ends_it_and_the_next_goes_on(
    terminal: Terminal, error: Unreachable | Refused | StoreFull
) -> None:
    await arrive(terminal, report("a", away(10), 1), report("b", away(20), 1))
    server = Server(terminal, CITY)
    server.failing = {"L-a-0": error}
    told = Told()
    pack = await packing(terminal, server, told).run(NEAR)
    assert (pack.step, pack.reason) == (PackStep.STOPPED, str(error))
    assert 0 < pack.share < 1
    assert [(entry.id or entry.title, entry.why) for entry in pack.lacking] == [
        ("a", str(error)), ("b", str(error)), ("city", str(error)),
    ]  # fmt: skip
    assert told.packs[-1] == pack == await kept(terminal)

    server.failing, server.asked = {}, []
    pack = await packing(terminal, server).run(NEAR)
    assert server.asked == ["L-a-0", "L-b-0"], "what had come is not fetched again"
    assert (pack.step, pack.lacking) == (PackStep.DONE, ())


async def test_a_link_that_breaks_in_the_map_keeps_what_came_and_what_was(
    terminal: Terminal,
) -> None:
    await arrive(terminal, report("a"))
    old = replace(CITY, name="old")
    await packing(terminal, Server(terminal, old)).run(NEAR)
    server = Server(terminal, CITY)
    server.failing = {"/v1/maps/city/tiles": Unreachable("The link is gone")}
    pack = await packing(terminal, server).run(NEAR)
    assert pack.lacking == (
        Lacking(PackStep.MAP, "The link is gone", "city", count=pack.tiles.wanted),
    )
    listed = decode(await terminal.store.tiles.get(MAPS) or b"")
    assert [tiles["name"] for tiles in listed] == ["old", "city"]


async def test_without_a_link_from_the_beginning_the_last_packing_stays(
    terminal: Terminal,
) -> None:
    await arrive(terminal, report("a", photos=1))
    server = Server(terminal)
    pack = await packing(terminal, server).run(NEAR)
    server.failing = {"/v1/maps": Unreachable("The link is gone")}
    with pytest.raises(Unreachable):
        await packing(terminal, server).run(NEAR)
    assert await kept(terminal) == pack


async def test_who_stops_it_keeps_what_has_come(terminal: Terminal) -> None:
    await arrive(terminal, report("a", photos=1))
    server, told = Server(terminal, CITY), Told()
    server.hold = asyncio.Event()
    task = asyncio.ensure_future(packing(terminal, server, told).run(NEAR))
    while not server.asked:
        await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    pack = told.packs[-1]
    assert (pack.step, pack.reason) == (PackStep.STOPPED, BY_HAND)
    assert await kept(terminal) == pack
    assert {entry.why for entry in pack.lacking} == {BY_HAND}


# --- what it says, and what stays ----------------------------------------------------------------


async def test_how_far_it_is_grows_from_nothing_to_all(terminal: Terminal) -> None:
    await arrive(terminal, *(report(f"r{n}", away(n), 2) for n in range(5)))
    told = Told()
    await packing(terminal, Server(terminal, CITY), told).run(NEAR)
    shares = [pack.share for pack in told.packs]
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert len(set(shares)) > 15
    steps = list(dict.fromkeys(pack.step for pack in told.packs))
    assert steps == [
        PackStep.REPORTS, PackStep.THUMBNAILS, PackStep.PICTURES, PackStep.MAP, PackStep.DONE,
    ]  # fmt: skip
    assert all(a.pictures.here <= b.pictures.here for a, b in pairwise(told.packs))


async def test_what_was_packed_does_not_give_way_before_the_next_packing(
    terminal: Terminal,
) -> None:
    await arrive(terminal, report("a", photos=1), report("far", away(50_000), 1))
    await packing(terminal, Server(terminal)).run(NEAR)
    store = terminal.store
    assert await store.secrets.get(PACKED) == ["T-a-0", "L-a-0"]
    await store.blobs.put("L-far-0", LARGE, fetched=True)
    await store.make_room(1000)
    assert not await store.blobs.has("L-far-0")
    assert await store.blobs.has("L-a-0")
    assert await store.blobs.has("T-a-0")
    elsewhere = PackOrder(near=away(50_000), meters=1000)
    await packing(terminal, Server(terminal)).run(elsewhere)
    await store.make_room(1001)
    assert not await store.blobs.has("L-a-0")
    assert await store.blobs.has("L-far-0")


async def test_more_than_a_days_work_is_left_out_and_said(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("civictui.sync.pack.pack_list.MOST_REPORTS", 2)
    await arrive(terminal, *(report(f"r{n}", away(n), 1) for n in range(5)))
    server = Server(terminal)
    pack = await packing(terminal, server).run(NEAR)
    assert pack.reports == 2
    assert server.asked == ["T-r0-0", "T-r1-0", "L-r0-0", "L-r1-0"]
    assert pack.lacking[0] == Lacking(PackStep.THUMBNAILS, TOO_MANY, "3 reports", count=0)


async def test_only_what_may_be_packed_is_read_however_many_lie_near(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("civictui.sync.pack.pack_list.MOST_REPORTS", 3)
    near = (report(f"r{n}", away(n), assignee="demo" if n < 2 else "") for n in range(40))
    await arrive(terminal, *near)
    read: list[str] = []
    reader, rows = terminal.store.reader, terminal.store.reader.rows

    async def counted(ids: Sequence[str], near: GeoPoint | None = None) -> list[ReportRow]:
        read.extend(ids)
        return await rows(ids, near)

    monkeypatch.setattr(reader, "rows", counted)
    pack = await packing(terminal, Server(terminal)).run(NEAR)
    assert pack.reports == 3
    assert len(read) == 2 + 3
