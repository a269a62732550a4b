"""Unsent work goes from one store of a user into another, once."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from civictui.domain.errors import StoreError
from civictui.domain.model import Draft, Rescued
from civictui.storage.rescue import take_in, unsent_work
from civictui.storage.store import StoreTables
from tests.storage.stores import PHOTO, PICTURES, acknowledge_all, new_store, send_all, submit

Opened = Callable[[str], StoreTables]


def carry(source: StoreTables, target: StoreTables) -> Rescued:
    """As a store that was set aside is taken up."""
    return take_in(target, unsent_work(source), source.blobs.get_or_none)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Opens a new store under a name."""
    stores: list[StoreTables] = []

    def open_store(name: str) -> StoreTables:
        stores.append(new_store(tmp_path / name))
        return stores[-1]

    yield open_store
    for tables in stores:
        tables.close()


@pytest.fixture
def source(opened: Opened) -> StoreTables:
    return opened("source")


@pytest.fixture
def target(opened: Opened) -> StoreTables:
    return opened("target")


def test_a_report_its_photo_and_a_draft_are_carried_and_marked_as_they_were(
    source: StoreTables, target: StoreTables
) -> None:
    submit(source)
    source.save_draft(Draft(id="d1", description="half", photos=(PHOTO,), saved_at="2026-01-01"))
    assert carry(source, target) == Rescued(reports=1, photos=1, drafts=1)
    assert target.documents.marked() == source.documents.marked()
    assert target.documents.leaves("r1") == source.documents.leaves("r1")
    assert [job.key for job in target.outbox.jobs()] == ["small.jpg", "large.jpg"]
    assert target.drafts() == source.drafts()
    assert {name: target.blobs.get(name) for name in PICTURES} == PICTURES
    assert target.unsent().reports == source.unsent().reports == 1


def test_carrying_twice_adds_nothing(source: StoreTables, target: StoreTables) -> None:
    submit(source)
    source.save_draft(Draft(id="d1", description="half", saved_at="2026-01-01"))
    carry(source, target)
    before = target.unsent()
    assert carry(source, target).nothing
    assert (target.unsent(), target.unsent().sequence) == (before, before.sequence)


def test_what_was_sent_in_between_is_not_queued_again(
    source: StoreTables, target: StoreTables
) -> None:
    submit(source)
    carry(source, target)
    send_all(target)
    assert carry(source, target).nothing
    assert target.unsent().nothing


def test_a_photo_is_carried_whose_report_the_server_has_already(
    source: StoreTables, target: StoreTables
) -> None:
    submit(source)
    acknowledge_all(source)
    assert carry(source, target) == Rescued(reports=0, photos=1)
    assert target.unsent().photos == 1
    assert target.blobs.get("large.jpg") == PICTURES["large.jpg"]
    for job in target.outbox.jobs():
        target.outbox.done(job)
    assert carry(source, target).nothing


def test_a_later_report_with_an_equal_photo_queues_it_again(
    source: StoreTables, target: StoreTables
) -> None:
    submit(source, "r1")
    carry(source, target)
    send_all(target)
    submit(source, "r2")
    assert carry(source, target) == Rescued(reports=1, photos=1)
    assert {report for job in target.outbox.jobs() for report in job.reports} == {"r1", "r2"}


def test_a_report_that_waits_here_too_keeps_one_job(
    source: StoreTables, target: StoreTables
) -> None:
    submit(source, "r1")
    submit(target, "r2")
    assert carry(source, target) == Rescued(reports=1, photos=0)
    assert [set(job.reports) for job in target.outbox.jobs()] == [{"r1", "r2"}] * 2


def test_several_revisions_keep_their_history_and_their_marks(
    source: StoreTables, target: StoreTables
) -> None:
    first = source.documents.write("r1", {"type": "report", "problemDescription": "one"})
    source.documents.write("r1", {"type": "report", "problemDescription": "two"}, first)
    other = source.documents.write("r1", {"type": "report", "problemDescription": "three"}, first)
    source.documents.mark("r1", other)
    assert carry(source, target).reports == 1
    assert set(target.documents.marked()["r1"]) == set(source.documents.marked()["r1"])
    wanted = [("r1", rev) for rev in source.documents.marked()["r1"]]
    assert target.documents.bulk_get(wanted) == source.documents.bulk_get(wanted)


def test_an_edit_of_a_report_known_here_becomes_its_next_revision(
    source: StoreTables, target: StoreTables
) -> None:
    submit(source, photo=False)
    carry(source, target)
    send_all(source)
    send_all(target)
    known = source.documents.leaves("r1")[0][0]
    source.documents.write("r1", {"type": "report", "problemDescription": "closed"}, known)
    assert carry(source, target) == Rescued(reports=1)
    assert target.documents.leaves("r1") == source.documents.leaves("r1")
    assert len(target.documents.leaves("r1")) == 1


def test_what_the_server_has_is_left_where_it_is(source: StoreTables, target: StoreTables) -> None:
    submit(source)
    send_all(source)
    assert carry(source, target).nothing
    assert target.count() == 0


@pytest.mark.parametrize(("here", "taken"), [("2026-01-01", 1), ("2026-01-02", 0), ("2026-02", 0)])
def test_the_later_draft_stays(
    source: StoreTables, target: StoreTables, here: str, taken: int
) -> None:
    source.save_draft(Draft(id="d1", description="theirs", saved_at="2026-01-02"))
    target.save_draft(Draft(id="d1", description="ours", saved_at=here))
    assert carry(source, target).drafts == taken
    (draft,) = target.drafts()
    assert draft.description == ("theirs" if taken else "ours")


def test_a_draft_that_became_a_report_here_does_not_come_back(
    source: StoreTables, target: StoreTables
) -> None:
    source.save_draft(Draft(id="r1", description="half", saved_at="2026-01-02"))
    submit(target)
    assert carry(source, target).nothing
    assert target.drafts() == []


def test_a_picture_that_is_gone_does_not_keep_its_report_behind(
    source: StoreTables, target: StoreTables
) -> None:
    submit(source)
    source.blobs.remove("large.jpg")
    assert carry(source, target).reports == 1
    assert [job.key for job in target.outbox.jobs()] == ["small.jpg"]


def test_an_upload_begun_elsewhere_is_begun_anew(source: StoreTables, target: StoreTables) -> None:
    submit(source)
    for job in source.outbox.jobs():
        source.outbox.update(replace(job, location="/v1/uploads/1", error="refused"))
    carry(source, target)
    assert {(job.location, job.error) for job in target.outbox.jobs()} == {("", "")}


def test_what_cannot_be_taken_in_whole_is_not_taken_in_at_all(
    source: StoreTables, target: StoreTables
) -> None:
    submit(source, "r1")
    submit(source, "r2")
    work = unsent_work(source)
    broken = replace(work, docs=(*work.docs, {"_id": "_bad", "_rev": "1-a", "_revisions": {}}))
    with pytest.raises(StoreError, match="could not be taken in"):
        take_in(target, broken, source.blobs.get)
    assert target.unsent().nothing
    assert target.count() == 0


def test_the_stores_own_second_copies_are_believed_whatever_was_brought_before(
    source: StoreTables, target: StoreTables
) -> None:
    submit(source)
    carry(source, target)
    own = replace(unsent_work(target), from_elsewhere=False)
    for job in target.outbox.jobs():
        target.outbox.done(job)
    assert take_in(target, own, target.blobs.get) == Rescued(photos=1)


def test_second_copies_leave_no_trace_in_the_log(source: StoreTables) -> None:
    submit(source)
    before = source.unsent().sequence
    own = replace(unsent_work(source), from_elsewhere=False)
    assert take_in(source, own, source.blobs.get).nothing
    assert source.unsent().sequence == before


def test_no_address_of_an_upload_is_believed_that_comes_from_elsewhere(
    source: StoreTables, target: StoreTables
) -> None:
    submit(source)
    work = unsent_work(source)
    located = [replace(job, location="http://h/steal", error="no") for job in work.jobs]
    take_in(target, replace(work, jobs=tuple(located)), source.blobs.get)
    assert [(job.location, job.error) for job in target.outbox.jobs()] == [("", "")] * 2


def test_the_stores_own_second_copy_goes_on_where_an_upload_stopped(source: StoreTables) -> None:
    submit(source)
    work = unsent_work(source)
    begun = tuple(replace(job, location="/v1/uploads/a") for job in work.jobs)
    for job in source.outbox.jobs():
        source.outbox.done(job)
    take_in(source, replace(work, jobs=begun, from_elsewhere=False), source.blobs.get)
    assert {job.location for job in source.outbox.jobs()} == {"/v1/uploads/a"}


def test_a_picture_that_is_here_is_not_replaced_by_one_of_the_same_name(
    source: StoreTables, target: StoreTables
) -> None:
    submit(source, "r1")
    submit(target, "r2")
    take_in(target, unsent_work(source), lambda key: b"another")
    assert {name: target.blobs.get(name) for name in PICTURES} == PICTURES
    assert {report for job in target.outbox.jobs() for report in job.reports} == {"r2"}
