"""What came or was changed by others since the user last looked; one's own work is no news."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from civictui.domain.errors import StoreFull
from civictui.domain.model import Doc, Query, Report, Update
from civictui.storage.log import RecordLog
from civictui.storage.store import StoreTables
from tests.storage.stores import Flat, acknowledge_all, new_store

USER = "asha"
KEY = bytes(range(32))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StoreTables]:
    opened = new_store(tmp_path / "news", bytearray(KEY))
    come(opened, "old")
    yield opened
    opened.close()


def come(store: StoreTables, key: str, rev: str = "1-a", **body: object) -> None:
    """A revision from the server, by somebody else where it does not say who."""
    number = int(rev[0])
    doc: Doc = {"type": "report", "problemDescription": "x", "reportedBy": "demo", **body}
    revisions = {"start": number, "ids": [*"cba"[-number:]]}
    assert store.take_in([{**doc, "_id": key, "_rev": rev, "_revisions": revisions}]) == []


def news(store: StoreTables) -> set[str]:
    found = set(store.find(Query(news=True), USER))
    assert found == {
        row.report.id for row in store.rows(store.find(Query()), user=USER) if row.is_new
    }
    assert store.tally(USER).news == len(found)
    return found


def reopened(store: StoreTables) -> StoreTables:
    store.close()
    return StoreTables(store.folder, bytearray(KEY), b"news".ljust(16), Flat())


def test_nothing_is_new_before_the_first_sync_is_through(store: StoreTables) -> None:
    assert news(store) == set()
    store.tidy()
    assert news(store) == set()
    come(store, "new")
    assert news(store) == {"new"}
    store.tidy()
    assert news(store) == {"new"}


def test_what_others_do_is_news_and_what_one_does_is_not(store: StoreTables) -> None:
    store.seen(USER)
    come(store, "theirs")
    come(store, "mine from elsewhere", reportedBy=USER)
    come(store, "old", "2-b", edited={"by": "zoe", "at": ""})
    store.submit(Report(id="mine", description="x", reported_by=USER), "")
    acknowledge_all(store)
    store.submit(Update(id="u", report="mine", reported_by=USER, text="said"), "")
    assert news(store) == {"theirs", "old"}
    come(store, "v", type="update", report="mine", text="also")
    assert news(store) == {"theirs", "old", "mine"}
    assert store.seen(USER)
    assert news(store) == set()
    assert not store.seen(USER)


def test_one_report_is_looked_at_and_new_once_more_when_it_changes(store: StoreTables) -> None:
    store.seen(USER)
    come(store, "old", "2-b", category="c")
    come(store, "new")
    assert store.seen(USER, "old")
    assert not store.seen(USER, "old")
    assert not store.seen(USER, "unknown")
    assert news(store) == {"new"}
    come(store, "old", "3-c", category="d")
    assert news(store) == {"new", "old"}


def test_what_somebody_else_closed_is_news(store: StoreTables) -> None:
    store.submit(Report(id="mine", description="x", reported_by=USER), "")
    acknowledge_all(store)
    store.seen(USER)
    come(store, "u", type="update", report="mine", status="closed")
    assert news(store) == {"mine"}
    assert store.report("mine", USER).report.status == "closed"
    store.submit(Update(id="v", report="mine", reported_by=USER, status="open"), "")
    assert news(store) == {"mine"}


def test_an_update_that_comes_before_ones_own_report_is_news(store: StoreTables) -> None:
    store.seen(USER)
    come(store, "u", type="update", report="far", status="closed")
    assert news(store) == set()
    come(store, "far", reportedBy=USER)
    assert news(store) == {"far"}
    again = reopened(store)
    assert news(again) == {"far"}
    again.close()


@pytest.mark.parametrize("asked", [True, False])
def test_ones_own_edit_ends_no_news_looking_does(store: StoreTables, asked: bool) -> None:
    """It may have come while the form was open; or the terminal looked an address up."""
    store.seen(USER)
    come(store, "old", "2-b", category="c")
    assert not asked or news(store) == {"old"}
    doc = store.document("old")
    store.edit(Report.from_doc({**doc, "address": "there"}), doc["_rev"], "", USER)
    assert news(store) == {"old"}
    again = reopened(store)
    assert news(again) == {"old"}
    assert again.seen(USER, "old")
    assert news(again) == set()
    doc = again.document("old")
    again.edit(Report.from_doc({**doc, "address": "here"}), doc["_rev"], "", USER)
    assert news(again) == set()
    again.close()


@pytest.mark.parametrize("at", ["2026-05-04T12:00:00Z", "2999-05-04T12:00:00Z"])
@pytest.mark.parametrize("category", ["c", "d"])
def test_what_is_merged_with_ones_own_edit_or_clashes_with_it_is_news(
    store: StoreTables, at: str, category: str
) -> None:
    doc = store.document("old")
    said = {**doc, "address": "there", "category": "c"}
    store.edit(Report.from_doc(said), doc["_rev"], "", USER)
    store.seen(USER)
    come(store, "old", "2-b", category=category, edited={"by": "zoe", "at": at})
    store.merge(USER)
    assert store.documents.conflicted() == (set() if category == "c" else {"old"})
    assert news(store) == {"old"}
    again = reopened(store)
    assert news(again) == {"old"}
    if conflict := again.conflict("old", USER):  # who settles it has both before the eyes
        again.settle(conflict, conflict.theirs.body, USER)
        assert news(again) == set()
    again.close()


def test_what_came_after_the_count_is_still_new(store: StoreTables) -> None:
    """It comes while the person reads how much is new, and says: seen."""
    store.seen(USER)
    come(store, "a")
    place = store.tally(USER).place
    come(store, "b")
    come(store, "c")
    assert store.seen(USER, "c")
    assert store.seen(USER, place=place)
    assert news(store) == {"b"}
    again = reopened(store)
    assert news(again) == {"b"}
    again.close()


def test_what_is_gone_is_no_news(store: StoreTables) -> None:
    store.seen(USER)
    come(store, "new")
    assert news(store) == {"new"}
    come(store, "new", "2-b", _deleted=True)
    assert news(store) == set()


def test_a_report_is_read_also_where_nothing_can_be_written(
    store: StoreTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreFull("The disk is full")

    store.seen(USER)
    come(store, "new")
    with monkeypatch.context() as patch:
        patch.setattr(RecordLog, "append", full)
        assert not store.seen(USER, "new")
        with pytest.raises(StoreFull):
            store.seen(USER)
    assert news(store) == {"new"}


def test_it_is_known_when_the_store_is_opened_again(store: StoreTables) -> None:
    store.seen(USER)
    for key in ("a", "b", "c"):
        come(store, key)
    store.seen(USER, "a")
    come(store, "v", type="update", report="old", text="also")
    again = reopened(store)
    assert news(again) == {"b", "c", "old"}
    again.seen(USER)
    once_more = reopened(again)
    assert news(once_more) == set()
    once_more.close()
