"""The answers of a recorded CouchDB, asked for again: ours have the same status and the same shape.

Sequences are opaque and the rows of a feed have no order that a client may rely on; reportedBy is
added to every document, since the gateway asks for it.
"""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from tests.gateway.conftest import client_of
from tests.gateway.peer import bearer, push, report

RECORDED: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "data" / "couchdb" / "exchanges.json").read_text()
)

OPAQUE = {"seq", "last_seq", "update_seq", "purge_seq", "instance_start_time"}


@dataclass(frozen=True)
class Deviation:
    """What the gateway answers instead, and why."""

    status: int
    code: str
    why: str


_CLIENT_MADE = "revisions are made by the client alone, or a lost answer would make a second one"
_NO_FILTERS = "every terminal holds everything that its user may see, and asks for all of it"
DEVIATIONS = {
    "get: an old revision": Deviation(
        404, "not_found", "bodies are kept for leaves only, as in a CouchDB after a compaction"
    ),
    "changes filter _selector": Deviation(400, "filter_refused", _NO_FILTERS),
    "changes filter _doc_ids": Deviation(400, "filter_refused", _NO_FILTERS),
    "bulk_docs new_edits=true: new and stale": Deviation(400, "bad_request", _CLIENT_MADE),
    "put r4": Deviation(405, "method_not_allowed", _CLIENT_MADE),
    "delete": Deviation(405, "method_not_allowed", _CLIENT_MADE),
}
TOLD_OTHERWISE: dict[str, dict[str, Any]] = {
    # Counted from what is here: a client sees by it that a log of its own is gone.
    "local document put with a stale revision": {"ok": True, "id": "_local/ckpt", "rev": "0-3"},
}
"""Bodies that differ with the same status."""
NOT_TOLD = {
    "sizes": "a file of its own is not what the gateway stores a database in",
    "disk_format_version": "the same",
    "cluster": "it is one process",
    "db_name": "it is `civic`, whatever the recorded one was called",
}
"""Members of the database's own description that are another server's business."""

# Revisions that CouchDB made itself; the client makes them here.
MADE_THERE: dict[str, list[dict[str, Any]]] = {
    "bulk_docs new_edits=true: new and stale": [
        {
            "_id": "r2",
            "_rev": "1-3a64fee6933d2486c7e05b98b78d44f2",
            "problemDescription": "Street lamp out",
            "status": "open",
        }
    ],
    "put r4": [
        {
            "_id": "r4",
            "_rev": "1-6c39412c47f8ee6e3533e4637b418289",
            "problemDescription": "to be deleted",
        }
    ],
    "delete": [
        {
            "_id": "r4",
            "_rev": "2-0d5d03823f640c896ec8e34c382704c1",
            "_revisions": {
                "start": 2,
                "ids": ["0d5d03823f640c896ec8e34c382704c1", "6c39412c47f8ee6e3533e4637b418289"],
            },
            "_deleted": True,
        }
    ],
    "changes longpoll, woken by a write after 0.6 s": [
        {
            "_id": "r7",
            "_rev": "1-d453950d98a360fd89589908641068fa",
            "problemDescription": "while you waited",
        }
    ],
}


async def test_every_recorded_exchange(demo: httpx.AsyncClient) -> None:
    sequences: dict[str, str] = {}
    differing = []
    for exchange in RECORDED:
        name, recorded = exchange["name"], exchange["response"]
        if name.startswith("changes longpoll, woken"):
            await _make(demo, name)
        answer = await _ask(demo, exchange["request"], sequences)
        if name in DEVIATIONS:
            expected = DEVIATIONS[name]
            assert (answer.status_code, answer.json()["error"]) == (expected.status, expected.code)
            assert recorded["status"] != expected.status, "this is none"
            await _make(demo, name)
        elif answer.status_code != recorded["status"]:
            differing.append(f"{name}: {answer.status_code} {answer.text}")
        else:
            _remember(sequences, recorded["body"], answer.json())
            body = TOLD_OTHERWISE.get(name, recorded["body"])
            if _shape(answer.json(), name) != _shape(body, name):
                differing.append(f"{name}: {answer.text}\n not {body}")
    assert differing == []


def test_every_deviation_was_recorded() -> None:
    assert DEVIATIONS.keys() | MADE_THERE.keys() <= {exchange["name"] for exchange in RECORDED}


async def _make(http: httpx.AsyncClient, name: str) -> None:
    """Let the revisions exist that the other server had made at this point."""
    docs = [_owned(doc) for doc in MADE_THERE.get(name, ())]
    assert await push(http, *docs) == []


async def _ask(
    http: httpx.AsyncClient, request: dict[str, Any], sequences: dict[str, str]
) -> httpx.Response:
    path = request["path"].replace("/reports", "/db/civic").replace("timeout=1000&", "timeout=1&")
    for theirs, ours in sequences.items():
        path = path.replace(theirs, ours)
    body = request.get("body")
    if isinstance(body, dict) and "docs" in body and "new_edits" in body:
        body = body | {"docs": [_owned(doc) for doc in body["docs"]]}
    content = json.dumps(body).encode() if body is not None else None
    headers = {"Content-Encoding": "gzip"} if request.get("gzip") else {}
    if content and headers:
        content = gzip.compress(content)
    return await http.request(request["method"], path, content=content, headers=headers)


def _owned(doc: dict[str, Any]) -> dict[str, Any]:
    return doc if doc.get("_deleted") else {**doc, "reportedBy": "demo"}


def _remember(sequences: dict[str, str], theirs: Any, ours: Any) -> None:
    """Later requests go on from sequences of earlier answers."""
    if isinstance(theirs, dict) and "last_seq" in theirs:
        sequences[theirs["last_seq"]] = ours["last_seq"]


def _shape(value: Any, name: str) -> Any:
    """What has to be equal in `value`."""
    if isinstance(value, list):
        return [_shape(item, name) for item in value]
    if not isinstance(value, dict):
        return value
    shaped: dict[str, Any] = {
        key: type(item).__name__ if key in OPAQUE and item is not None else _shape(item, name)
        for key, item in value.items()
        if key not in _left_out(name)
    }
    if "results" in shaped and name.startswith("changes"):
        shaped["results"] = _rows(shaped["results"], name)
    return shaped


def _left_out(name: str) -> set[str]:
    """Members that are not compared: added by this test, or of a cluster's own business."""
    if name.startswith("database info"):
        return {"reportedBy", *NOT_TOLD}
    if name == "unknown method on a document":
        return {"reason"}  # theirs names the methods
    return {"reportedBy"}


def _rows(rows: list[dict[str, Any]], name: str) -> Any:
    """The rows by id; of a limited feed, whose order is the server's, how many there are."""
    if "limit" in name or "resumed" in name:
        return len(rows)
    return sorted(
        ({k: v for k, v in row.items() if k != "seq"} for row in rows),
        key=lambda row: str(row["id"]),
    )


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/_session"),
        ("GET", "/_all_dbs"),
        ("POST", "/db/civic/_find"),
        ("GET", "/db/civic/_design/report"),
        ("PUT", "/db/civic/_design/report"),
        ("GET", "/db/civic/_security"),
        ("PUT", "/db/civic/r1"),
        ("DELETE", "/db/civic/r1?rev=1-a"),
        ("PUT", "/db/other"),
        ("GET", "/db/other"),
        ("GET", "/db/other/r1"),
        ("DELETE", "/db/civic"),
        ("POST", "/db/civic"),
        ("GET", "/v1/nothing"),
        ("PUT", "/v1/session"),
        ("GET", "/"),
    ],
)
async def test_what_is_no_part_of_it(demo: httpx.AsyncClient, method: str, path: str) -> None:
    answer = await demo.request(method, path, json={"selector": {}})
    assert answer.status_code in {404, 405}
    assert answer.json()["error"] in {"not_found", "method_not_allowed"}


async def test_a_document_has_its_revision_as_etag(demo: httpx.AsyncClient) -> None:
    await push(demo, {"_id": "r1", "_rev": "1-a", "reportedBy": "demo"})
    answer = await demo.get("/db/civic/r1")
    assert answer.headers["etag"] == '"1-a"'
    again = await demo.get("/db/civic/r1", headers={"If-None-Match": '"1-a"'})
    assert again.status_code == 304


async def test_local_documents_are_each_users_own(app: Starlette, demo: httpx.AsyncClient) -> None:
    await demo.put("/db/civic/_local/log%2F1", json={"seq": 5})
    assert (await demo.get("/db/civic/_local/log%2F1")).json()["seq"] == 5
    async with client_of(app) as other:
        headers = await bearer(other, "asha")
        assert (await other.get("/db/civic/_local/log%2F1", headers=headers)).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "_local/x", {"_rev": "3-a"}),
        ("PUT", "_local/x", {"_rev": 1}),
        ("PUT", "_local/" + "x" * 300, {}),
        ("POST", "_revs_diff", {"r1": "1-a"}),
        ("POST", "_revs_diff", {"r1": ["a"]}),
        ("POST", "_revs_diff", ["r1"]),
        ("POST", "_bulk_get", {}),
        ("POST", "_bulk_get", {"docs": ["r1"]}),
        ("POST", "_bulk_get", {"docs": [{"id": "r1", "rev": 5}]}),
        ("POST", "_bulk_get?revs=yes", {"docs": []}),
        ("GET", "r1?open_revs=1-a", None),
        ("GET", "r1?open_revs=[1]", None),
        ("GET", "_all_docs?limit=-1", None),
    ],
)
async def test_what_cannot_be_read_is_400(
    demo: httpx.AsyncClient, method: str, path: str, body: Any
) -> None:
    answer = await demo.request(method, f"/db/civic/{path}", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"] in {"bad_request", "query_parse_error"}


async def test_all_docs_is_in_the_order_of_the_ids(demo: httpx.AsyncClient) -> None:
    await push(demo, *(report(f"r{i:04}") for i in reversed(range(250))))
    found = (await demo.get("/db/civic/_all_docs?include_docs=true")).json()
    assert found["total_rows"] == 250
    assert [row["doc"]["_id"] for row in found["rows"]] == [f"r{i:04}" for i in range(250)]
    part = (await demo.get("/db/civic/_all_docs?skip=240&limit=100")).json()
    assert [row["id"] for row in part["rows"]] == [f"r{i:04}" for i in range(240, 250)]


async def test_a_bulk_get_beyond_a_page_is_refused_not_shortened(
    demo: httpx.AsyncClient,
) -> None:
    keys = [f"big{number}" for number in range(20)]
    for key in keys:
        await push(demo, report(key, text="x" * 1_000_000))
    answer = await demo.post("/db/civic/_bulk_get", json={"docs": [{"id": key} for key in keys]})
    assert answer.status_code == 413
    assert answer.json()["error"] == "page_too_large"
