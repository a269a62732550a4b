"""Long pages of the feed are made a few at a time, and short ones wait for none of them."""

import asyncio

import httpx
from starlette.applications import Starlette

from tests.gateway.peer import revision


async def test_a_long_page_waits_for_its_place_and_a_short_one_does_not(
    app: Starlette, demo: httpx.AsyncClient
) -> None:
    docs = [revision(f"r{n:03}", {"reportedBy": "demo"}) for n in range(120)]
    await demo.post("/db/civic/_bulk_docs", json={"new_edits": False, "docs": docs})
    places: asyncio.Semaphore = app.state.backends.long_answers
    while not places.locked():
        await places.acquire()
    long = asyncio.create_task(demo.get("/db/civic/_changes", params={"limit": 100}))
    for query in ("limit=20", "limit=100&since=now"):
        short = await demo.get(f"/db/civic/_changes?{query}")
        assert len(short.json()["results"]) in {20, 0}
    assert not long.done()
    places.release()
    page = (await long).json()
    assert [row["id"] for row in page["results"]] == [doc["_id"] for doc in docs[:100]]
    assert page["pending"] == 20
    assert not places.locked()


async def test_a_few_large_rows_wait_for_a_place_too(
    app: Starlette, demo: httpx.AsyncClient
) -> None:
    text = "x" * 50_000
    docs = [revision(f"r{n:02}", {"reportedBy": "demo", "text": text}) for n in range(16)]
    await demo.post("/db/civic/_bulk_docs", json={"new_edits": False, "docs": docs})
    places: asyncio.Semaphore = app.state.backends.long_answers
    while not places.locked():
        await places.acquire()
    url = "/db/civic/_changes?include_docs=true"
    long = [asyncio.create_task(demo.get(f"{url}&limit=12"))]
    long.append(asyncio.create_task(demo.get("/db/civic/_all_docs?include_docs=true")))
    long.append(asyncio.create_task(demo.get("/db/civic/_changes?descending=true&limit=60")))
    assert len((await demo.get(f"{url}&limit=5")).json()["results"]) == 5
    while len(places._waiters or ()) < len(long):
        await asyncio.sleep(0)
    places.release()
    feed, listing, backwards = [answer.json() for answer in await asyncio.gather(*long)]
    assert [row["id"] for row in feed["results"]] == [doc["_id"] for doc in docs[:12]]
    assert feed["pending"] == 4
    assert [row["doc"]["text"] for row in listing["rows"]] == [text] * 16
    assert len(backwards["results"]) == 16
