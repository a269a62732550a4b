"""PouchDB 9 replicates into the gateway and out of it, as into and out of any CouchDB."""

from typing import Any

import httpx
import pytest

from tests.gateway.peer import bearer, push, report, revision
from tests.peers.node import PeerError, Pouch
from tests.site import Site

pytestmark = pytest.mark.peers


def bare(doc: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in doc.items() if name != "_revisions"}


async def test_everything_comes_out_of_the_gateway_once(
    gateway: httpx.AsyncClient, pouch: Pouch
) -> None:
    docs = [report(f"r{n:03}", n=n, text="Ünïcode ✓ \u2028") for n in range(250)]
    await push(gateway, *docs)
    first = await pouch.replicate("remote", "local")
    assert (first["docs_written"], first["doc_write_failures"]) == (250, 0)
    found = await pouch.call("local", "allDocs", {"include_docs": True})
    assert [row["doc"] for row in found["rows"]] == [bare(doc) for doc in docs]
    assert (await pouch.replicate("remote", "local"))["docs_read"] == 0


async def test_everything_goes_into_the_gateway_once(
    gateway: httpx.AsyncClient, pouch: Pouch
) -> None:
    docs = [{"_id": f"r{n:03}", "reportedBy": "demo", "n": n} for n in range(250)]
    await pouch.call("local", "bulkDocs", docs)
    first = await pouch.replicate("local", "remote")
    assert (first["docs_written"], first["doc_write_failures"]) == (250, 0)
    found = (await gateway.get("/db/civic/_all_docs?include_docs=true")).json()
    theirs = await pouch.call("local", "allDocs", {"include_docs": True})
    assert [row["doc"] for row in found["rows"]] == [row["doc"] for row in theirs["rows"]]
    assert (await pouch.replicate("local", "remote"))["docs_read"] == 0


async def test_edits_and_deletions_go_both_ways(gateway: httpx.AsyncClient, pouch: Pouch) -> None:
    first = report("r1")
    await push(gateway, first, report("r2"))
    await pouch.replicate("remote", "local")
    edited = {**bare(first), "status": "closed"}
    made = await pouch.call("local", "put", edited)
    await pouch.call("local", "remove", await pouch.call("local", "get", "r2"))
    await pouch.replicate("local", "remote")
    assert (await gateway.get("/db/civic/r1")).json() == {**edited, "_rev": made["rev"]}
    assert (await gateway.get("/db/civic/r2")).json()["reason"] == "deleted"

    await push(gateway, revision("r1", {}, made["rev"], first["_rev"], deleted=True))
    await pouch.replicate("remote", "local")
    with pytest.raises(PeerError, match="404"):
        await pouch.call("local", "get", "r1")


async def test_a_long_history_goes_whole(gateway: httpx.AsyncClient, pouch: Pouch) -> None:
    doc = {"_id": "r1", "reportedBy": "demo"}
    for n in range(60):
        made = await pouch.call("local", "put", {**doc, "n": n})
        doc["_rev"] = made["rev"]
    await pouch.replicate("local", "remote")
    theirs = await pouch.call("local", "get", "r1", {"revs": True})
    assert theirs["_revisions"]["start"] == 60
    assert (await gateway.get("/db/civic/r1?revs=true")).json() == theirs


async def test_a_conflict_is_the_same_on_both_sides(
    gateway: httpx.AsyncClient, pouch: Pouch
) -> None:
    first = report("r1")
    await push(gateway, first)
    await pouch.replicate("remote", "local")
    mine = await pouch.call("local", "put", {**bare(first), "status": "mine"})
    words = {"reportedBy": "demo", "problemDescription": "theirs"}
    theirs = revision("r1", words, first["_rev"])
    await push(gateway, theirs)
    await pouch.tell("replicate", source="local", target="remote", options={})
    await pouch.tell("replicate", source="remote", target="local", options={})

    leaves = await pouch.leaves("local", "r1")
    assert set(leaves) == {mine["rev"], theirs["_rev"]} == set(await pouch.leaves("remote", "r1"))
    ours = (await gateway.get("/db/civic/r1?conflicts=true")).json()
    assert ours == await pouch.call("local", "get", "r1", {"conflicts": True})
    (loser,) = ours["_conflicts"]
    await pouch.call("local", "remove", "r1", loser)
    await pouch.replicate("local", "remote")
    assert "_conflicts" not in (await gateway.get("/db/civic/r1?conflicts=true")).json()


async def test_live_in_both_directions(gateway: httpx.AsyncClient, pouch: Pouch) -> None:
    await pouch.tell("live", name="down", source="remote", target="local")
    await pouch.tell("live", name="up", source="local", target="remote")
    for n in range(3):
        await push(gateway, report(f"there{n}"))
        await pouch.tell("until", database="local", key=f"there{n}")
        await pouch.call("local", "put", {"_id": f"here{n}", "reportedBy": "demo"})
        await pouch.tell("until", database="remote", key=f"here{n}")
    for name in ("down", "up"):
        assert await pouch.tell("stop", name=name) == {"refused": [], "error": None}
    assert (await gateway.get("/db/civic")).json()["doc_count"] == 6


async def test_what_is_refused_stops_nothing_else(
    site: Site, gateway: httpx.AsyncClient, pouch: Pouch
) -> None:
    """Attachments, another's name, somebody's document deleted: told each, and all else goes."""
    theirs = report("theirs", user="asha")
    async with httpx.AsyncClient(base_url=site.origin, trust_env=False) as asha:
        await push(asha, theirs, headers=await bearer(asha, "asha"))
    await pouch.replicate("remote", "local")
    await pouch.call("local", "remove", "theirs", theirs["_rev"])
    picture = {"photo.jpg": {"content_type": "image/jpeg", "data": "/9j/4AAQ"}}
    await pouch.call(
        "local",
        "bulkDocs",
        [
            {"_id": "a", "reportedBy": "demo"},
            {"_id": "b", "reportedBy": "demo", "_attachments": picture},
            {"_id": "c", "reportedBy": "asha"},
            {"_id": "d", "reportedBy": "demo"},
        ],
    )
    await pouch.tell("live", name="up", source="local", target="remote")
    await pouch.tell("until", database="remote", key="d")
    await pouch.call("local", "put", {"_id": "e", "reportedBy": "demo"})
    await pouch.tell("until", database="remote", key="e")
    over = await pouch.tell("stop", name="up")
    assert over["error"] is None
    assert {doc["id"]: doc["error"] for doc in over["refused"]} == {
        "b": "attachments_refused",
        "c": "forbidden",
        "theirs": "forbidden",
    }
    found = (await gateway.get("/db/civic/_all_docs")).json()
    assert [row["id"] for row in found["rows"]] == ["a", "d", "e", "theirs"]


async def test_without_a_session_nothing_is_read(site: Site, pouch: Pouch) -> None:
    await pouch.open("stranger", f"{site.origin}/db/civic", "not a token")
    with pytest.raises(PeerError) as refused:
        await pouch.replicate("stranger", "local")
    assert refused.value.told["status"] == 401
