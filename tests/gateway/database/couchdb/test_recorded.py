"""The gateway before a recorded CouchDB: what its clients are answered is what CouchDB said."""

from typing import Any

import httpx
import pytest

from tests.gateway.database.couchdb.backend import Backend
from tests.gateway.database.couchdb.recorded import EXCHANGES, LEAVES, PAGE, body_of
from tests.gateway.peer import push, report

ONE, TWO = LEAVES["r1"]


def plain(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name != "seq"} for row in rows]


async def test_the_database_tells_its_counts(demo: httpx.AsyncClient) -> None:
    said = (await demo.get("/db/civic")).json()
    theirs = body_of("database info, afterwards")
    assert said["update_seq"].startswith(theirs["update_seq"])
    for name in ("doc_count", "doc_del_count", "props", "compact_running"):
        assert said[name] == theirs[name]
    assert said["db_name"] == "civic"
    assert int(said["instance_start_time"]) > 0


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("since=0&style=all_docs", "changes style=all_docs"),
        ("since=0", "changes since=0"),
        (
            "since=0&include_docs=true&style=all_docs",
            "changes include_docs conflicts",
        ),
        ("since=0&limit=1", "changes limit=1"),
        ("descending=true&limit=1", "changes descending limit=1"),
        ("since=now", "changes since=now"),
    ],
)
async def test_the_feed(demo: httpx.AsyncClient, query: str, name: str) -> None:
    page = (await demo.get(f"/db/civic/_changes?{query}")).json()
    theirs = body_of(name)
    assert plain(page["results"]) == plain(theirs["results"])
    if "pending" in theirs and "descending" not in query:
        assert page["pending"] == theirs["pending"]


async def test_the_feed_goes_on_from_its_own_sequence(
    demo: httpx.AsyncClient, recorded: Backend
) -> None:
    page = (await demo.get("/db/civic/_changes?limit=1")).json()
    assert page["last_seq"].startswith(PAGE["last_seq"] + "-")
    since = {"since": page["last_seq"], "limit": "2"}
    page = (await demo.get("/db/civic/_changes", params=since)).json()
    assert plain(page["results"]) == plain(body_of("changes resumed from last_seq")["results"])
    asked = [a.params for a in recorded.saw("GET", "/_changes") if "feed" not in a.params]
    assert asked[-1]["since"] == PAGE["last_seq"]


@pytest.mark.parametrize(
    ("since", "code"),
    [
        ("garbage!!", "bad_request"),
        ("5-g1AAAA", "foreign_sequence"),
        (PAGE["last_seq"], "foreign_sequence"),
        ("5", "foreign_sequence"),
        ("5-" + "x" * 5000, "bad_request"),
    ],
)
async def test_a_sequence_of_elsewhere(
    demo: httpx.AsyncClient, recorded: Backend, since: str, code: str
) -> None:
    answer = await demo.get("/db/civic/_changes", params={"since": since})
    assert (answer.status_code, answer.json()["error"]) == (400, code)
    assert not recorded.saw("GET", "/_changes")


async def test_the_differences_of_revisions(demo: httpx.AsyncClient) -> None:
    exchange = EXCHANGES["revs_diff: leaf, ancestor, unknown"]
    answer = await demo.post("/db/civic/_revs_diff", json=exchange["request"]["body"])
    assert answer.json() == exchange["response"]["body"]
    odd = {"_design/x": ["1-a"], "r1": ["1-" + "Z" * 32]}
    answer = await demo.post("/db/civic/_revs_diff", json=odd)  # not even asked for
    assert answer.json() == {key: {"missing": revs} for key, revs in odd.items()}


@pytest.mark.parametrize(
    "name",
    [
        "bulk_get revs=true: leaf, absent rev, absent doc",
        "bulk_get revs=true&latest=true of an ancestor",
        "bulk_get without rev",
    ],
)
async def test_documents_in_bulk(demo: httpx.AsyncClient, name: str) -> None:
    request = EXCHANGES[name]["request"]
    path = request["path"].replace("/reports", "/db/civic")
    assert (await demo.post(path, json=request["body"])).json() == body_of(name)


@pytest.mark.parametrize(
    "name",
    [
        "get: the winner",
        "get: conflicts=true",
        "get: revs=true",
        "get: open_revs=all",
        "get: open_revs list with one absent, revs=true",
        "get: a losing revision",
        "get: absent document",
    ],
)
async def test_one_document(demo: httpx.AsyncClient, name: str) -> None:
    path = EXCHANGES[name]["request"]["path"].replace("/reports", "/db/civic")
    answer = await demo.get(path)
    assert (answer.status_code, answer.json()) == (
        EXCHANGES[name]["response"]["status"],
        body_of(name),
    )


async def test_what_is_there_already_is_not_sent_again(
    demo: httpx.AsyncClient, recorded: Backend
) -> None:
    assert await push(demo, ONE, TWO) == []
    (refusal,) = await push(demo, {**ONE, "status": "another"})
    assert refusal["error"] == "revision_taken"
    assert not recorded.saw("POST", "/_bulk_docs")


async def test_a_new_document_is_judged_and_stored(
    demo: httpx.AsyncClient, recorded: Backend
) -> None:
    mine, foreign = report("r8"), report("r9", "asha")
    (refusal,) = await push(demo, mine, foreign)
    assert (refusal["id"], refusal["error"]) == ("r9", "forbidden")
    (sent,) = recorded.saw("POST", "/_bulk_docs")
    assert sent.body == {"docs": [mine], "new_edits": False}


async def test_logs_are_counted_and_their_names_tell_nothing(
    demo: httpx.AsyncClient, recorded: Backend
) -> None:
    log = "/db/civic/_local/ckpt"
    assert (await demo.get(log)).status_code == 404
    for rev in ("0-1", "0-2"):
        answer = await demo.put(log, json={"session_id": rev, "history": []})
        assert answer.json() == {"ok": True, "id": "_local/ckpt", "rev": rev}
    assert (await demo.get(log)).json() == {
        "_id": "_local/ckpt",
        "_rev": "0-2",
        "session_id": "0-2",
        "history": [],
    }
    names = {asked.path for asked in recorded.asked if "/_local/" in asked.path}
    assert not any("ckpt" in name or "demo" in name for name in names)


async def test_nobody_is_asked_as_somebody_else(demo: httpx.AsyncClient, recorded: Backend) -> None:
    await demo.get("/db/civic/r1")
    assert {asked.headers["authorization"][:6] for asked in recorded.asked} == {"Basic "}
    assert not any(
        "Bearer" in value for asked in recorded.asked for value in asked.headers.values()
    )
