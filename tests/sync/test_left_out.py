"""One document that cannot be taken in keeps no other back, and the history says so once."""

from collections.abc import Sequence
from typing import Any

import pytest

from civictui.codec import encode
from civictui.couchdb.answers import DOCUMENT_BYTES, read_changes, read_documents
from civictui.domain.errors import AnswerTooLarge, GatewayError
from civictui.domain.model import Doc
from civictui.domain.ports import Changes, WriteFailure
from civictui.sync.replicator import Batch, Replicator
from tests.couchdb.test_endpoint import couchdb
from tests.site import Terminal
from tests.sync.memory import MemoryEndpoint
from tests.sync.scripted import Scripted
from tests.sync.test_replicator import between
from tests.sync.test_rounds import Remote, Walk, terminal

__all__ = ["terminal"]


def got(**result: Any) -> bytes:
    return encode({"results": [{"id": "a", "docs": [result]}]})


# --- what an answer is ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        {"id": "a", "rev": "1-a", "error": "not_found", "reason": "missing"},
        {"status": 404, "name": "not_found", "message": "missing", "error": True},
        "not_found",
        "missing",
        "deleted",
    ],
)
def test_what_is_absent_is_left_out(error: Any) -> None:
    assert read_documents(got(error=error)) == []


@pytest.mark.parametrize(
    "error", [{"error": "timeout", "reason": "busy"}, "internal", True, 500, {}]
)
def test_any_other_error_may_pass_and_is_no_answer(error: Any) -> None:
    with pytest.raises(GatewayError):
        read_documents(got(error=error))


async def test_a_passing_error_is_raised_before_the_checkpoint() -> None:
    source, target = MemoryEndpoint("a"), MemoryEndpoint("b")
    source.make("one", {}, source.make("one", {"n": 1}))

    async def bulk_get(wanted: Sequence[tuple[str, str]]) -> list[Doc]:
        return read_documents(got(error={"error": "timeout"}))

    source.bulk_get = bulk_get  # type: ignore[method-assign]
    with pytest.raises(GatewayError):
        await between(source, target).run()
    assert not target.locals


def test_a_document_that_is_too_long_is_left_out() -> None:
    doc = {"_id": "a", "_rev": "1-a", "text": "x" * DOCUMENT_BYTES}
    assert read_documents(got(ok=doc)) == []
    row = {"seq": 1, "id": "a", "changes": [{"rev": "1-a"}], "doc": doc}
    assert read_changes(encode({"results": [row], "last_seq": 1})).rows[0].doc is None


@pytest.mark.parametrize("pending", ["-1000", "1" + "0" * 30, "true", '"x"', "1.5"])
def test_a_strange_count_of_what_is_pending_is_none(pending: str) -> None:
    page = f'{{"results": [], "last_seq": 1, "pending": {pending}}}'
    assert read_changes(page.encode()).pending is None


async def test_what_was_not_asked_for_is_no_answer() -> None:
    other = (200, {"results": [{"id": "a", "docs": [{"ok": {"_id": "b", "_rev": "1-a"}}]}]})
    for key, rev in (("a", "1-a"), ("b", "1-b")):
        with pytest.raises(GatewayError):
            await couchdb(Scripted([other])).bulk_get([(key, rev)])
    row = {"seq": 1, "id": "a", "changes": [], "doc": {"_id": "b", "_rev": "1-a"}}
    with pytest.raises(GatewayError):
        read_changes(encode({"results": [row], "last_seq": 1}))


async def test_more_rows_than_were_asked_for_are_no_answer() -> None:
    rows = [{"seq": n, "id": f"r{n}", "changes": []} for n in range(3)]
    page = (200, {"results": rows, "last_seq": 3})
    assert len((await couchdb(Scripted([page])).changes(0, limit=3)).rows) == 3
    with pytest.raises(GatewayError):
        await couchdb(Scripted([page])).changes(0, limit=2)


# --- what becomes of it -----------------------------------------------------------------------


async def test_of_what_is_taken_and_what_is_refused_each_counts_for_itself() -> None:
    source, target = MemoryEndpoint("a"), MemoryEndpoint("b")
    first = source.make("r", {})
    taken, refused = (source.make("r", {"n": n}, first) for n in range(2))
    other = source.make("s", {})
    told: list[Batch] = []

    async def bulk_docs(docs: Sequence[Doc]) -> list[WriteFailure]:
        return [WriteFailure("r", refused, "forbidden", "no"), WriteFailure("s", "", "busy", "")]

    async def keep(batch: Batch) -> None:
        told.append(batch)

    target.bulk_docs = bulk_docs  # type: ignore[method-assign]
    await Replicator(source, target, keep).run()
    (batch,) = told
    assert batch.written == [("r", taken)]
    assert [(failure.id, failure.rev) for failure in batch.failures] == [
        ("r", refused),
        ("s", other),
    ]


class Partly(Remote):
    """Does not give one document, and another is none that a store takes."""

    async def changes(self, since: Any, **options: Any) -> Changes:
        page = await super().changes(since, **options)
        for row in page.rows:
            if row.doc is not None and row.id in {"r001", "r002"}:
                row.doc["_rev"] = "of another revision"
        return page

    async def bulk_get(self, wanted: Sequence[tuple[str, str]]) -> list[Doc]:
        found = await super().bulk_get([pair for pair in wanted if pair[0] != "r001"])
        return [{**doc, "_revisions": {"start": 1, "ids": [5]}} for doc in found]


async def test_the_history_names_what_was_left_out_once(terminal: Terminal) -> None:
    remote = Partly(5)
    walk = Walk(terminal, remote)
    await walk.round.run()
    assert await terminal.store.reader.count() == 3
    (note,) = [note for note in await terminal.store.journal.notes() if note.words]
    assert "2 documents of the server could not be taken in" in note.words
    assert "r001" in note.words
    assert "r002" in note.words
    await Walk(terminal, remote, "t").round.run()
    remote.make("late", {"type": "report"})
    await walk.round.run()
    assert sum(bool(note.words) for note in await terminal.store.journal.notes()) == 1


async def test_a_single_row_that_is_too_large_comes_without_its_document() -> None:
    class Huge(MemoryEndpoint):
        async def changes(self, since: Any, **options: Any) -> Changes:
            if options.get("include_docs"):
                raise AnswerTooLarge("16 MB")
            return await super().changes(since, **options)

        async def bulk_get(self, wanted: Sequence[tuple[str, str]]) -> list[Doc]:
            return await super().bulk_get([pair for pair in wanted if pair[0] != "huge"])

    source, target = Huge("a"), MemoryEndpoint("b")
    source.make("huge", {})
    source.make("one", {})
    assert await between(source, target).run() == 1
    assert set(target.trees) == {"one"}
