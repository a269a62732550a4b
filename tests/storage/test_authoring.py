"""Edits of reports, sent or not; what becomes of their drafts, photos and refusals."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from civictui.domain.errors import NotFound, UsageError
from civictui.domain.model import Draft, Photo, Report, RowState
from civictui.domain.ports import WriteFailure
from civictui.storage.store import StoreTables
from tests.storage.stores import PHOTO, Flat, acknowledge_all, new_store, send_all, submit

KEY = "r1"
SECOND = Photo("second.jpg", "second-small.jpg", bytes=5)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StoreTables]:
    opened = new_store(tmp_path / "store")
    submit(opened)
    yield opened
    opened.close()


def edited(store: StoreTables, **changes: object) -> Report:
    return replace(Report.from_doc(store.document(KEY)), **changes)  # type: ignore[arg-type]


def edit(store: StoreTables, **changes: object) -> None:
    store.edit(edited(store, **changes), store.document(KEY)["_rev"], "", "asha")


def test_an_edit_is_a_revision_on_the_one_that_was_seen(store: StoreTables) -> None:
    send_all(store)
    before = store.document(KEY)
    edit(store, status="closed")
    after = store.document(KEY)
    assert after["_rev"].startswith("2-")
    assert after["edited"]["by"] == "asha"
    assert store.unsent().reports == 1
    (kept,) = store.versions(KEY)
    assert (kept.rev, kept.why) == (before["_rev"], "edited")


def test_an_edit_that_changes_nothing_is_none(store: StoreTables) -> None:
    send_all(store)
    edit(store)
    assert store.unsent().nothing
    assert store.versions(KEY) == []


def test_foreign_fields_and_forms_stay_as_they_came(store: StoreTables) -> None:
    doc = {
        "_id": "old",
        "_rev": "1-a",
        "problemDescription": "as the original application wrote it",
        "reportedDateTime": "20171125_153034",
        "picture": {"large": "a.jpg", "thumbnail": "b.jpg"},
        "department": {"code": 7},
    }
    assert store.documents.bulk_docs([doc]) == []
    report = replace(Report.from_doc(doc), status="closed")
    store.edit(report, "1-a", "", "asha")
    found = store.document("old")
    kept = {name: found[name] for name in doc if name != "_rev"}
    assert kept == {name: value for name, value in doc.items() if name != "_rev"}
    assert found["status"] == "closed"
    assert "type" not in found


def test_an_edit_of_what_is_not_here_is_said(store: StoreTables) -> None:
    with pytest.raises(NotFound):
        store.edit(Report(id="nothing"), "1-a", "", "asha")
    with pytest.raises(NotFound):
        store.edit(edited(store, status="closed"), "9-zzz", "", "asha")


def test_an_edit_of_what_was_replaced_meanwhile_is_merged(store: StoreTables) -> None:
    send_all(store)
    draft = Draft(id="d1", report=KEY, base=store.document(KEY)["_rev"], description="typing")
    store.save_draft(draft)
    mine = edited(store, description="Lamp out, and broken")
    theirs = {**store.document(KEY), "status": "assigned", "_rev": "2-b"}
    history = {"start": 2, "ids": ["b", draft.base.partition("-")[2]]}
    assert store.documents.bulk_docs([{**theirs, "_revisions": history}]) == []
    store.edit(mine, draft.base, draft.id, "asha")
    report = store.report(KEY).report
    assert (report.description, report.status) == ("Lamp out, and broken", "assigned")
    assert store.conflicts() == []
    assert store.drafts() == []


def test_a_late_autosave_brings_no_draft_back(store: StoreTables) -> None:
    draft = Draft(id="d1", report=KEY, base=store.document(KEY)["_rev"], description="typing")
    store.save_draft(draft)
    assert [found.id for found in store.drafts()] == ["d1"]
    store.edit(edited(store, description="typing"), draft.base, draft.id, "asha")
    store.save_draft(draft)
    store.save_draft(Draft(id=KEY, description="typing"))
    assert store.drafts() == []


def test_photos_come_and_go_with_their_jobs(store: StoreTables) -> None:
    store.put_picture(SECOND.large, b"large")
    store.put_picture(SECOND.thumbnail, b"small")
    edit(store, photos=(SECOND,))
    assert {job.key for job in store.outbox.jobs()} == {SECOND.large, SECOND.thumbnail}
    with pytest.raises(NotFound):
        edit(store, photos=(SECOND, Photo("gone.jpg", "gone-small.jpg")))
    assert store.unsent().photos == 1


def test_an_edit_answers_a_refusal(store: StoreTables) -> None:
    rev = store.document(KEY)["_rev"]
    store.reject([WriteFailure(KEY, rev, "doc_validation", "no category")])
    assert store.marked_changes(0, 10).rows == []
    (waiting,) = store.waiting()
    assert (waiting.reason, waiting.code, waiting.first) == ("no category", "doc_validation", True)
    edit(store, category="lamp")
    assert [row.id for row in store.marked_changes(0, 10).rows] == [KEY]
    assert store.report(KEY).state is RowState.QUEUED
    (waiting,) = store.waiting()
    assert (waiting.title, waiting.photos, waiting.reason) == ("Lamp out", 1, "")


def test_what_was_never_sent_can_be_taken_back_whole(store: StoreTables) -> None:
    edit(store, status="closed")
    edit(store, status="fixed")
    store.discard_unsent(KEY, "asha")
    assert store.unsent().nothing
    assert store.count() == 0
    assert list(store.spares.read()) == []
    fixed = store.versions(KEY)[0]
    assert fixed.why in {"discarded", "edited"}
    store.restore(KEY, next(v.rev for v in store.versions(KEY) if v.why == "discarded"), "asha")
    assert store.report(KEY).report.status == "fixed"
    assert store.unsent().photos == 1


def test_an_edit_taken_back_leaves_what_the_server_has(store: StoreTables) -> None:
    send_all(store)
    sent = store.document(KEY)
    edit(store, status="closed")
    edit(store, status="fixed")
    store.discard_unsent(KEY, "asha")
    assert store.document(KEY) == sent
    assert store.unsent().nothing
    assert store.report(KEY).state is RowState.SENT


def test_an_acknowledged_edit_took_its_unsent_parent_along(store: StoreTables) -> None:
    edit(store, status="closed")
    acknowledge_all(store)
    closed = store.document(KEY)
    edit(store, status="fixed")
    store.discard_unsent(KEY, "asha")
    assert store.document(KEY) == closed


def test_what_nobody_can_give_back_comes_down_again(store: StoreTables) -> None:
    """The earlier version was forgotten: then the whole document is fetched anew."""
    send_all(store)
    edit(store, status="closed")
    history = store._history
    history._rows.drop(f"{KEY}/{store.versions(KEY)[0].rev}")
    store.discard_unsent(KEY, "asha")
    assert store.count() == 0
    assert store.documents.changes(0, 10).rows == []


def test_a_withdrawn_report_sends_no_photos(store: StoreTables) -> None:
    store.withdraw(KEY, "asha")
    assert store.outbox.jobs() == []
    (waiting,) = store.waiting()
    assert (waiting.withdrawn, waiting.title, waiting.text) == (True, "Lamp out", True)
    acknowledge_all(store)
    assert store.unsent().nothing


def test_all_of_it_is_there_after_opening_again(store: StoreTables, tmp_path: Path) -> None:
    other = new_store(tmp_path / "again", key := bytearray(32))
    submit(other)
    edit(other, status="closed")
    before = (other.document(KEY), other.versions(KEY), other.waiting())
    folder, kept = other.folder, bytes(key)
    other.close()
    back = StoreTables(folder, bytearray(32), b"again".ljust(16), Flat())
    assert kept == bytes(32)
    assert (back.document(KEY), back.versions(KEY), back.waiting()) == before
    assert back.unsent().photos == len((PHOTO,))
    back.discard_unsent(KEY, "asha")
    assert back.count() == 0
    back.close()


def test_a_photo_goes_with_the_version_that_names_it(store: StoreTables) -> None:
    """Whatever is taken back: what the server has of the report names a photo that is queued."""
    acknowledge_all(store)
    edit(store, description="Lamp out, and dark")
    store.discard_unsent(KEY, "asha")
    assert store.unsent().photos == 1
    edit(store, photos=())
    assert store.outbox.jobs() == []
    store.discard_unsent(KEY, "asha")
    assert store.unsent().photos == 1
    store.withdraw(KEY, "asha")
    assert store.outbox.jobs() == []
    store.discard_unsent(KEY, "asha")
    assert store.unsent().photos == 1


def test_a_photo_of_a_withdrawn_report_goes_when_it_lives_on(store: StoreTables) -> None:
    acknowledge_all(store)
    base = store.document(KEY)
    store.withdraw(KEY, "asha")
    history = {"start": 2, "ids": ["b", base["_rev"].partition("-")[2]]}
    theirs = {**base, "status": "fixed", "_rev": "2-b", "_revisions": history}
    assert store.take_in([theirs]) == []
    assert store.unsent().photos == 1


def test_an_edit_between_the_sending_and_its_answer(store: StoreTables) -> None:
    sent = store.document(KEY)
    edit(store, status="closed")
    store.acknowledge([(KEY, sent["_rev"])])
    store.discard_unsent(KEY, "asha")
    assert store.document(KEY) == sent


def test_tombstones_go_behind_what_lives_on(store: StoreTables) -> None:
    send_all(store)
    base = store.document(KEY)
    edit(store, status="closed")
    other = replace(Report.from_doc(base), status="fixed")
    store.edit(other, base["_rev"], "", "asha")
    asked = store.conflict(KEY, "asha")
    assert asked is not None
    store.settle(asked, asked.mine.body, "asha")
    edit(store, description="and once more")
    (row,) = store.marked_changes(0, 10).rows
    assert [rev for rev in row.revs if store.documents.get(KEY, rev) is not None]
    assert [store.documents.stored(KEY).tree.is_deleted(rev) for rev in row.revs] == [False, True]  # type: ignore[union-attr]


def test_what_was_acknowledged_but_not_told_is_sent_once_more(store: StoreTables) -> None:
    rev = store.document(KEY)["_rev"]
    store.acknowledge([(KEY, rev)], "5-a")
    assert store.unsent().reports == 0
    store.doubt_since("5-a")
    assert store.unsent().reports == 1
    store.acknowledge([(KEY, rev)], "5-a")
    store.doubt_since("6-a")
    assert store.unsent().reports == 0


def test_doubt_sends_every_leaf_of_ones_own(store: StoreTables) -> None:
    send_all(store)
    base = store.document(KEY)
    edit(store, status="closed")
    store.edit(replace(Report.from_doc(base), status="fixed"), base["_rev"], "", "asha")
    send_all(store)
    store.doubt("asha")
    assert len(store.documents.marked()[KEY]) == 2


def test_what_is_only_sent_again_is_not_taken_back(store: StoreTables) -> None:
    send_all(store)
    store.doubt("asha")
    with pytest.raises(UsageError):
        store.discard_unsent(KEY, "asha")
    assert store.unsent().reports == 1
    sent = store.document(KEY)
    edit(store, status="closed")
    store.discard_unsent(KEY, "asha")
    assert store.document(KEY) == sent


def test_a_photo_that_the_server_refused_is_left_out(store: StoreTables) -> None:
    acknowledge_all(store)
    for job in store.outbox.jobs():
        store.outbox.update(replace(job, error="too large", code="too_large"))
    assert store.waiting()[0].code == "too_large"
    store.discard_unsent(KEY, "asha")
    assert store.report(KEY).report.photos == ()
    assert store.outbox.jobs() == []
    assert store.unsent().reports == 1
    assert store.versions(KEY)[0].body["photos"]
