"""Ids that lead elsewhere in a path: they are asked for like any other, and never in a path."""

from collections.abc import Sequence
from typing import Any

import pytest

from civictui.clock import SystemClock
from civictui.gateway.area import Area
from civictui.gateway.backing import Backing
from civictui.gateway.database.couchdb.database import CouchDatabase
from civictui.gateway.database.couchdb.opening import signed_link
from civictui.gateway.database.scoped import reading_for
from civictui.gateway.viewer import Viewer
from tests.gateway.database.couchdb.backend import Answer, Asked, Backend, backend
from tests.gateway.database.couchdb.recorded import Recorded
from tests.gateway.peer import report, revision

ODD = [".", "..", "%2e%2e", "a/../b", "../_users/_all_docs", "a\\..", "a b", "é", ".a"]
HERE = Viewer("demo", area=Area.box(0, 0, 10, 10))


class Holding(Recorded):
    """A backend with these documents, in this order."""

    def __init__(self, docs: Sequence[dict[str, Any]]) -> None:
        super().__init__()
        self.docs = {doc["_id"]: doc for doc in docs}

    def _changes(self, asked: Asked) -> Answer:
        wanted = asked.body["doc_ids"] if asked.body else self.docs
        rows = [
            {"seq": f"{n}-x", "id": key, "changes": [{"rev": doc["_rev"]}]}
            for n, (key, doc) in enumerate(self.docs.items(), 1)
            if key in wanted and (asked.body or f"{n}-x" > asked.params["since"])
        ]
        return Answer(body={"results": rows, "last_seq": f"{len(self.docs)}-x", "pending": 0})

    def _bulk_get(self, asked: Asked) -> Answer:
        given = [self.docs[item["id"]] for item in asked.body["docs"]]
        results = [{"id": doc["_id"], "docs": [{"ok": doc}]} for doc in given]
        return Answer(body={"results": results})


def opened(there: Backend) -> CouchDatabase:
    backing = Backing(database=there.url, database_user="gateway", database_password="secret")
    signed, path = signed_link(backing)
    return CouchDatabase(signed, path, SystemClock())


def paths(there: Backend) -> set[str]:
    return {asked.path for asked in there.asked if "/_local/" not in asked.path}


@pytest.mark.parametrize("key", ODD)
async def test_such_a_document_that_is_there_is_read(key: str) -> None:
    doc = report(key)
    with backend(Holding([doc])) as there:
        database = opened(there)
        assert await database.leaves(key) == [(doc["_rev"], False)]
        assert await database.bulk_get([(key, None)]) == [doc]
        assert await database.leaves(key + "x/..") == []
        await database.close()
    assert paths(there) == {"/reports/_changes", "/reports/_bulk_get"}


@pytest.mark.parametrize("key", ODD[:6])
async def test_such_a_document_is_refused_alone(key: str) -> None:
    with backend(Recorded()) as there:
        database = opened(there)
        for batch in ([report(key)], [report(key), report("r8")]):
            refused = await database.bulk_docs(batch, Viewer("demo"))
            assert [(f.id, f.error) for f in refused] == [(key, "illegal_docid")]
        await database.close()
    (stored,) = there.saw("POST", "_bulk_docs")
    assert [doc["_id"] for doc in stored.body["docs"]] == ["r8"]


@pytest.mark.parametrize("key", ODD)
async def test_an_update_of_such_a_report_stops_no_feed(key: str) -> None:
    update = {"type": "update", "report": key, "reportedBy": "asha"}
    docs = [report("r1"), revision("u1", update), report("..", "asha"), report("r2")]
    with backend(Holding(docs)) as there:
        database = opened(there)
        reading = reading_for(database, HERE)
        since = await reading.position("0")
        page = await reading.changes(since, 100)
        assert {row.id for row in page.rows} >= {"r1", "r2"}
        assert not page.pending
        await database.bulk_docs([revision("u2", {**update, "reportedBy": "demo"})], HERE)
        await database.close()
    ends = ("", "/_changes", "/_bulk_get", "/_bulk_docs", "/u2")
    assert paths(there) <= {f"/reports{end}" for end in ends}


@pytest.mark.parametrize(
    "said",
    [
        {"results": [], "last_seq": "5-x", "pending": 7},
        {"results": [], "last_seq": "0", "pending": 7},
    ],
)
async def test_a_feed_that_comes_no_further_is_at_its_end(said: dict[str, Any]) -> None:
    recorded = Recorded()

    def stuck(asked: Asked) -> Answer:
        return Answer(body=said) if asked.path.endswith("_changes") else recorded(asked)

    with backend(stuck) as there:
        database = opened(there)
        page = await database.changes(await database.position("0"), 100)
        assert (page.rows, page.pending) == ([], 0)
        await database.close()
