"""What a client may write, and what it is told where it may not."""

from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from tests.gateway.conftest import client_of
from tests.gateway.peer import bearer, push, report, revision


@pytest.fixture
async def asha(app: Starlette) -> dict[str, dict[str, str]]:
    """How to push as asha."""
    async with client_of(app) as other:
        return {"headers": await bearer(other, "asha")}


async def test_an_own_report_is_stored_and_the_same_again_is_success(
    demo: httpx.AsyncClient,
) -> None:
    doc = report("r1")
    assert await push(demo, doc) == []
    assert await push(demo, doc) == []
    found = (await demo.get("/db/civic/r1?revs=true")).json()
    assert found == doc
    assert (await demo.get("/db/civic")).json()["doc_count"] == 1


@pytest.mark.parametrize(
    ("doc", "code"),
    [
        (report("_design/report"), "illegal_docid"),
        (report("_local/log"), "illegal_docid"),
        (report("x" * 600), "illegal_docid"),
        (report("."), "illegal_docid"),
        (report(".."), "illegal_docid"),
        (report("%2e%2E"), "illegal_docid"),
        (report("%252e%252e"), "illegal_docid"),
        (report("a/../../_users"), "illegal_docid"),
        (report("a%2F..%2Fb"), "illegal_docid"),
        (report("a\\.."), "illegal_docid"),
        (report("service:lamp"), "forbidden"),
        ({"_rev": "1-a", "reportedBy": "demo"}, "illegal_docid"),
        ({"_id": 5, "_rev": "1-a", "reportedBy": "demo"}, "illegal_docid"),
        (report("r1") | {"_attachments": {"a": {"data": "AAAA"}}}, "attachments_refused"),
        (report("r1") | {"_weird": 1}, "doc_validation"),
        (report("r1") | {"_deleted": "yes"}, "doc_validation"),
        (report("r1") | {"type": "service"}, "forbidden"),
        (report("r1", user="asha"), "forbidden"),
        (revision("r1", {"type": "report"}), "forbidden"),
        (report("r1") | {"reportedBy": ["demo"]}, "forbidden"),
        (report("r1") | {"text": "x" * 1_048_576}, "too_large"),
        ({"_id": "r1", "_rev": "a-1", "reportedBy": "demo"}, "bad_request"),
        ({"_id": "r1", "_rev": "1-\u001b[31m", "reportedBy": "demo"}, "bad_request"),
        (report("r1") | {"_revisions": {"start": 1, "ids": []}}, "bad_request"),
        (report("r1") | {"_revisions": {"start": 1, "ids": ["a", "b"]}}, "bad_request"),
        (report("r1") | {"_revisions": ["a"]}, "bad_request"),
        ({"_id": "r1", "_rev": "999999999-a", "reportedBy": "demo"}, "bad_request"),
    ],
)
async def test_one_bad_document_is_refused_alone(
    demo: httpx.AsyncClient, doc: dict[str, Any], code: str
) -> None:
    good = [report("before"), report("behind")]
    refused = await push(demo, good[0], doc, good[1])
    assert [entry["error"] for entry in refused] == [code]
    assert refused[0].keys() == {"id", "rev", "error", "reason", "name"}
    rows = (await demo.get("/db/civic/_all_docs")).json()["rows"]
    assert [row["id"] for row in rows] == ["before", "behind"]


@pytest.mark.parametrize(
    "body",
    [
        {"docs": [report("r1")]},
        {"new_edits": True, "docs": [report("r1")]},
        {"new_edits": False, "docs": {}},
        {"new_edits": False, "docs": ["r1"]},
        ["r1"],
    ],
)
async def test_a_batch_that_is_none(demo: httpx.AsyncClient, body: Any) -> None:
    answer = await demo.post("/db/civic/_bulk_docs", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"] == "bad_request"


async def test_another_user_may_change_a_report_but_not_its_author(
    demo: httpx.AsyncClient, asha: dict[str, Any]
) -> None:
    first = report("r1")
    await push(demo, first)
    body = {"type": "report", "reportedBy": "demo", "status": "closed"}
    closed = revision("r1", body, first["_rev"])
    assert await push(demo, closed, **asha) == []
    stolen = revision("r1", body | {"reportedBy": "asha"}, closed["_rev"], first["_rev"])
    refused = await push(demo, stolen, **asha)
    assert [(entry["id"], entry["error"]) for entry in refused] == [("r1", "forbidden")]


async def test_history_that_nobody_has_seen_is_no_way_to_write_as_another(
    demo: httpx.AsyncClient, asha: dict[str, Any]
) -> None:
    doc = revision("r1", {"type": "report", "reportedBy": "demo"}, "2-b", "1-a")
    assert [entry["error"] for entry in await push(demo, doc, **asha)] == ["forbidden"]


async def test_only_the_author_deletes_a_report(
    demo: httpx.AsyncClient, asha: dict[str, Any]
) -> None:
    first = report("r1")
    await push(demo, first)
    gone = revision("r1", {}, first["_rev"], deleted=True)
    assert [entry["error"] for entry in await push(demo, gone, **asha)] == ["forbidden"]
    assert await push(demo, gone) == []
    assert (await demo.get("/db/civic/r1")).json()["reason"] == "deleted"


async def test_a_merge_by_another_user_may_delete_the_leaf_that_lost(
    demo: httpx.AsyncClient, asha: dict[str, Any]
) -> None:
    first = report("r1")
    body = {"type": "report", "reportedBy": "demo"}
    left = revision("r1", body | {"status": "open"}, first["_rev"])
    right = revision("r1", body | {"status": "closed"}, first["_rev"])
    await push(demo, first, left, right)
    merged = revision("r1", body | {"status": "merged"}, left["_rev"], first["_rev"])
    gone = revision("r1", {}, right["_rev"], first["_rev"], deleted=True)
    assert await push(demo, merged, gone, **asha) == []
    assert (await demo.get("/db/civic/r1?conflicts=true")).json()["status"] == "merged"


async def test_a_merge_is_no_way_to_delete_all_leaves(
    demo: httpx.AsyncClient, asha: dict[str, Any]
) -> None:
    first = report("r1")
    body = {"type": "report", "reportedBy": "demo"}
    leaves = [revision("r1", body | {"n": n}, first["_rev"]) for n in range(2)]
    await push(demo, first, *leaves)
    gone = [revision("r1", {}, leaf["_rev"], first["_rev"], deleted=True) for leaf in leaves]
    assert [entry["error"] for entry in await push(demo, *gone, **asha)] == ["forbidden"]


async def test_a_deleted_report_comes_back_as_its_authors_only(
    demo: httpx.AsyncClient, asha: dict[str, Any]
) -> None:
    first = report("r1")
    gone = revision("r1", {}, first["_rev"], deleted=True)
    await push(demo, first, gone)
    past = (gone["_rev"], first["_rev"])
    forged = revision("r1", {"type": "report", "reportedBy": "asha"}, *past)
    edited = revision("r1", {"type": "report", "reportedBy": "demo", "n": 1}, first["_rev"])
    refused = await push(demo, forged, edited, **asha)  # an edit that met a deletion is kept
    assert [entry["rev"] for entry in refused] == [forged["_rev"]]
    assert (await demo.get("/db/civic/r1")).json()["n"] == 1


async def test_a_tombstone_is_no_way_to_write_as_another(
    demo: httpx.AsyncClient, asha: dict[str, Any]
) -> None:
    gone = revision("r1", {}, deleted=True)
    assert await push(demo, gone, **asha) == []
    forged = revision("r1", {"type": "report", "reportedBy": "demo"}, gone["_rev"])
    assert [entry["error"] for entry in await push(demo, forged, **asha)] == ["forbidden"]
    own = revision("r1", {"type": "report", "reportedBy": "asha"}, gone["_rev"])
    assert await push(demo, own, **asha) == []


async def test_many_revisions_of_one_document_in_one_batch(demo: httpx.AsyncClient) -> None:
    docs = [report("r1")]
    for n in range(5):
        past = [doc["_rev"] for doc in reversed(docs)]
        docs.append(revision("r1", {"type": "report", "reportedBy": "demo", "n": n}, *past))
    assert await push(demo, *docs) == []
    assert (await demo.get("/db/civic/r1")).json()["n"] == 4


async def test_a_name_that_another_text_has_is_taken(
    demo: httpx.AsyncClient, asha: dict[str, dict[str, str]]
) -> None:
    """Anybody can compute the name of a merge: who took it first must not pass for it."""
    first = report("r1")
    await push(demo, first)
    merge = revision("r1", {"type": "report", "reportedBy": "demo", "status": "ok"}, first["_rev"])
    squat = {**merge, "status": "nothing to see here"}
    assert await push(demo, squat, **asha) == []
    (refused,) = await push(demo, merge)
    assert (refused["error"], refused["rev"]) == ("revision_taken", merge["_rev"])
    (refused,) = await push(demo, {**merge, "_deleted": True})
    assert refused["error"] == "revision_taken"
    assert await push(demo, squat) == []


@pytest.mark.parametrize("kind", ["gone", "update", 5])
async def test_a_report_stays_one(demo: httpx.AsyncClient, kind: object) -> None:
    first = report("r1")
    await push(demo, first)
    other = revision("r1", {"type": kind, "reportedBy": "demo"}, first["_rev"])
    (refused,) = await push(demo, other)
    assert refused["error"] == "forbidden"
    untold = revision("r1", {"reportedBy": "demo", "problemDescription": "x"}, first["_rev"])
    assert await push(demo, untold) == []


async def test_a_withdrawal_is_by_its_sender(
    demo: httpx.AsyncClient, asha: dict[str, dict[str, str]]
) -> None:
    first = report("r1")
    await push(demo, first)
    mine = revision("r1", {"type": "report", "reportedBy": "demo", "a": 1}, first["_rev"])
    assert await push(demo, mine, **asha) == []
    forged = revision("r1", {"withdrawnBy": "demo"}, mine["_rev"], first["_rev"], deleted=True)
    (refused,) = await push(demo, forged, **asha)
    assert refused["error"] == "forbidden"


async def test_an_untyped_report_stays_one(demo: httpx.AsyncClient) -> None:
    first = revision("r1", {"reportedBy": "demo", "problemDescription": "as it was"})
    await push(demo, first)
    (refused,) = await push(demo, revision("r1", {"reportedBy": "demo"}, first["_rev"]))
    assert refused["error"] == "forbidden"


@pytest.mark.parametrize("field", ["status", "assignee"])
@pytest.mark.parametrize("word", ["x" * 501, ["closed"], 5, None])
async def test_what_an_update_changes_is_a_word_or_two(
    demo: httpx.AsyncClient, field: str, word: object
) -> None:
    update = {"type": "update", "report": "r1", "reportedBy": "demo"}
    (refused,) = await push(demo, revision("u1", {**update, field: word}))
    assert refused["error"] == "doc_validation"
    assert "500 characters" in refused["reason"]
    assert await push(demo, revision("u1", {**update, field: "x" * 500})) == []
    assert await push(demo, revision("u2", update)) == []
