"""What is indexed when a store is opened, from glimpses, is what change by change made."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.domain.model import Doc, GeoPoint, Query
from civictui.domain.revtree import parse
from civictui.storage.documents import Documents
from civictui.storage.report_index import ReportIndex
from civictui.storage.tables import SealedDatabase

KEY, STORE = os.urandom(32), os.urandom(16)


def foreign(key: str, *digests: str, deleted: bool = False, **body: Any) -> Doc:
    """A revision made elsewhere, its digests the newest first."""
    doc = {
        "_id": key,
        "_rev": f"{len(digests)}-{digests[0]}",
        "_revisions": {"start": len(digests), "ids": list(digests)},
        **body,
    }
    return {**doc, "_deleted": True} if deleted else doc


def report(text: str, **more: Any) -> dict[str, Any]:
    time = datetime(2026, 5, 4, 12, len(text), tzinfo=UTC).isoformat()
    return {"type": "report", "problemDescription": text, "reportedDateTime": time, **more}


def take_in(docs: Documents, key: str, body: Doc) -> None:
    """The first revision of a document, made elsewhere."""
    docs.bulk_docs([foreign(key, "a", **body)])


def in_every_state(docs: Documents) -> None:
    """One document in each state that there is; its id names the state."""
    take_in(docs, "usual", report("one"))
    take_in(docs, "changed", report("two"))
    docs.bulk_docs([foreign("changed", "b", "a", **report("three"))])
    take_in(docs, "deleted", report("gone"))
    docs.bulk_docs([foreign("deleted", "b", "a", deleted=True)])
    take_in(docs, "conflict", report("before"))
    docs.bulk_docs([foreign("conflict", digest, "a", **report(digest)) for digest in ("b", "c")])
    take_in(docs, "conflict solved", report("before"))
    docs.bulk_docs([foreign("conflict solved", "b", "a", **report("stays"))])
    docs.bulk_docs([foreign("conflict solved", "c", "a", deleted=True)])
    docs.write("marked", report("mine, unsent"))
    rev = docs.write("marked, deleted elsewhere", report("mine"))
    docs.bulk_docs([foreign("marked, deleted elsewhere", "f", rev[2:], deleted=True)])
    take_in(docs, "odd", report("odd", status=5, photos="none", geoLocation=[1]))
    take_in(docs, "old", {"problemDescription": "original", "reportedDateTime": "20171125_153034"})
    take_in(docs, "seen", report("seen", picture={"large": "l", "thumbnail": "t"}))
    take_in(docs, "no report", {"type": "settings", "theme": "dark"})


def kept_by(index: ReportIndex) -> tuple[object, ...]:
    return (
        list(index.newest()),
        sorted(index.around(GeoPoint(0, 0), 20_100_000), key=str),
        list(index.photos()),
    )


def known_by(docs: Documents) -> tuple[object, ...]:
    changes = docs.changes(0, 50), docs.marked_changes(0, 50), docs.changes(3, 4, descending=True)
    return changes, docs.info(), dict(docs.marked()), set(docs.conflicted())


def test_what_is_indexed_at_opening_is_what_was_indexed_change_by_change(private: Path) -> None:
    live, anew = ReportIndex(), ReportIndex()
    with SealedDatabase.open(private, KEY, STORE) as database:
        docs = Documents(database, live)
        in_every_state(docs)
        known = known_by(docs)
    with SealedDatabase.open(private, KEY, STORE) as database:
        assert known_by(Documents(database, anew)) == known
        assert known_by(Documents(database)) == known
    assert kept_by(anew) == kept_by(live)
    assert {"usual", "changed", "conflict", "marked", "odd", "old"} <= set(anew.newest())
    assert {"deleted", "no report"}.isdisjoint(anew.newest())
    assert "marked, deleted elsewhere" in anew, "what is not acknowledged stays in sight"
    for text in ("mine", "stays", "before", "three", "original", "odd", "open"):
        assert anew.find(Query(text=text)) == live.find(Query(text=text))


def child_of(leaves: list[tuple[str, bool]], key: str, digest: str, deleted: bool) -> Doc:
    """A revision on top of the winner of `leaves`."""
    generation, parent = parse(leaves[0][0]) if leaves else (0, "")
    ids = [digest, parent] if leaves else [digest]
    return {
        "_id": key,
        "_rev": f"{generation + 1}-{digest}",
        "_revisions": {"start": generation + 1, "ids": ids},
        "_deleted": deleted,
    }


STEPS = st.lists(
    st.tuples(st.sampled_from("abcde"), st.sampled_from(["write", "delete", "mark", "reopen"])),
    max_size=25,
)


@given(STEPS)
def test_the_feed_equals_a_plain_model(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("feed")
    docs, order = Documents(SealedDatabase.open(folder, KEY, STORE)), list[str]()
    for number, (key, step) in enumerate(steps):
        if step == "reopen":
            docs._database.close()
            docs = Documents(SealedDatabase.open(folder, KEY, STORE))
        elif step == "mark":
            docs.mark(key)
        else:
            docs.bulk_docs([child_of(docs.leaves(key), key, str(number), step == "delete")])
            order = [*(other for other in order if other != key), key]
        assert [row.id for row in docs.changes(0, 99).rows] == order
        page = docs.changes(docs.update_sequence // 2, 2, descending=True)
        whole = [row.id for row in docs.changes(docs.update_sequence // 2, 99).rows]
        assert [row.id for row in page.rows] == whole[::-1][:2]
        assert page.pending == max(0, len(whole) - 2)
    docs._database.close()
