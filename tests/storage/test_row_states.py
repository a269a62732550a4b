"""A report is not simply sent where an update of it is not: its row shows what that one says."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from civictui.domain.model import GeoPoint, Photo, Query, Report, RowState, Update
from civictui.domain.ports import WriteFailure
from civictui.storage.store import StoreTables
from tests.storage.stores import PHOTO, PICTURES, acknowledge_all, new_store

HERE = GeoPoint(1, 2)
WAITS = frozenset({RowState.QUEUED, RowState.SENDING, RowState.NEEDS_YOU})
CONFLICT = frozenset({RowState.CONFLICT})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StoreTables]:
    opened = new_store(tmp_path / "store")
    opened.submit(Report(id="r", description="Lamp", reported_by="asha", point=HERE), "")
    acknowledge_all(opened)
    yield opened
    opened.close()


def state(store: StoreTables) -> RowState:
    """Of the report, as rows, marks on a map, filters and counts have it."""
    shown = store.report("r").state
    (spot,) = store.spots(HERE, 1.0)
    assert spot.state is shown
    found = {one: store.find(Query(states=frozenset({one}))) for one in RowState}
    assert found[shown] == ["r"]
    assert (found[RowState.SENT] == ["r"]) is (shown is RowState.SENT)
    counts = {one: 1 for one, ids in found.items() if ids and one is not RowState.SENT}
    assert store.tally().states == counts
    return shown


def closed(store: StoreTables, photos: tuple[Photo, ...] = ()) -> str:
    update = Update(id="u", report="r", reported_by="asha", status="closed", photos=photos)
    return store.submit(update, "")


def test_what_closes_it_here_alone_is_not_sent(store: StoreTables) -> None:
    assert state(store) is RowState.SENT
    closed(store)
    assert state(store) is RowState.QUEUED
    acknowledge_all(store)
    assert state(store) is RowState.SENT


def test_a_photo_of_an_update_is_a_photo_of_the_report(store: StoreTables) -> None:
    for name, content in PICTURES.items():
        store.blobs.put(name, content)
    closed(store, photos=(PHOTO,))
    acknowledge_all(store)
    assert state(store) is RowState.QUEUED
    small, large = store.outbox.jobs()
    store.job_done(small)
    store.outbox.update(replace(large, location="/v1/uploads/1"))
    assert state(store) is RowState.SENDING
    store.job_done(large)
    assert state(store) is RowState.SENT


def test_what_the_server_refuses_of_an_update_needs_somebody(store: StoreTables) -> None:
    key = closed(store)
    rev = store.document(key)["_rev"]
    store.reject([WriteFailure(key, rev, "forbidden", "outside your area")])
    assert (state(store), store.report("r").reason) == (RowState.NEEDS_YOU, "outside your area")
    assert store.find(Query(states=WAITS)) == ["r"]
    store.discard_unsent(key, "asha")
    assert (state(store), store.report("r").report.status) == (RowState.SENT, "open")


def test_a_conflict_is_seen_while_an_update_waits(store: StoreTables) -> None:
    for digest in "ab":
        doc = {"_id": "r", "_rev": f"2-{digest}", "type": "report", "problemDescription": digest}
        path = {"start": 2, "ids": [digest, "x"]}
        place = {"geoLocation": HERE.to_geojson()}
        assert not store.take_in([{**doc, **place, "_revisions": path}])
    closed(store)
    assert store.report("r").state is RowState.CONFLICT
    assert store.find(Query(states=WAITS)) == store.find(Query(states=CONFLICT)) == ["r"]
    assert store.find(Query(states=frozenset({RowState.SENT}))) == []
    assert store.tally().states == {RowState.CONFLICT: 1, RowState.QUEUED: 1}


def test_a_report_of_which_several_things_wait_is_one(store: StoreTables) -> None:
    doc = store.document("r")
    closed(store)
    store.submit(Update(id="v", report="r", reported_by="asha", text="Filled"), "")
    assert store.unsent().reports == 1
    store.edit(Report.from_doc({**doc, "address": "there"}), doc["_rev"], "", "asha")
    assert (store.unsent().reports, len(store.waiting())) == (1, 3)
    acknowledge_all(store)
    assert store.unsent().nothing
