"""Our client replicates with PouchDB Server: another feed, other logs, other habits."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from civictui.domain.merge import MERGED_INTO, WITHDRAWN_BY
from tests.gateway.peer import revision
from tests.peers.terminal import Ours, terminal

pytestmark = pytest.mark.peers


@pytest.fixture
async def there(server: str) -> AsyncIterator[httpx.AsyncClient]:
    """The database on the server."""
    async with httpx.AsyncClient(base_url=f"{server}/reports", trust_env=False) as client:
        yield client


@pytest.fixture
async def one(tmp_path: Path, server: str) -> AsyncIterator[Ours]:
    async with terminal(tmp_path / "one", server, "demo") as ours:
        yield ours


@pytest.fixture
async def two(tmp_path: Path, server: str) -> AsyncIterator[Ours]:
    async with terminal(tmp_path / "two", server, "asha") as ours:
        yield ours


def body(key: str, **fields: Any) -> dict[str, Any]:
    return {"type": "report", "reportedBy": "demo", "problemDescription": key, **fields}


async def put(there: httpx.AsyncClient, *docs: dict[str, Any]) -> None:
    answer = await there.post("/_bulk_docs", json={"docs": docs, "new_edits": False})
    assert answer.json() == []


async def leaves(there: httpx.AsyncClient, key: str) -> dict[str, dict[str, Any]]:
    """The bodies of all leaves by revision."""
    found = (await there.get(f"/{key}", params={"open_revs": "all"})).json()
    docs = [entry["ok"] for entry in found]
    return {doc["_rev"]: {k: v for k, v in doc.items() if k[0] != "_"} for doc in docs}


async def tree(ours: Ours, key: str) -> set[str]:
    """The leaves that are here."""
    page = await ours.store.endpoint.changes(0, limit=1000)
    return next((set(row.revs) for row in page.rows if row.id == key), set())


async def test_everything_comes_down_once(there: httpx.AsyncClient, one: Ours) -> None:
    await put(there, *(revision(f"r{n:03}", body(f"Ünïcode ✓ {n}")) for n in range(1100)))
    await one.sync()
    assert await one.store.reader.count() == 1100
    doc = await one.store.reader.document("r042")
    assert doc == (await there.get("/r042")).json()
    one.begin_anew()
    one.link.seen.clear()
    await one.sync()
    assert [method for method, _, _ in one.link.seen] == ["GET", "GET"]  # the log, the feed


async def test_everything_goes_up_once(there: httpx.AsyncClient, one: Ours) -> None:
    for n in range(120):
        await one.report(f"r{n:03}")
    assert not await one.has_sent_all()
    await one.sync()
    assert await one.has_sent_all()
    assert (await there.get("")).json()["doc_count"] == 120
    assert (await there.get("/r042")).json() == await one.store.reader.document("r042")
    sequence = (await there.get("")).json()["update_seq"]
    one.begin_anew()
    await one.sync()
    assert (await there.get("")).json()["update_seq"] == sequence


async def test_edits_and_withdrawals_go_both_ways(there: httpx.AsyncClient, one: Ours) -> None:
    await one.report("ours")
    await one.report("withdrawn")
    await put(there, revision("theirs", body("theirs")), revision("deleted", body("deleted")))
    await one.sync()

    await one.edit("ours", status="closed")
    await one.edit("theirs", status="closed")
    await one.store.writer.withdraw("withdrawn")
    await one.sync()
    for key in ("ours", "theirs"):
        assert (await there.get(f"/{key}")).json() == await one.store.reader.document(key)
    ((_, left),) = (await leaves(there, "withdrawn")).items()
    assert left[WITHDRAWN_BY] == "demo"

    doc = (await there.get("/ours")).json()
    await there.put("/ours", json={**doc, "status": "open"})
    doomed = (await there.get("/deleted")).json()
    await there.delete("/deleted", params={"rev": doomed["_rev"]})
    await one.sync()
    assert (await one.store.reader.report("ours")).report.status == "open"
    assert await one.store.reader.count() == 2
    assert await one.has_sent_all()


async def test_edits_of_different_fields_become_one_document(
    there: httpx.AsyncClient, one: Ours, two: Ours
) -> None:
    await one.report("r1")
    for ours in (one, two):
        await ours.sync()
    await one.edit("r1", status="closed")
    await two.edit("r1", category="lamp")
    for ours in (one, two, one, two):
        await ours.sync()
    merged = (await there.get("/r1", params={"conflicts": "true"})).json()
    assert (merged["status"], merged["category"]) == ("closed", "lamp")
    assert "_conflicts" not in merged
    found = await leaves(there, "r1")
    assert await tree(one, "r1") == await tree(two, "r1") == set(found)
    assert sum(MERGED_INTO in leaf for leaf in found.values()) == 1


async def test_a_conflict_is_settled_by_a_person_once_for_all(
    there: httpx.AsyncClient, one: Ours, two: Ours
) -> None:
    await one.report("r1")
    for ours in (one, two):
        await ours.sync()
    await one.edit("r1", status="closed")
    await two.edit("r1", status="in progress")
    for ours in (one, two, one):
        await ours.sync()
    assert len((await there.get("/r1", params={"conflicts": "true"})).json()["_conflicts"]) == 1
    assert await one.store.reader.conflicts() == await two.store.reader.conflicts() == ["r1"]

    conflict = await two.store.reader.conflict("r1")
    assert conflict is not None
    await two.store.writer.settle(conflict, conflict.mine.body)
    for ours in (two, one):
        await ours.sync()
        assert await ours.store.reader.conflicts() == []
        assert (await ours.store.reader.report("r1")).report.status == "in progress"
    assert "_conflicts" not in (await there.get("/r1", params={"conflicts": "true"})).json()


async def test_a_conflict_made_there_comes_down_whole(there: httpx.AsyncClient, one: Ours) -> None:
    first = revision("r1", body("r1"))
    left, right = (revision("r1", body("r1", status=word), first["_rev"]) for word in ("a", "b"))
    await put(there, first, left, right, revision("r2", {}, "2-b", "1-a", deleted=True))
    await one.sync()
    assert await tree(one, "r1") == {left["_rev"], right["_rev"]}
    assert await tree(one, "r2") == set(await leaves(there, "r2"))
    assert await one.store.reader.count() == 1


async def test_a_log_that_another_session_wrote_is_written_all_the_same(
    there: httpx.AsyncClient, one: Ours
) -> None:
    """A stale revision of a `_local` document is 409 here."""
    earlier = one.rounds
    one.begin_anew()
    for n, rounds in enumerate([earlier, one.rounds, earlier]):
        await put(there, revision(f"r{n}", body("there")))
        await rounds.run()
    assert 409 in {status for method, _, status in one.link.seen if method == "PUT"}
    assert await one.store.reader.count() == 3


async def test_a_selector_brings_what_fits_it_and_nothing_else(
    there: httpx.AsyncClient, tmp_path: Path, server: str
) -> None:
    await put(
        there,
        *(revision(f"r{n}", body(f"r{n}", status=["open", "closed"][n % 2])) for n in range(60)),
    )
    async with terminal(tmp_path / "two", server, "demo", {"status": "open"}) as ours:
        await ours.sync()
        assert await ours.store.reader.count() == 30
        await put(there, revision("r60", body("r60", status="open")), revision("r61", body("r61")))
        await ours.sync()
        assert await ours.store.reader.count() == 31
        await ours.report("mine", status="closed")  # what is made here goes up whatever it says
        await ours.sync()
    assert (await there.get("/mine")).status_code == 200


async def test_a_held_request_answers_at_a_write(there: httpx.AsyncClient, one: Ours) -> None:
    await put(there, revision("r1", body("r1")))
    page = await one.remote.changes(0, limit=10)
    held = asyncio.create_task(one.remote.changes(page.last_seq, limit=10, wait=50))
    await put(there, revision("r2", body("r2")))
    assert [row.id for row in (await held).rows] == ["r2"]


async def test_a_server_that_has_lost_everything_gets_ours_again(
    there: httpx.AsyncClient, one: Ours
) -> None:
    await one.report("r1")
    await put(there, revision("r2", body("r2")))
    await one.sync()
    await there.delete("")
    await there.put("")
    one.begin_anew()
    await one.sync()
    assert (await there.get("/r1")).json() == await one.store.reader.document("r1")
    assert await one.store.reader.count() == 2
