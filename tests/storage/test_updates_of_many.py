"""What one draft says of many reports; and how an update is called that has no words."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from civictui.domain.errors import NotFound
from civictui.domain.model import Draft, Update
from civictui.storage.store import StoreTables
from tests.storage.stores import new_store, send_all, submit
from tests.storage.test_updates import LATER, PHOTO, remark


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StoreTables]:
    opened = new_store(tmp_path / "store")
    submit(opened, photo=False)
    send_all(opened)
    yield opened
    opened.close()


def test_what_one_draft_says_of_many_is_one_transaction(store: StoreTables) -> None:
    for name, content in LATER.items():
        store.blobs.put(name, content)
    updates = [replace(remark(f"u{n}"), report=f"r{n}", photos=(PHOTO,)) for n in range(1, 9)]
    draft = Draft(id="u1", report="r1", also=tuple(f"r{n}" for n in range(2, 9)))
    store.save_draft(draft)
    before = store.documents.update_sequence
    keys = store.submit_updates(updates, "u1")
    assert keys == [update.id for update in updates]
    assert store.submit_updates(updates, "u1") == keys
    assert store.documents.update_sequence - before == len(keys)
    assert store.drafts() == []
    assert {job.reports for job in store.outbox.jobs()} == {tuple(keys)}
    assert all(store.spares.has(key) for key in keys)
    send_all(store)
    assert store.unsent().nothing
    assert not any(store.spares.has(key) for key in keys)


@pytest.mark.parametrize(
    ("update", "title"),
    [
        (
            replace(remark(text=""), status="closed", assignee="asha"),
            "status closed, assigned to asha: Lamp out",
        ),
        (replace(remark(text=""), assignee=""), "assigned to nobody: Lamp out"),
        (replace(remark(), status="closed"), "status closed: Still dark"),
        (replace(remark(), report="unknown"), "Still dark"),
        (replace(remark(text=""), report="unknown", status="closed"), "status closed"),
    ],
)
def test_what_waits_is_called_by_what_it_changes_and_its_words_or_those_of_the_report(
    store: StoreTables, update: Update, title: str
) -> None:
    store.submit(update, "")
    assert [waiting.title for waiting in store.waiting()] == [title]


def test_of_many_none_is_written_without_the_photo(store: StoreTables) -> None:
    updates = [replace(remark(f"u{n}"), photos=(PHOTO,)) for n in range(1, 4)]
    store.save_draft(Draft(id="u1", report="r1"))
    with pytest.raises(NotFound):
        store.submit_updates(updates, "u1")
    assert store.updates("r1") == []
    assert len(store.drafts()) == 1
