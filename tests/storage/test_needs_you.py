"""How many reports do not go by themselves, among what is unsent."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from civictui.domain.ports import WriteFailure
from civictui.storage.store import StoreTables
from tests.storage.stores import new_store, submit

KEY = "r1"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StoreTables]:
    opened = new_store(tmp_path / "store")
    submit(opened)
    yield opened
    opened.close()


def test_a_report_of_which_text_or_photo_was_refused_counts_once(store: StoreTables) -> None:
    assert store.unsent().needs_you == 0
    rev = store.document(KEY)["_rev"]
    store.reject([WriteFailure(KEY, rev, "doc_validation", "no category")])
    assert store.unsent().needs_you == 1
    for job in store.outbox.jobs():
        store.outbox.update(replace(job, error="9 MB", code="too_large"))
    assert store.unsent().needs_you == 1
    store.retry_refused(KEY)
    assert store.unsent().needs_you == 0
    assert store.unsent().reports == 1
