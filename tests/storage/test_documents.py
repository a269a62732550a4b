"""Documents as CouchDB keeps them: trees, changes, bulk calls, marks."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from civictui.codec import Shape
from civictui.domain.model import Doc
from civictui.domain.revtree import next_revision
from civictui.storage.documents import Documents
from civictui.storage.tables import SealedDatabase

KEY, STORE = os.urandom(32), os.urandom(16)


@pytest.fixture
def folder(private: Path) -> Path:
    return private


class Glance(Shape):
    """Of a body, a number called n."""

    n: int


class Ear:
    """An observer that notes what it is told."""

    glimpse = Glance

    def __init__(self) -> None:
        self.loaded: list[tuple[str, object]] = []
        self.heard: list[tuple[str, object]] = []

    def load(self, found: Iterable[tuple[str, Glance]]) -> None:
        self.loaded = [(key, body.n) for key, body in found]

    def begin(self, found: Iterable[tuple[str, Doc]]) -> None:
        self.heard += [(key, body.get("n")) for key, body in found]

    def observe(self, key: str, doc: Doc | None) -> None:
        self.heard.append((key, doc and doc.get("n")))


def opened(folder: Path) -> Documents:
    return Documents(SealedDatabase.open(folder, KEY, STORE))


def foreign(key: str, *digests: str, deleted: bool = False, **body: Any) -> dict[str, Any]:
    """A revision made elsewhere, its digests the newest first."""
    doc = {
        "_id": key,
        "_rev": f"{len(digests)}-{digests[0]}",
        "_revisions": {"start": len(digests), "ids": list(digests)},
        **body,
    }
    return {**doc, "_deleted": True} if deleted else doc


def test_a_write_is_marked_until_exactly_it_is_acknowledged(folder: Path) -> None:
    docs = opened(folder)
    first = docs.write("r", {"n": 1})
    second = docs.write("r", {"n": 2}, first)
    assert docs.marked() == {"r": (second,)}
    docs.unmark([("r", first)])
    assert docs.marked() == {"r": (second,)}
    docs.unmark([("r", second)])
    assert docs.marked() == {}
    assert docs.get("r") == {"_id": "r", "_rev": second, "n": 2}


def test_taking_a_mark_off_is_no_change_in_the_feed(folder: Path) -> None:
    docs = opened(folder)
    rev = docs.write("r", {"n": 1})
    before = docs.changes(0, 10)
    docs.unmark([("r", rev)])
    assert docs.changes(0, 10) == before


def test_writing_twice_is_writing_once(folder: Path) -> None:
    docs = opened(folder)
    assert docs.write("r", {"n": 1}) == docs.write("r", {"n": 1})
    assert docs.update_sequence == 1


def test_the_same_revisions_twice_are_once(folder: Path) -> None:
    docs = opened(folder)
    doc = foreign("r", "b", "a", n=1)
    assert docs.bulk_docs([doc, doc]) == []
    assert docs.bulk_docs([doc]) == []
    assert docs.update_sequence == 1
    assert docs.marked() == {}


def test_conflicts_keep_both_leaves_and_bodies(folder: Path) -> None:
    docs = opened(folder)
    docs.bulk_docs(
        [foreign("r", "a", n=1), foreign("r", "b", "a", n=2), foreign("r", "c", "a", n=3)]
    )
    assert docs.leaves("r") == [("2-c", False), ("2-b", False)]
    assert docs.get("r") == {"_id": "r", "_rev": "2-c", "n": 3}
    assert docs.get("r", "2-b") == {"_id": "r", "_rev": "2-b", "n": 2}
    assert docs.conflicted() == {"r"}
    docs.bulk_docs([foreign("r", "d", "b", "a", deleted=True)])
    assert docs.conflicted() == set()


def test_a_tombstone_hides_and_is_told(folder: Path) -> None:
    docs = opened(folder)
    docs.bulk_docs([foreign("r", "a", n=1), foreign("r", "b", "a", deleted=True)])
    assert docs.get("r") is None
    (row,) = docs.changes(0, 10, include_docs=True).rows
    assert row.deleted
    assert row.doc == {"_id": "r", "_rev": "2-b", "_deleted": True}
    assert docs.info() == {"doc_count": 0, "doc_del_count": 1, "update_seq": 1}


def test_the_feed_has_each_document_once_at_its_last_change(folder: Path) -> None:
    docs = opened(folder)
    docs.bulk_docs([foreign(key, "a") for key in "xyz"])
    docs.bulk_docs([foreign("x", "b", "a")])
    assert [row.id for row in docs.changes(0, 10).rows] == ["y", "z", "x"]
    assert [row.id for row in docs.changes(0, 2, descending=True).rows] == ["x", "z"]
    page = docs.changes(0, 2)
    assert (page.last_seq, page.pending) == (3, 1)
    assert [row.id for row in docs.changes(3, 2).rows] == ["x"]
    assert docs.changes(4, 2).rows == []


def test_revs_diff_names_what_is_missing_and_what_might_precede(folder: Path) -> None:
    docs = opened(folder)
    docs.bulk_docs([foreign("r", "b", "a")])
    assert docs.revs_diff({"r": ["1-a", "2-b"], "s": ["1-z"]}) == {"s": {"missing": ["1-z"]}}
    assert docs.revs_diff({"r": ["3-q"]}) == {
        "r": {"missing": ["3-q"], "possible_ancestors": ["2-b"]}
    }


def test_bulk_get_gives_bodies_with_their_history(folder: Path) -> None:
    docs = opened(folder)
    docs.bulk_docs([foreign("r", "b", "a", n=2)])
    found, absent, unknown = docs.bulk_get([("r", "2-b"), ("r", "1-a"), ("s", None)])
    assert found == {
        "_id": "r", "_rev": "2-b", "n": 2, "_revisions": {"start": 2, "ids": ["b", "a"]},
    }  # fmt: skip
    assert absent is None
    assert unknown is None


@pytest.mark.parametrize(
    "bad",
    [
        {"_rev": "1-a"},
        {"_id": "", "_rev": "1-a"},
        {"_id": "_design/x", "_rev": "1-a"},
        {"_id": "r"},
        {"_id": "r", "_rev": "a"},
        {"_id": 5, "_rev": "1-a"},
        {"_id": "r", "_rev": "1-a", "_revisions": {"start": 1, "ids": ["b"]}},
        {"_id": "r", "_rev": "1-a", "_revisions": {"start": "1", "ids": ["a"]}},
        {"_id": "r", "_rev": "1-a", "_revisions": {"start": 1, "ids": [1]}},
        {"_id": "r", "_rev": "1-a", "_revisions": {"start": 1, "ids": ["a", "b"]}},
    ],
)
def test_one_bad_document_comes_back_and_stops_nothing(folder: Path, bad: dict[str, Any]) -> None:
    docs = opened(folder)
    (failure,) = docs.bulk_docs([bad, foreign("good", "a")])
    assert failure.error == "bad_request"
    assert docs.leaves("good")


def test_everything_is_there_after_opening_anew(folder: Path) -> None:
    database = SealedDatabase.open(folder, KEY, STORE)
    docs = Documents(database)
    rev = docs.write("mine", {"n": 1})
    docs.bulk_docs([foreign("r", "b", "a", n=2), foreign("r", "c", "a", n=3)])
    docs.put_local("log", {"seq": "7-x"})
    before = (docs.changes(0, 10, include_docs=True), docs.info(), docs.leaves("r"))
    database.close()
    docs = opened(folder)
    assert (docs.changes(0, 10, include_docs=True), docs.info(), docs.leaves("r")) == before
    assert docs.marked() == {"mine": (rev,)}
    assert docs.get_local("log") == {"seq": "7-x"}
    assert docs.conflicted() == {"r"}
    assert docs.write("next", {}) == next_revision(None, False, {})
    assert docs.update_sequence == 3


def test_a_transaction_that_fails_leaves_the_index_as_the_rows_are(folder: Path) -> None:
    database = SealedDatabase.open(folder, KEY, STORE)
    docs = Documents(database)
    docs.write("kept", {"n": 1})
    with pytest.raises(RuntimeError), database.transaction():
        docs.write("lost", {"n": 2})
        docs.write("lost too", {"n": 3})
        raise RuntimeError
    assert [row.id for row in docs.changes(0, 10, include_docs=True).rows] == ["kept"]
    assert list(docs.marked()) == ["kept"]
    with database.transaction():
        docs.write("a", {})
        docs.write("b", {})
    assert [row.id for row in docs.changes(0, 10).rows] == ["kept", "a", "b"]
    assert len({row.seq for row in docs.changes(0, 10).rows}) == 3


def test_an_observer_hears_what_is_shown(folder: Path) -> None:
    ear = Ear()
    docs = Documents(SealedDatabase.open(folder, KEY, STORE), ear)
    docs.bulk_docs([foreign("r", "a", n=1)])
    docs.bulk_docs([foreign("r", "b", "a", deleted=True)])
    assert ear.heard == [("r", 1), ("r", None)]
    assert ear.loaded == []
