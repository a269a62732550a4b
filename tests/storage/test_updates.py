"""Remarks keep every promise that reports do: durable, marked, copied, counted, carried."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.domain.errors import NotFound
from civictui.domain.model import Doc, Draft, JobKind, Photo, Query, Update, is_update
from civictui.domain.ports import WriteFailure
from civictui.storage import update_index
from civictui.storage.bundle import open_with_password
from civictui.storage.exchange import export_unsent, import_bundle
from civictui.storage.report_index import ReportIndex
from civictui.storage.slots import COSTS, Locksmith
from civictui.storage.store import StoreTables
from civictui.storage.update_index import READ, UpdateIndex
from tests.storage.stores import PICTURES, Flat, acknowledge_all, new_store, send_all, submit

KEY = "u1"
PHOTO = Photo("later.jpg", "later-small.jpg", bytes=7)
LATER = {"later.jpg": b"LATER", "later-small.jpg": b"l"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StoreTables]:
    opened = new_store(tmp_path / "store")
    submit(opened, photo=False)
    send_all(opened)
    yield opened
    opened.close()


def new_index() -> UpdateIndex:
    reports = ReportIndex()
    return UpdateIndex(reports, reports)


def remark(key: str = KEY, text: str = "Still dark", at: str = "2026-05-04T12:00:00Z") -> Update:
    return Update(id=key, report="r1", reported_by="asha", reported_at=at, text=text)


def with_photo(store: StoreTables, key: str = KEY) -> Update:
    for name, content in LATER.items():
        store.blobs.put(name, content)
    found = Update.from_doc({**remark(key).to_doc(), "photos": [PHOTO.to_doc()]})
    store.submit(found, "")
    return found


def reopened(store: StoreTables, key: bytearray) -> StoreTables:
    folder = store.folder
    store.close()
    return StoreTables(folder, key, folder.name.encode()[:16].ljust(16), Flat())


def test_a_remark_is_stored_marked_queued_and_copied(store: StoreTables) -> None:
    store.save_draft(Draft(id=KEY, description="Still dark", report="r1"))
    update = with_photo(store)
    assert store.updates("r1") == [update]
    assert (store.unsent().reports, store.unsent().photos) == (1, 1)
    assert [job.kind for job in store.outbox.jobs()] == [JobKind.THUMBNAIL, JobKind.LARGE]
    assert store.spares.has(KEY)
    (waiting,) = store.waiting()
    assert (waiting.id, waiting.title) == (KEY, "Still dark")
    assert (waiting.about, waiting.photos) == ("r1", 1)
    send_all(store)
    assert store.unsent().nothing
    assert not store.spares.has(KEY)


def test_the_draft_is_gone_with_it_and_does_not_come_back(store: StoreTables) -> None:
    draft = Draft(id=KEY, description="Still dark", report="r1")
    store.save_draft(draft)
    assert [kept.is_remark for kept in store.drafts()] == [True]
    store.submit(remark(), KEY)
    store.save_draft(draft)
    assert store.drafts() == []


def test_the_same_remark_twice_is_one(store: StoreTables) -> None:
    store.submit(remark(), "")
    store.submit(remark(), "")
    assert len(store.updates("r1")) == 1
    (revs,) = store.documents.marked().values()
    assert len(revs) == 1


def test_other_words_under_an_id_that_is_taken_are_a_remark_too(tmp_path: Path) -> None:
    """One draft, brought to a second terminal, finished on both."""
    key = bytearray(range(32))
    store = new_store(tmp_path / "taken", bytearray(key))
    submit(store, photo=False)
    store.take_in([{**remark(text="From there").to_doc(), "_rev": "1-a"}])
    draft = Draft(id=KEY, description="From here", report="r1")
    store.save_draft(draft)
    again = reopened(store, bytearray(key))
    again.save_draft(replace(draft, description="From here too"))
    (kept,) = again.drafts()
    assert kept.description == "From here too"
    given = again.submit(remark(text="From here"), KEY)
    assert given != KEY
    assert again.drafts() == []
    assert {update.text for update in again.updates("r1")} == {"From there", "From here"}
    assert given in again.documents.marked()
    assert again.submit(remark(text="From here"), KEY) == KEY  # the same key pressed twice
    assert len(again.updates("r1")) == 2
    again.close()


def test_a_remark_under_the_id_of_something_withdrawn_is_stored(store: StoreTables) -> None:
    store.withdraw("r1", "asha")
    given = store.submit(replace(remark("r1"), report="r2"), "d9")
    assert [update.id for update in store.updates("r2")] == [given]


def test_two_remarks_of_one_id_say_both_and_nobody_is_asked(store: StoreTables) -> None:
    store.submit(remark(text="mine"), "")
    store.take_in([{**remark(text="theirs").to_doc(), "_rev": "1-f"}])
    store.merge()
    (both,) = store.updates("r1")
    assert set(both.text.split("\n\n")) == {"mine", "theirs"}
    assert store.conflicts() == []
    assert store.unsent().reports == 1


def test_of_megabytes_the_latest_are_read(
    store: StoreTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update_index, "READ_CHARACTERS", 100)
    for key in "abcd":
        store.submit(remark(key, text=f"{key}{'x' * 60}"), "")
    assert [update.id for update in store.updates("r1")] == ["c", "d"]


def test_of_very_many_the_latest_are_read() -> None:
    index = new_index()
    keys = [f"{number:05}" for number in range(READ + 500)]
    body: Doc = {"type": "update", "report": "a", "text": "x"}
    index.begin((key, body) for key in keys)
    assert index.of("a") == keys[500:][::-1]
    for key in keys[3:]:
        index.observe(key, None)
    assert sorted(index.of("a")) == keys[:3]
    for key in keys[:3]:
        index.observe(key, None)
    assert list(index.of("a")) == []


def test_the_same_said_again_later_is_one(tmp_path: Path) -> None:
    """Who was killed does not know how far it had come."""
    key = bytearray(range(32))
    store = new_store(tmp_path / "twice", bytearray(key))
    store.submit(remark(), KEY)
    again = reopened(store, bytearray(key))
    assert again.submit(remark(at="2026-05-05T12:00:00Z"), KEY) == KEY
    assert len(again.updates("r1")) == 1
    again.close()


def test_a_remark_without_its_photo_is_none(store: StoreTables) -> None:
    doc = {**remark().to_doc(), "photos": [PHOTO.to_doc()]}
    with pytest.raises(NotFound):
        store.submit(Update.from_doc(doc), "")
    assert store.updates("r1") == []
    assert store.unsent().nothing


def test_it_is_no_report(store: StoreTables) -> None:
    store.submit(remark(), "")
    assert store.count() == 1
    assert store.find(Query()) == ["r1"]
    assert store.rows([KEY]) == []


def test_remarks_come_in_the_order_of_their_times(store: StoreTables) -> None:
    for key, at in (("a", "2026-05-04T12:00:02Z"), ("b", ""), ("c", "2026-05-04T14:00:01+02:00")):
        store.submit(remark(key, at=at), "")
    assert [update.id for update in store.updates("r1")] == ["b", "c", "a"]


def test_the_index_is_the_same_when_the_store_is_opened_again(tmp_path: Path) -> None:
    key = bytearray(range(32))
    store = new_store(tmp_path / "again", bytearray(key))
    submit(store, photo=False)
    with_photo(store)
    store.submit(remark("u2"), "")
    acknowledge_all(store)  # a usual document is seen by a glimpse, a marked one whole
    store.submit(remark("u3"), "")
    docs: list[Doc] = [
        {"_id": "u4", "_rev": "1-a", "type": "update", "report": "r2", "text": 3},
        {"_id": "u5", "_rev": "1-a", "type": "update", "report": 7},
        {"_id": "u6", "_rev": "1-a", "type": "update", "report": "r2", "photos": "none"},
        {"_id": "u7", "_rev": "1-a", "type": "report", "report": "r2"},
    ]
    assert store.take_in(docs) == []
    store.blobs.put("unrelated", b"x")
    told = [(name, [u.id for u in store.updates(name)]) for name in ("r1", "r2")]
    assert told == [("r1", ["u1", "u2", "u3"]), ("r2", ["u4", "u6"])]
    again = reopened(store, bytearray(key))
    assert [(name, [u.id for u in again.updates(name)]) for name in ("r1", "r2")] == told
    assert again.unsent().reports == 1
    again.close()


def test_a_deleted_remark_is_gone_and_its_photos_are_not_wanted(store: StoreTables) -> None:
    doc = {"_id": "x", "_rev": "1-a", "type": "update", "report": "r1", "text": "hello"}
    store.take_in([{**doc, "photos": [PHOTO.to_doc()]}])
    assert store.pictures.wanted(JobKind.THUMBNAIL) == ["later-small.jpg"]
    gone = {"_id": "x", "_rev": "2-b", "_deleted": True}
    store.take_in([{**gone, "_revisions": {"start": 2, "ids": ["b", "a"]}}])
    assert store.updates("r1") == []
    assert store.pictures.wanted(JobKind.THUMBNAIL) == []


def test_a_withdrawn_report_leaves_its_remarks_harmless(store: StoreTables) -> None:
    with_photo(store)
    store.withdraw("r1", "asha")
    assert [update.id for update in store.updates("r1")] == [KEY]
    assert {waiting.id for waiting in store.waiting()} == {KEY, "r1"}
    send_all(store)
    assert store.unsent().nothing
    assert [version.id for version in store.gone()] == ["r1"]


def test_the_server_refuses_a_remark_and_it_is_discarded(store: StoreTables) -> None:
    store.submit(remark(), "")
    (rev,) = store.documents.marked()[KEY]
    store.reject([WriteFailure(KEY, rev, "forbidden", "not your area")])
    (waiting,) = store.waiting()
    assert waiting.reason == "not your area"
    store.discard_unsent(KEY, "asha")
    assert store.unsent().nothing
    assert store.updates("r1") == []
    assert [version.id for version in store.gone()] == [KEY]


def test_a_refused_photo_is_left_out_of_a_remark_and_nothing_else(store: StoreTables) -> None:
    with_photo(store)
    acknowledge_all(store)
    for job in store.outbox.jobs():
        if job.kind is JobKind.LARGE:
            store.outbox.update(replace(job, error="too large"))
    store.discard_unsent(KEY, "asha")
    (left,) = store.updates("r1")
    assert (left.text, left.photos) == ("Still dark", ())
    doc = store.document(KEY)
    assert doc["type"] == "update"
    assert "picture" not in doc
    assert store.gone() == []


def test_a_bundle_carries_it_to_another_terminal(store: StoreTables, tmp_path: Path) -> None:
    with_photo(store)
    other = new_store(tmp_path / "other")
    for tables in (store, other):
        tables.put_secret("gateway", "g")
    path = tmp_path / "rescue.cvx"
    smith = Locksmith(COSTS[-1:])
    export_unsent(store, "asha", path, "a pass of words", smith)
    with open_with_password(path, "a pass of words", smith) as bundle:
        counts = import_bundle(other, "asha", bundle)
    assert (counts.reports, counts.photos) == (1, 1)
    (update,) = other.updates("r1")
    assert update.photos == (PHOTO,)
    assert other.unsent().reports == 1
    assert other.blobs.get("later.jpg") == LATER["later.jpg"]
    other.close()


def test_a_lost_log_gives_it_back_from_its_second_copy(tmp_path: Path) -> None:
    key = bytearray(range(32))
    store = new_store(tmp_path / "lost", bytearray(key))
    submit(store)
    with_photo(store)
    before = store.updates("r1")
    store.close()
    (log,) = store.folder.glob("log.*")
    content = bytearray(log.read_bytes())
    content[-200:] = bytes(200)
    log.write_bytes(bytes(content))
    again = StoreTables(store.folder, bytearray(key), b"lost".ljust(16), Flat())
    assert again.updates("r1") == before
    assert again.unsent().photos == 1 + len(PICTURES) // 2
    again.close()


BODIES = st.sampled_from(
    [
        None,
        {"type": "update", "report": "a", "text": "x"},
        {"type": "update", "report": "b", "photos": [PHOTO.to_doc()]},
        {"type": "update", "report": "a", "photos": [PHOTO.to_doc()], "category": 3},
        {"type": "update", "report": ""},
        {"type": "update", "report": ["a"]},
        {"type": "report", "report": "a", "problemDescription": "x"},
    ]
)


@given(st.lists(st.tuples(st.sampled_from("xyz"), BODIES), max_size=12))
def test_the_index_has_what_is_an_update_now(steps: list[tuple[str, Doc | None]]) -> None:
    there: dict[str, Doc] = {}
    index = new_index()
    for key, body in steps:
        index.observe(key, body)
        there.pop(key, None)
        if body is not None:
            there[key] = body
    begun = new_index()
    begun.begin(there.items())
    for found in (index, begun):
        for report in ("a", "b"):
            about = {k for k, doc in there.items() if is_update(doc) and doc["report"] == report}
            assert set(found.of(report)) == about
        photos = {k for k, doc in there.items() if is_update(doc) and doc.get("photos")}
        assert {key for key, _ in found.named()} == photos
        assert all((key in found) == is_update(doc) for key, doc in there.items())
