"""Second copies of what is unsent: there while it waits, gone when it is confirmed."""

import os
from pathlib import Path

import pytest

from civictui.domain.errors import StoreError, StoreFull
from civictui.domain.model import Photo, Report, Rescued
from civictui.storage.envelope import random_key
from civictui.storage.log import RecordLog
from civictui.storage.spares import AT_ONCE, SpareCopies
from civictui.storage.store import StoreTables
from tests.storage.stores import Flat, acknowledge_all, new_store, submit

STORE = bytes(range(16))


def made(folder: Path) -> StoreTables:
    key = random_key()
    RecordLog.create(folder, key, STORE).close()
    return StoreTables(folder, key, STORE, Flat())


def report(key: str, photos: tuple[Photo, ...] = ()) -> Report:
    return Report(id=key, description="Lamp out", reported_by="asha", photos=photos)


def reopened(tables: StoreTables) -> StoreTables:
    key = bytearray(tables._key)
    tables.close()
    return StoreTables(tables.folder, key, STORE, Flat())


def spare_files(tables: StoreTables) -> list[Path]:
    return sorted((tables.folder / "outbox").glob("*"))


def with_photo(tables: StoreTables, key: str) -> Photo:
    photo = Photo(large=f"{key}-large.jpg", thumbnail=f"{key}-small.jpg")
    for name in (photo.large, photo.thumbnail):
        tables.put_picture(name, os.urandom(500))
    return photo


def lose(tables: StoreTables, key: str) -> None:
    """Take a report and its jobs out of the log behind everybody's back."""
    with tables.transaction():
        tables.secrets.storage.apply([("docs", key, None)])  # type: ignore[attr-defined]
        for job in tables.outbox.jobs():
            if key in job.reports:
                tables.outbox.done(job)


def test_a_copy_lies_there_until_document_and_photos_are_confirmed(private: Path) -> None:
    tables = made(private)
    photo = with_photo(tables, "p")
    tables.submit(report("r1", photos=(photo,)), "")
    assert len(spare_files(tables)) == 1
    tables.acknowledge([("r1", rev) for rev in tables.documents.marked()["r1"]])
    assert len(spare_files(tables)) == 1
    for job in tables.outbox.jobs():
        tables.job_done(job)
    assert spare_files(tables) == []
    tables.close()


def test_what_the_log_lost_comes_back_marked_with_its_jobs(private: Path) -> None:
    tables = made(private)
    photo = with_photo(tables, "p")
    tables.submit(report("r1", photos=(photo,)), "")
    tables.submit(report("r2"), "")
    lose(tables, "r1")
    tables = reopened(tables)
    assert tables.restored == Rescued(reports=1, photos=1)
    assert set(tables.documents.marked()) == {"r1", "r2"}
    assert {job.key for job in tables.outbox.jobs()} == {photo.large, photo.thumbnail}
    tables = reopened(tables)
    assert tables.restored.nothing
    tables.close()


def test_a_copy_that_outlived_its_confirmation_brings_nothing_back(private: Path) -> None:
    tables = made(private)
    tables.submit(report("r1", photos=(with_photo(tables, "p"),)), "")
    kept = [(path, path.read_bytes()) for path in spare_files(tables)]
    tables.acknowledge([("r1", rev) for rev in tables.documents.marked()["r1"]])
    for job in tables.outbox.jobs():
        tables.job_done(job)
    for path, content in kept:
        path.write_bytes(content)
    tables = reopened(tables)
    assert tables.restored.nothing
    assert not tables.documents.marked()
    assert tables.outbox.jobs() == []
    assert spare_files(tables) == []
    tables.close()


def test_a_damaged_copy_is_set_apart_and_written_anew(private: Path) -> None:
    tables = made(private)
    tables.submit(report("r1"), "")
    (path,) = spare_files(tables)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    tables = reopened(tables)
    assert (private / "quarantine" / path.name).read_bytes() == content
    assert spare_files(tables) == [path]
    assert tables.spares.damaged() == []
    tables.close()


def test_a_copy_cannot_stand_in_for_another(private: Path) -> None:
    tables = made(private)
    tables.submit(report("r1"), "")
    tables.submit(report("r2"), "")
    one, two = spare_files(tables)
    one.write_bytes(two.read_bytes())
    spares = SpareCopies(private, tables._key, STORE)
    assert spares.damaged() == [one.name]
    tables.close()


def test_a_report_is_saved_where_its_copy_finds_no_room(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = made(private)

    def full(*_: object) -> None:
        raise StoreFull("No room")

    with monkeypatch.context() as patch:
        patch.setattr(SpareCopies, "put", full)
        tables.submit(report("r1"), "")
    assert spare_files(tables) == []
    tables = reopened(tables)
    assert len(spare_files(tables)) == 1, "written when there is room again"
    tables.close()


def test_a_copy_that_cannot_be_read_is_left_where_it_is(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of another owner after a restored backup, say: it may be whole."""
    tables = made(private)
    tables.submit(report("r1"), "")
    (path,) = spare_files(tables)

    def refused(path: Path) -> bytes:
        raise StoreError("It belongs to another user of this system")

    with monkeypatch.context() as patch:
        patch.setattr("civictui.storage.spares.read_private", refused)
        spares = SpareCopies(private, tables._key, STORE)
        assert spares.set_apart() == 0
    assert path.exists()
    tables.close()


def test_many_copies_go_a_little_at_a_time(tmp_path: Path) -> None:
    store = new_store(tmp_path / "store")
    for number in range(3 * AT_ONCE - 1):
        submit(store, f"r{number}", photo=False)
    files = store.folder / "outbox"
    acknowledge_all(store)
    assert len(list(files.iterdir())) == 2 * AT_ONCE - 1
    assert store.tidy()
    assert not store.tidy()
    assert list(files.iterdir()) == []
    store.close()


def test_a_copy_that_is_needed_again_stays(tmp_path: Path) -> None:
    store = new_store(tmp_path / "store")
    for number in range(2 * AT_ONCE):
        submit(store, f"r{number}", photo=False)
    acknowledge_all(store)
    for key in list(store.documents.ids()):
        store.documents.mark(key)
    store.keep_spares()
    assert not store.tidy()
    assert len(list((store.folder / "outbox").iterdir())) == 2 * AT_ONCE
    store.close()
