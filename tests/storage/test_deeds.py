"""What a user did since a moment, as the rows of a store say it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from civictui.domain.model import Deeds, Doc, Report, Update
from civictui.storage.store import StoreTables
from tests.storage.stores import acknowledge_all, new_store

MORNING = datetime(2026, 5, 4, 6, tzinfo=UTC)
BEFORE, AFTER = "2026-05-04T05:59:59.999Z", "2026-05-04T08:00:00+02:00"
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StoreTables]:
    opened = new_store(tmp_path / "store")
    yield opened
    opened.close()


def report(store: StoreTables, key: str, at: str = AFTER, by: str = "demo") -> Report:
    made = Report(id=key, description="Lamp", reported_by=by, reported_at=at)
    store.submit(made, "")
    return made


def update(store: StoreTables, key: str, at: str = AFTER, by: str = "demo") -> None:
    store.submit(Update(id=key, report="r", reported_by=by, reported_at=at, text="said"), "")


def edit(store: StoreTables, made: Report, by: str, address: str) -> None:
    base = store.document(made.id)["_rev"]
    store.edit(replace(made, address=address), base, "", by)


def test_by_whom_and_when_the_documents_say(store: StoreTables) -> None:
    report(store, "r")
    report(store, "early", BEFORE)
    report(store, "other", by="asha")
    report(store, "timeless", "yesterday")
    update(store, "u")
    update(store, "early update", BEFORE)
    update(store, "other update", by="asha")
    assert store.deeds("demo", MORNING) == Deeds(reported=("r",), said=("u",))
    assert store.deeds("asha", MORNING) == Deeds(reported=("other",), said=("other update",))


def test_it_is_the_same_once_all_is_sent(store: StoreTables) -> None:
    report(store, "r")
    update(store, "u")
    before = store.deeds("demo", MORNING)
    acknowledge_all(store)
    assert store.deeds("demo", MORNING) == before


def test_an_edit_that_somebody_edited_since_still_counts(store: StoreTables) -> None:
    made = report(store, "r", BEFORE, by="asha")
    edit(store, made, "demo", "1 Main St")
    assert store.deeds("demo", MORNING).edited == ("r",)
    edit(store, made, "asha", "2 Main St")
    assert store.deeds("demo", MORNING).edited == ("r",)
    assert store.deeds("zoe", LONG_AGO) == Deeds()


def test_an_edit_that_was_discarded_was_not_made(store: StoreTables) -> None:
    made = report(store, "r", BEFORE, by="asha")
    edit(store, made, "demo", "1 Main St")
    store.discard_unsent("r", "demo")
    assert store.deeds("demo", MORNING).edited == ()


def test_a_withdrawal_is_known_by_its_tombstone(store: StoreTables) -> None:
    report(store, "r")
    store.withdraw("r", "asha")
    assert store.deeds("asha", MORNING) == Deeds(withdrawn=("r",))
    assert store.deeds("demo", MORNING) == Deeds()


@pytest.mark.parametrize(
    "doc",
    [
        {"_id": "x", "type": ["report"], "reportedBy": "demo", "reportedDateTime": AFTER},
        {"_id": "x", "type": "report", "reportedBy": ["demo"], "edited": "demo"},
        {"_id": "x", "type": "report", "reportedBy": "demo", "reportedDateTime": 4},
        {"_id": "x", "edited": {"by": "demo", "at": None}, "withdrawnBy": {}},
        {"_id": "x", "type": "update", "reportedBy": "demo", "reportedDateTime": AFTER},
    ],
)
def test_fields_of_any_type_harm_nothing(store: StoreTables, doc: Doc) -> None:
    store.take_in([{**doc, "_rev": "1-a", "_revisions": {"start": 1, "ids": ["a"]}}])
    assert store.deeds("demo", MORNING) == Deeds()
