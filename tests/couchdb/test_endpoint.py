"""What servers of the protocol do differently, and that none of it matters."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from civictui.codec import decode, encode
from civictui.couchdb.endpoint import MOST_REFUSALS, POST_BYTES, CouchEndpoint
from civictui.couchdb.log_count import LogLost
from civictui.domain.errors import AnswerTooLarge, Refused
from civictui.domain.model import Doc
from civictui.domain.ports import Change, Changes
from civictui.net import Reply
from tests.sync.scripted import Scripted

_RECORDED = Path(__file__).parent.parent / "data" / "couchdb" / "exchanges.json"
EXCHANGES = {found["name"]: found for found in decode(_RECORDED.read_bytes())}
"""What an Apache CouchDB 3.4.3 was asked and answered."""


def recorded(*names: str) -> Scripted:
    said = (EXCHANGES[name]["response"] for name in names)
    return Scripted([(response["status"], response["body"]) for response in said])


def couchdb(link: Scripted, **options: Any) -> CouchEndpoint:
    return CouchEndpoint(link, "/reports", "couch", **options)


# --- the feed --------------------------------------------------------------------------------


async def test_the_feed_of_a_couchdb() -> None:
    link = recorded("changes include_docs conflicts")
    found = await couchdb(link).changes(0, limit=100, include_docs=True)
    deleted = next(row for row in found.rows if row.id == "r4")
    assert deleted.deleted
    assert deleted.doc == {"_id": "r4", "_rev": deleted.revs[0], "_deleted": True}
    assert isinstance(found.last_seq, str)
    conflicted = next(row for row in found.rows if row.id == "r1")
    assert len(conflicted.revs) == 2
    assert link.asked[0].params == {
        "style": "all_docs", "since": "0", "limit": "100", "include_docs": "true",
    }  # fmt: skip


async def test_a_page_of_a_couchdb_says_how_much_is_pending() -> None:
    link = recorded("changes limit=1", "changes resumed from last_seq")
    endpoint = couchdb(link)
    first = await endpoint.changes(0, limit=1)
    assert first.pending == 4
    await endpoint.changes(first.last_seq, limit=2)
    assert link.asked[1].params["since"] == first.last_seq


async def test_whole_numbers_are_sequences_and_pending_may_be_absent() -> None:
    row = {"seq": 7, "id": "r", "changes": [{"rev": "1-a"}], "more": [1]}
    link = Scripted([(200, {"results": [row], "last_seq": 7, "unknown": {}}), (200, EMPTY)])
    endpoint = couchdb(link)
    found = await endpoint.changes(0, limit=10)
    assert found == Changes([Change(7, "r", ("1-a",))], 7, None)
    await endpoint.changes(found.last_seq, limit=10)
    assert link.asked[1].params["since"] == "7"


EMPTY: dict[str, Any] = {"results": [], "last_seq": 7}


async def test_the_newest_are_asked_for_from_the_end() -> None:
    link = recorded("changes descending limit=1")
    await couchdb(link).changes(0, limit=1, descending=True)
    assert link.asked[0].params == {"style": "all_docs", "limit": "1", "descending": "true"}


async def test_a_selector_chooses_at_the_server() -> None:
    link = recorded("changes filter _selector")
    endpoint = couchdb(link, selector={"status": "open"})
    found = await endpoint.changes(0, limit=10)
    assert [row.id for row in found.rows] == ["r2"]
    (asked,) = link.asked
    assert (asked.method, asked.path) == ("POST", "/reports/_changes")
    assert asked.json == EXCHANGES["changes filter _selector"]["request"]["body"]
    assert asked.params["filter"] == "_selector"


async def test_a_document_that_nests_too_deep_keeps_no_other_back() -> None:
    deep: Any = []
    for _ in range(70):
        deep = [deep]
    rows = [
        {
            "seq": n,
            "id": key,
            "changes": [{"rev": "1-a"}],
            "doc": {"_id": key, "_rev": "1-a", **more},
        }
        for n, (key, more) in enumerate([("bad", {"deep": deep}), ("good", {})])
    ]
    link = Scripted([(200, {"results": rows, "last_seq": 1})])
    found = await couchdb(link).changes(0, limit=2)
    assert [row.doc for row in found.rows] == [None, {"_id": "good", "_rev": "1-a"}]


# --- documents -------------------------------------------------------------------------------


async def test_what_a_couchdb_does_not_have_is_left_out() -> None:
    link = recorded("bulk_get revs=true: leaf, absent rev, absent doc")
    asked = EXCHANGES["bulk_get revs=true: leaf, absent rev, absent doc"]["request"]["body"]
    wanted = [(doc["id"], doc["rev"]) for doc in asked["docs"]]
    found = await couchdb(link).bulk_get(wanted)
    assert [doc["_id"] for doc in found] == ["r1"]
    assert found[0]["_revisions"]["start"] == 2


async def test_another_server_says_missing_and_nothing_more() -> None:
    doc = {"_id": "a", "_rev": "1-a", "_revisions": {"start": 1, "ids": ["a"]}}
    results = [
        {"id": "a", "docs": [{"ok": doc}]},
        {"id": "b", "docs": [{"missing": "1-b"}]},
        {"id": "c", "docs": []},
    ]
    link = Scripted([(200, {"results": results})])
    assert await couchdb(link).bulk_get([("a", "1-a"), ("b", "1-b"), ("c", "1-c")]) == [doc]


async def test_of_what_is_too_large_together_each_is_asked_for_alone() -> None:
    def got(key: str) -> tuple[int, Any]:
        doc = {"_id": key, "_rev": "1-a"}
        return 200, {"results": [{"id": key, "docs": [{"ok": doc}]}]}

    link = Scripted(
        [
            AnswerTooLarge("16 MB"),
            (413, {"error": "page_too_large"}),
            (413, {"error": "page_too_large"}),
            AnswerTooLarge("16 MB"),
            got("b"),
        ]
    )
    found = await couchdb(link).bulk_get([("a", "1-a"), ("b", "1-a")])
    assert [doc["_id"] for doc in found] == ["b"]
    assert [len(asked.json["docs"]) for asked in link.asked] == [2, 2, 2, 1, 1]


async def test_what_a_couchdb_lacks() -> None:
    link = recorded("revs_diff: leaf, ancestor, unknown")
    found = await couchdb(link).revs_diff({"r1": ["2-a"]})
    said = EXCHANGES["revs_diff: leaf, ancestor, unknown"]["response"]["body"]
    assert found == {key: entry["missing"] for key, entry in said.items()}


async def test_documents_go_up_in_pieces_and_each_refusal_comes_back() -> None:
    docs = [{"_id": f"r{n}", "_rev": "1-a", "text": "x" * (POST_BYTES // 2)} for n in range(3)]
    refused = {"id": "r1", "rev": "1-a", "error": "forbidden", "reason": "not yours"}
    link = Scripted([(201, []), (201, [refused]), (201, [])])
    failures = await couchdb(link).bulk_docs(docs)
    assert [(failure.id, failure.reason) for failure in failures] == [("r1", "not yours")]
    sent = [decode(encode(asked.json)) for asked in link.asked]
    assert [doc for body in sent for doc in body["docs"]] == docs
    assert all(body["new_edits"] is False for body in sent)


# --- logs ------------------------------------------------------------------------------------


async def test_a_log_is_written_with_the_revision_that_it_has() -> None:
    link = recorded("local document absent", "local document put", "local document put again with"
                    " its revision")  # fmt: skip
    endpoint = couchdb(link)
    assert await endpoint.get_local("ckpt") is None
    await endpoint.put_local("ckpt", {"n": 1})
    await endpoint.put_local("ckpt", {"n": 2})
    assert [asked.json for asked in link.asked[1:]] == [{"n": 1}, {"n": 2, "_rev": "0-1"}]


async def test_a_server_that_insists_on_the_revision_gets_it() -> None:
    conflict = (409, {"error": "conflict"})
    link = Scripted([conflict, (200, {"_rev": "0-8", "n": 0}), (201, {"ok": True, "rev": "0-9"})])
    endpoint = couchdb(link)
    await endpoint.put_local("log", {"n": 1})
    assert [asked.method for asked in link.asked] == ["PUT", "GET", "PUT"]
    assert link.asked[2].json == {"n": 1, "_rev": "0-8"}
    link.answers = [conflict]
    with pytest.raises(LogLost) as caught:
        await endpoint.put_local("log", {"n": 2})
    assert not caught.value.written


@pytest.mark.parametrize(
    ("answered", "lost"),
    [
        (["0-9", "0-10", "0-14"], []),
        (["0-9", "0-9"], [1]),
        (["0-9", "0-1", "0-2"], [1]),
        (["0-1", "0-1", "0-1"], []),
        (["0-9", "0-3", "0-4", "0-3", "0-3"], [1]),
        (["0-9", "0-x", "0-1"], []),
        (["7-a", "0-1", "7-a", "0-1"], []),
        ([None, "0-1", None], []),
    ],
)
async def test_a_log_that_is_counted_from_less_was_lost_where_the_server_counts(
    answered: list[str | None], lost: list[int]
) -> None:
    puts: list[tuple[int, Any]] = [(201, {"ok": True, "rev": rev}) for rev in answered]
    endpoint = couchdb(Scripted([(200, {"_rev": "0-8"}), *puts]))
    await endpoint.get_local("log")
    found: list[int] = []
    for number in range(len(answered)):
        try:
            await endpoint.put_local("log", {"n": number})
        except LogLost as error:
            found += [number] if error.written else []
    assert found == lost


# --- what is refused as a whole --------------------------------------------------------------


class Limited:
    """A server, or a machine before it, that answers a piece by a function of its documents."""

    def __init__(self, answer: Callable[[list[str]], tuple[int, Any]]) -> None:
        self._answer = answer
        self.taken: list[str] = []
        self.requests = 0

    async def request(self, method: str, path: str, **options: Any) -> Reply:
        keys = [doc["_id"] for doc in decode(encode(options["json"]))["docs"]]
        self.requests += 1
        status, body = self._answer(keys)
        if status == 201:
            self.taken += keys
        return Reply(status, {}, encode(body))


def documents(count: int) -> list[Doc]:
    return [{"_id": f"r{n}", "_rev": f"1-{n}"} for n in range(count)]


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        ((413, "<html>"), "too_large"),
        ((400, {"error": "bad_request", "reason": "odd"}), "bad_request"),
        ((500, {"error": "unknown_error"}), "internal_server_error"),
    ],
)
async def test_one_document_keeps_no_other_back(refusal: tuple[int, Any], code: str) -> None:
    link = Limited(lambda keys: refusal if "r17" in keys else (201, []))
    failures = await CouchEndpoint(link, "/reports", "couch").bulk_docs(documents(30))
    assert [(failure.id, failure.rev, failure.error) for failure in failures] == [
        ("r17", "1-17", code)
    ]
    assert link.taken == [f"r{n}" for n in range(30) if n != 17]


async def test_a_limit_on_the_way_is_kept_to() -> None:
    link = Limited(lambda keys: (413, "<html>") if len(keys) > 4 else (201, []))
    assert await CouchEndpoint(link, "/reports", "couch").bulk_docs(documents(100)) == []
    assert len(link.taken) == 100


@pytest.mark.parametrize(
    ("refusal", "requests"),
    [
        ((400, "<html>"), 1),
        ((403, {"error": "forbidden"}), 1),
        ((503, {"error": "service_unavailable"}), 1),
        ((500, {"error": "unknown_error"}), MOST_REFUSALS + 1),
    ],
)
async def test_a_server_that_takes_nothing_is_left_alone(
    refusal: tuple[int, Any], requests: int
) -> None:
    link = Limited(lambda _: refusal)
    with pytest.raises(Refused):
        await CouchEndpoint(link, "/reports", "couch").bulk_docs(documents(100))
    assert link.requests == requests
