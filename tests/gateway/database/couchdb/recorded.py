"""A backend that answers what a CouchDB 3.4.3 was recorded to answer.

The gateway asks for several things at once; such answers are put together from recorded ones, row
by row and document by document. What was not recorded is answered with 500.
"""

import json
from pathlib import Path
from typing import Any

from tests.gateway.database.couchdb.backend import Answer, Asked

_FILE = Path(__file__).parents[3] / "data" / "couchdb" / "exchanges.json"
EXCHANGES: dict[str, dict[str, Any]] = {
    exchange["name"]: exchange for exchange in json.loads(_FILE.read_text())
}
ABSENT = {"error": "not_found", "reason": "missing"}


def body_of(name: str) -> Any:
    return EXCHANGES[name]["response"]["body"]


def _leaves() -> dict[str, list[dict[str, Any]]]:
    """The documents of each id with their history, as `_bulk_get` gave them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for result in body_of("bulk_get revs=true&latest=true of an ancestor")["results"]:
        found[result["id"]] = [entry["ok"] for entry in result["docs"]]
    return found


LEAVES = _leaves()
NEWEST = body_of("database info, afterwards")["update_seq"]
PAGE = body_of("changes limit=1")


class Recorded:
    """Answers as recorded; local documents are counted as they were."""

    def __init__(self) -> None:
        self.local: dict[str, Any] = {}

    def __call__(self, asked: Asked) -> Answer:
        ways = {
            "_changes": self._changes,
            "_revs_diff": self._revs_diff,
            "_bulk_get": self._bulk_get,
            "_bulk_docs": self._bulk_docs,
            "reports": self._info,
        }
        last = asked.path.rpartition("/")[2]
        if "/_local/" in asked.path:
            return self._local(asked, last)
        if last in ways:
            return ways[last](asked)
        if asked.params.get("open_revs") == "all":
            docs = LEAVES.get(last)
            return Answer(body=[{"ok": doc} for doc in docs]) if docs else Answer(404, ABSENT)
        return Answer(500, {"error": "not_recorded", "reason": asked.path})

    def _info(self, _: Asked) -> Answer:
        return Answer(body=body_of("database info, afterwards"))

    def _changes(self, asked: Asked) -> Answer:
        params = asked.params
        whole = body_of("changes style=all_docs")
        if params.get("filter") == "_doc_ids":
            rows = [row for row in whole["results"] if row["id"] in asked.body["doc_ids"]]
            return Answer(body={**whole, "results": rows})
        if params.get("descending"):
            return Answer(body=body_of("changes descending limit=1"))
        return self._page(params, whole)

    def _page(self, params: dict[str, str], whole: Any) -> Answer:
        since = params.get("since", "0")
        if since == "0":
            first = PAGE if params["limit"] == "1" else whole
            with_docs = params.get("include_docs") == "true"
            return Answer(body=body_of("changes include_docs conflicts") if with_docs else first)
        if since == PAGE["last_seq"]:
            return Answer(body=body_of("changes resumed from last_seq"))
        if since.startswith(("8-", "9-")):
            return Answer(body=body_of("changes since=now"))
        refused = EXCHANGES["changes since=garbage"]["response"]
        return Answer(refused["status"], refused["body"])

    def _revs_diff(self, asked: Asked) -> Answer:
        recorded = EXCHANGES["revs_diff: leaf, ancestor, unknown"]
        assert asked.body == recorded["request"]["body"]
        return Answer(body=recorded["response"]["body"])

    def _bulk_get(self, asked: Asked) -> Answer:
        """Each document as recorded, each absent one as an absent one was."""
        recorded = body_of("bulk_get revs=true: leaf, absent rev, absent doc")["results"]
        known = {(doc["_id"], doc["_rev"]): doc for docs in LEAVES.values() for doc in docs}
        results = []
        for item in asked.body["docs"]:
            doc = known.get((item["id"], item["rev"]))
            error = {**recorded[1]["docs"][0]["error"], **item}
            results.append({"id": item["id"], "docs": [{"ok": doc} if doc else {"error": error}]})
        return Answer(body={"results": results})

    def _bulk_docs(self, _: Asked) -> Answer:
        recorded = EXCHANGES["bulk_docs new_edits=false: first generation"]["response"]
        return Answer(recorded["status"], recorded["body"])

    def _local(self, asked: Asked, name: str) -> Answer:
        if asked.method == "GET":
            found = self.local.get(name)
            return Answer(body=found) if found else Answer(404, ABSENT)
        count = int(self.local.get(name, {"_rev": "0-0"})["_rev"].partition("-")[2]) + 1
        rev = f"0-{count}"
        self.local[name] = {**asked.body, "_id": f"_local/{name}", "_rev": rev}
        return Answer(201, {**body_of("local document put"), "id": f"_local/{name}", "rev": rev})
