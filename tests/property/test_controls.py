"""Programs that must fail, so that we know that the laws see it."""

from dataclasses import replace
from typing import Any

import pytest

from civictui.couchdb.endpoint import CouchEndpoint
from civictui.domain.errors import Unreachable
from civictui.domain.merge import Merge, merge
from civictui.storage import conflicts
from civictui.storage.documents import Documents
from civictui.storage.outbox import OutboxTable
from civictui.storage.stored_document import StoredDocument
from tests.property.histories import Histories
from tests.property.steps import history

HISTORIES = 60


def broken_law(histories: Histories, first: int = 0) -> str:
    """The first law that a history breaks; `first` is where it is known to be found soon."""
    told = (history(f"control {seed}") for seed in range(first, first + HISTORIES))
    return next(filter(None, map(histories.verdict, told)), "none")


def test_the_winner_silently_takes_it_all(
    histories: Histories, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(before: Any, one: Any, other: Any) -> Merge:
        return replace(merge(before, one, other), clashing=())

    monkeypatch.setattr(conflicts, "merge", careless)
    assert " lost " in broken_law(histories)


def test_deletes_always_win(histories: Histories, monkeypatch: pytest.MonkeyPatch) -> None:
    """An edit that came in between is not asked about."""
    monkeypatch.setattr(StoredDocument, "withdrawals", lambda _: [])
    assert " lost " in broken_law(histories)


def test_no_answer_is_a_yes(histories: Histories, monkeypatch: pytest.MonkeyPatch) -> None:
    send = CouchEndpoint.bulk_docs

    async def hopeful(endpoint: CouchEndpoint, docs: Any) -> Any:
        try:
            return await send(endpoint, docs)
        except Unreachable:
            return []

    monkeypatch.setattr(CouchEndpoint, "bulk_docs", hopeful)
    assert "says that all is sent" in broken_law(histories, 32)


def test_photos_are_forgotten(histories: Histories, monkeypatch: pytest.MonkeyPatch) -> None:
    """The text goes up without them, for ever."""
    monkeypatch.setattr(OutboxTable, "add", lambda *_: None)
    assert " photo" in broken_law(histories)


def test_marks_that_go_by_document(histories: Histories, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was edited while it was sent counts as sent."""

    def forgetful(documents: Documents, revisions: Any) -> None:
        keys = {key for key, _ in revisions}
        unmark(documents, [(k, rev) for k in keys for rev in documents.marked().get(k, ())])

    unmark = Documents.unmark
    monkeypatch.setattr(Documents, "unmark", forgetful)
    assert broken_law(histories, 8) != "none"
