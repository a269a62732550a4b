"""The changes feed: positions, pages, and a longpoll that wakes at once."""

import httpx
import pytest

from civictui.gateway.accounts.accounts import Changes
from civictui.gateway.area import Area
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.provisioning import enable_user, set_user
from civictui.gateway.server import GatewayThread
from tests.gateway.peer import bearer, push, report, revision

FEED = "/db/civic/_changes"


async def test_pages_join_without_a_gap(demo: httpx.AsyncClient) -> None:
    await push(demo, *(report(f"r{i}") for i in range(25)))
    seen: list[str] = []
    since, pending = "0", 1
    while pending:
        page = (await demo.get(FEED, params={"since": since, "limit": 10})).json()
        seen += [row["id"] for row in page["results"]]
        since, pending = page["last_seq"], page["pending"]
        assert pending == 25 - len(seen)
    assert seen == [f"r{i}" for i in range(25)]


async def test_the_newest_first(demo: httpx.AsyncClient) -> None:
    await push(demo, *(report(f"r{i}") for i in range(25)))
    page = (await demo.get(FEED, params={"descending": "true", "limit": 20})).json()
    assert [row["id"] for row in page["results"]] == [f"r{i}" for i in reversed(range(5, 25))]
    assert page["pending"] == 5


async def test_a_feed_that_is_longer_than_a_turn_of_the_store(demo: httpx.AsyncClient) -> None:
    docs = [report(f"r{i}") for i in range(1200)]
    await push(demo, *docs)
    page = (await demo.get(FEED, params={"include_docs": "true"})).json()
    assert [row["doc"]["_id"] for row in page["results"]] == [doc["_id"] for doc in docs]
    assert page["pending"] == 0


@pytest.mark.parametrize("descending", ["false", "true"])
async def test_a_page_is_never_larger_than_a_client_reads(
    demo: httpx.AsyncClient, descending: str
) -> None:
    for i in range(18):
        await push(demo, report(f"r{i}", text="x" * 1_000_000))
    params = {"include_docs": "true", "limit": "18", "descending": descending}
    answer = await demo.get(FEED, params=params)
    page = answer.json()
    assert len(answer.content) <= 16 * 1024 * 1024
    assert len(page["results"]) == 16
    assert page["pending"] == 2


@pytest.mark.parametrize(
    "query",
    [
        "since=garbage!!",
        "since=-1",
        "since=7",
        "since=1-00000000",
        "since=99999999999999999999",
        "limit=x",
        "descending=yes",
        "feed=continuous",
        "feed=eventsource",
        "style=some",
        "filter=_selector",
        "filter=report/mine",
        "timeout=soon",
    ],
)
async def test_what_cannot_be_asked(demo: httpx.AsyncClient, query: str) -> None:
    await push(demo, report("r1"))
    answer = await demo.get(f"{FEED}?{query}")
    assert answer.status_code == 400
    codes = {"bad_request", "foreign_sequence", "filter_refused", "query_parse_error"}
    assert answer.json()["error"] in codes


async def test_a_sequence_ahead_of_this_database_is_foreign(demo: httpx.AsyncClient) -> None:
    await push(demo, report("r1"))
    last = (await demo.get(FEED)).json()["last_seq"]
    ahead = last.replace("1-", "2-", 1)
    assert (await demo.get(FEED, params={"since": last})).status_code == 200
    answer = await demo.get(FEED, params={"since": ahead})
    assert answer.json()["error"] == "foreign_sequence"


async def test_a_longpoll_with_news_answers_at_once(demo: httpx.AsyncClient) -> None:
    await push(demo, report("r1"))
    page = (await demo.get(FEED, params={"feed": "longpoll"})).json()
    assert [row["id"] for row in page["results"]] == ["r1"]


async def test_a_longpoll_without_news_ends_at_its_timeout(demo: httpx.AsyncClient) -> None:
    await push(demo, report("r1"))
    params = {"feed": "longpoll", "since": "now", "timeout": "20"}
    page = (await demo.get(FEED, params=params)).json()
    assert page["results"] == []
    assert page["last_seq"] == (await demo.get(FEED)).json()["last_seq"]


@pytest.mark.e2e
async def test_a_longpoll_wakes_at_a_write(wire: httpx.AsyncClient) -> None:
    params = {"feed": "longpoll", "since": "now", "timeout": "60000"}
    async with wire.stream("GET", FEED, params=params) as held:  # its head is here: it waits
        await push(wire, report("r1"))
        await held.aread()
        assert [row["id"] for row in held.json()["results"]] == ["r1"]


@pytest.mark.e2e
@pytest.mark.parametrize("coding", ["gzip", "identity"])
async def test_a_longpoll_keeps_its_connection_alive(wire: httpx.AsyncClient, coding: str) -> None:
    params = {"feed": "longpoll", "since": "now", "heartbeat": "1000"}
    headers = {"Accept-Encoding": coding}
    async with wire.stream("GET", FEED, params=params, headers=headers) as held:
        assert held.headers.get("content-encoding", "identity") == coding
        pieces = held.aiter_bytes()
        assert await anext(pieces) == b"\n"
        await push(wire, report("r1"))
        assert b'"r1"' in b"".join([piece async for piece in pieces])


@pytest.mark.e2e
async def test_a_refused_write_wakes_nobody_and_another_does(wire: httpx.AsyncClient) -> None:
    params = {"feed": "longpoll", "since": "now", "timeout": "60000"}
    async with wire.stream("GET", FEED, params=params) as held:
        assert len(await push(wire, report("foreign", user="asha"))) == 1
        await push(wire, report("own"))
        await held.aread()
        assert [row["id"] for row in held.json()["results"]] == ["own"]


@pytest.mark.e2e
@pytest.mark.parametrize("change", ["disabled", "area"])
async def test_a_held_feed_tells_nothing_to_whom_it_is_no_longer_for(
    served: GatewayThread, folder: GatewayFolder, wire: httpx.AsyncClient, change: str
) -> None:
    params = {"feed": "longpoll", "since": "now", "timeout": "60000"}
    async with wire.stream("GET", FEED, params=params) as held:
        if change == "disabled":
            enable_user(folder, "demo", enabled=False)
        else:
            set_user(folder, "demo", Changes(area=Area.box(0, 0, 1, 1)))
        async with httpx.AsyncClient(base_url=wire.base_url, trust_env=False) as other:
            await push(other, report("r1", "asha"), headers=await bearer(other, "asha"))
        await held.aread()
        assert held.json()["results"] == []


async def test_conflicts_are_named_in_the_feed(
    wire: httpx.AsyncClient, served: GatewayThread, folder: GatewayFolder
) -> None:
    first = report("r1")
    body = {"type": "report", "reportedBy": "demo"}
    await push(wire, first, *(revision("r1", body | {"n": n}, first["_rev"]) for n in range(2)))
    params = {"style": "all_docs", "include_docs": "true", "conflicts": "true"}
    row = (await wire.get(FEED, params=params)).json()["results"][0]
    winner, loser = (change["rev"] for change in row["changes"])
    assert row["doc"]["_rev"] == winner
    assert row["doc"]["_conflicts"] == [loser]
