"""What a user with an area sees, may write, and gets to know when things move."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from civictui.gateway.area import Area
from civictui.gateway.database.scope import sees
from civictui.gateway.database.scoped import reading_for
from civictui.gateway.viewer import ADMIN, SUPERVISOR, Viewer
from tests.gateway.database.sighted import (
    ALL,
    HERE,
    INSIDE,
    LIMITED,
    OUTSIDE,
    Sight,
    all_of,
    feed,
    ids_of,
    next_of,
    report,
    sight,
    soon,
    update,
)
from tests.gateway.peer import push, revision


@pytest.fixture
async def gateway() -> AsyncIterator[Sight]:
    async with sight() as opened:
        yield opened


@pytest.fixture
async def demo(gateway: Sight) -> AsyncIterator[httpx.AsyncClient]:
    async with gateway.as_viewer(LIMITED) as client:
        yield client


async def codes(client: httpx.AsyncClient, *docs: dict[str, Any]) -> list[str]:
    return [entry["error"] for entry in await push(client, *docs)]


@pytest.mark.parametrize(
    ("doc", "about", "seen"),
    [
        (report("r", **INSIDE), None, True),
        (report("r", **OUTSIDE), None, False),
        (report("r"), None, True),
        (report("r", by="demo", **OUTSIDE), None, True),
        ({"problemDescription": "old", **OUTSIDE}, None, False),
        (report("r", geoLocation={"coordinates": "here"}), None, True),
        ({"type": "service", **OUTSIDE}, None, True),
        (update("u", "r"), report("r", **INSIDE), True),
        (update("u", "r"), report("r", **OUTSIDE), False),
        (update("u", "r"), report("r", by="demo", **OUTSIDE), True),
        (update("u", "r"), None, False),
        (update("u", "r"), {"_deleted": True}, False),
        (update("u", "r"), update("r", "x"), False),
        (update("u", "r", by="demo"), None, True),
        ({"_deleted": True}, None, True),
        ({"_deleted": True, "type": "report", **OUTSIDE}, None, False),
    ],
)
def test_what_is_seen(doc: dict[str, Any], about: dict[str, Any] | None, seen: bool) -> None:
    assert sees(LIMITED, doc, about) is seen
    assert sees(ALL, doc, about)


async def test_who_has_no_area_reads_the_database_itself(gateway: Sight) -> None:
    assert reading_for(gateway.database, ALL) is gateway.database


async def test_what_moves_here_comes_with_its_earlier_updates(
    gateway: Sight, demo: httpx.AsyncClient
) -> None:
    first = report("r", **OUTSIDE)
    await gateway.put(first, update("u1", "r"), update("u2", "r"), report("near", **INSIDE))
    page = await feed(demo)
    assert ids_of(page["results"]) == ["near"]
    await gateway.put(next_of(first, **INSIDE))
    page = await feed(demo, since=page["last_seq"], limit="1", include_docs="true")
    assert ids_of(page["results"]) == ["r", "u1", "u2"]
    assert page["results"][1]["doc"] is None
    assert not (await feed(demo, since=page["last_seq"]))["results"]


async def test_an_update_that_came_before_its_report(
    gateway: Sight, demo: httpx.AsyncClient
) -> None:
    await gateway.put(update("u", "r"))
    page = await feed(demo)
    assert page["results"] == []
    await gateway.put(report("r", **INSIDE))
    page = await feed(demo, since=page["last_seq"])
    assert ids_of(page["results"]) == ["r", "u"]


async def test_what_moves_away_is_not_there_any_more(
    gateway: Sight, demo: httpx.AsyncClient
) -> None:
    first = report("r", **INSIDE)
    await gateway.put(first, update("u", "r"))
    assert sorted(await all_of(demo)) == ["r", "u"]
    away = next_of(first, **OUTSIDE)
    assert await codes(demo, away) == []
    assert await all_of(demo) == []
    assert await codes(demo, away) == []  # the answer may have been lost
    assert await codes(demo, {**away, "text": "another"}) == ["forbidden"]
    assert await codes(demo, first) == ["forbidden"]
    assert await codes(demo, next_of(away, **INSIDE)) == ["forbidden"]


async def test_what_is_out_of_sight_is_not_written(gateway: Sight, demo: httpx.AsyncClient) -> None:
    far = report("far", **OUTSIDE)
    await gateway.put(far, update("u", "far"))
    note = update("mine", "far", by="demo")
    gone = next_of(far, deleted=True)
    assert await codes(demo, next_of(far, status="closed"), note, gone) == ["forbidden"] * 3
    assert await codes(demo, update("early", "unknown", by="demo")) == []
    assert (
        await codes(demo, report("own", by="demo", **OUTSIDE), update("o", "own", by="demo")) == []
    )
    turned = next_of(update("early", "unknown", by="demo"), report="far")
    assert await codes(demo, turned) == ["forbidden"]


async def test_another_area_begins_anew(gateway: Sight, demo: httpx.AsyncClient) -> None:
    await gateway.put(report("r", **OUTSIDE))
    last = (await feed(demo))["last_seq"]
    await demo.put("/db/civic/_local/log", json={"n": 1})
    for area in (Area.box(40, 0, 60, 10), None):
        async with gateway.as_viewer(Viewer("demo", area=area)) as moved:
            assert (await moved.get("/db/civic/_local/log")).status_code == 404
            answer = await moved.get("/db/civic/_changes", params={"since": last})
            assert answer.json()["error"] == "foreign_sequence"
            assert await all_of(moved) == ["r"]
            other = (await feed(moved))["last_seq"]
        answer = await demo.get("/db/civic/_changes", params={"since": other})
        assert answer.json()["error"] == "foreign_sequence"
    async with gateway.as_viewer(Viewer("demo", area=HERE)) as again:
        assert (await again.get("/db/civic/_local/log")).json()["n"] == 1


async def test_a_supervisor_withdraws_what_others_wrote(gateway: Sight) -> None:
    first, other = report("r"), report("s")
    await gateway.put(first, other)
    async with gateway.as_viewer(Viewer("ben")) as ben:
        assert await codes(ben, next_of(first, deleted=True)) == ["forbidden"]
    for role, doc in ((SUPERVISOR, first), (ADMIN, other)):
        async with gateway.as_viewer(Viewer("ben", frozenset({role}))) as ben:
            assert await codes(ben, next_of(doc, deleted=True)) == []


async def test_an_edit_that_met_a_supervisors_withdrawal_is_anybodys_to_settle(
    gateway: Sight,
) -> None:
    first = report("r")
    edited = next_of(first, status="edited")
    await gateway.put(first, edited)
    gone = next_of(first, deleted=True, withdrawnBy="sue")
    async with gateway.as_viewer(Viewer("sue", frozenset({SUPERVISOR}))) as sue:
        assert await codes(sue, gone) == []
    async with gateway.as_viewer(Viewer("ben")) as ben:
        assert await codes(ben, next_of(edited, deleted=True, withdrawnBy="ben")) == []


async def test_services_are_an_administrators(gateway: Sight, demo: httpx.AsyncClient) -> None:
    service = revision("s", {"type": "service", "reportedBy": "asha"})
    mine = revision("m", {"type": "service", "reportedBy": "demo"})
    await gateway.put(service)
    assert (
        await codes(demo, mine, next_of(service, name="x"), next_of(service, deleted=True))
        == ["forbidden"] * 3
    )
    assert await all_of(demo) == ["s"]


async def test_a_longpoll_sleeps_through_what_is_out_of_sight(
    gateway: Sight, demo: httpx.AsyncClient
) -> None:
    held = asyncio.ensure_future(feed(demo, feed="longpoll", since="now", timeout="60000"))
    bell = gateway.database.bell
    for n in range(3):
        await gateway.put(report(f"far{n}", **OUTSIDE))
    assert bell.is_set()
    await gateway.put(report("near", **INSIDE))
    page = await soon(held)
    assert ids_of(page["results"]) == ["near"]


async def test_the_newest_of_a_small_area(gateway: Sight, demo: httpx.AsyncClient) -> None:
    await gateway.put(report("near", **INSIDE), *(report(f"r{n}", **OUTSIDE) for n in range(600)))
    page = await feed(demo, descending="true", limit="1", include_docs="true")
    assert ids_of(page["results"]) == ["near"]


async def test_a_small_area_of_a_large_feed_is_read_in_few_requests(gateway: Sight) -> None:
    """Nobody asks ten thousand times for ten thousand documents that are not there."""
    docs = [report(f"r{n:05}", **(OUTSIDE if n % 100 else INSIDE)) for n in range(10_000)]
    for start in range(0, len(docs), 1000):
        await gateway.put(*docs[start : start + 1000])
    asked = 0
    async with gateway.as_viewer(LIMITED) as demo:

        async def count(_: httpx.Request) -> None:
            nonlocal asked
            asked += 1

        demo.event_hooks["request"].append(count)
        assert await all_of(demo, limit=50) == [f"r{n:05}" for n in range(0, 10_000, 100)]
    assert asked <= 4


async def test_who_names_a_picture(gateway: Sight, tmp_path: Path) -> None:
    picture: dict[str, Any] = {"picture": {"large": "a.jpg", "thumbnail": "b.jpg"}}
    photos: dict[str, Any] = {
        "photos": [{"large": "a.jpg", "thumbnail": "c.jpg"}, {"large": "d.jpg"}]
    }
    first, second = report("r1", **picture), report("r2", **photos)
    async with sight(tmp_path) as opened:
        await opened.put(first, second, update("u", "r1", **photos))
        assert sorted(await opened.database.naming("a.jpg")) == ["r1", "r2", "u"]
        assert await opened.database.naming("x.jpg") == []
        await opened.put(next_of(first, deleted=True), next_of(second, photos=[]))
        assert await opened.database.naming("a.jpg") == ["u"]
    async with sight(tmp_path) as again:  # made anew from what lies there
        assert await again.database.naming("a.jpg") == ["u"]
        assert await again.database.naming("b.jpg") == []
        updates = await again.database.earlier_updates(["r1"], "9-x")
        assert [row.id for row in updates] == ["u"]


async def test_the_order_of_an_answer_tells_nothing(
    gateway: Sight, demo: httpx.AsyncClient
) -> None:
    hidden = report("hidden", **OUTSIDE)
    await gateway.put(hidden)
    asked = {"hidden": [hidden["_rev"]], "nowhere": ["1-abc"]}
    answer = await demo.post("/db/civic/_revs_diff", json=asked)
    assert list(answer.json()) == ["hidden", "nowhere"]
