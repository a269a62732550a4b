"""Which reports wait for an address: written with them, and carried with them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from civictui.domain.model import AddressSource, Doc, Draft, GeoPoint, Report
from civictui.storage.rescue import take_in, unsent_work
from civictui.storage.store import StoreTables
from tests.storage.stores import Flat, new_store, send_all

HERE = GeoPoint(1.0, 2.0)
PENDING = Report(
    id="r1",
    description="Lamp out",
    reported_by="asha",
    point=HERE,
    address_source=AddressSource.PENDING,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StoreTables]:
    opened = new_store(tmp_path / "store")
    yield opened
    opened.close()


def test_it_is_remembered_with_the_report_and_after_opening(tmp_path: Path) -> None:
    key = bytearray(range(32))
    store = new_store(tmp_path / "again", bytearray(key))
    store.submit(PENDING, "")
    store.submit(Report(id="r2", description="Bench", point=HERE), "")
    store.close()
    again = StoreTables(store.folder, key, b"again".ljust(16), Flat())
    assert again.awaiting_address() == ["r1"]
    again.close()


def test_what_could_not_be_saved_waits_for_nothing(
    store: StoreTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise KeyError("killed here")

    monkeypatch.setattr(store.documents, "write", fails)
    with pytest.raises(KeyError):
        store.submit(PENDING, "")
    assert store.awaiting_address() == []


def test_it_is_filled_once_as_an_edit_that_is_sent(store: StoreTables) -> None:
    store.submit(PENDING, "")
    send_all(store)
    assert store.fill_address("r1", HERE, "7 Main St", "asha")
    assert not store.fill_address("r1", HERE, "9 Main St", "asha")
    doc: Doc = store.document("r1")
    assert (doc["address"], doc["addressSource"]) == ("7 Main St", "geocoder")
    assert doc["edited"]["by"] == "asha"
    assert store.unsent().reports == 1
    assert store.spares.has("r1")


@pytest.mark.parametrize("where", ["write", "drop"])
def test_a_crash_inside_leaves_it_whole(
    store: StoreTables, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    store.submit(PENDING, "")

    def fails(*_: object) -> None:
        raise KeyError("killed here")

    with monkeypatch.context() as broken:
        target = store.documents if where == "write" else store.awaited
        broken.setattr(target, "write" if where == "write" else "_drop", fails)
        with pytest.raises(KeyError):
            store.fill_address("r1", HERE, "7 Main St", "asha")
    assert "address" not in store.document("r1")
    assert store.awaiting_address() == ["r1"]
    assert store.fill_address("r1", HERE, "7 Main St", "asha")


def test_an_edit_that_is_being_written_puts_it_off(store: StoreTables) -> None:
    store.submit(PENDING, "")
    base = store.document("r1")["_rev"]
    store.save_draft(Draft(id="d", report="r1", base=base, description="Lamp out, two"))
    assert store.awaiting_address() == []
    assert not store.fill_address("r1", HERE, "7 Main St", "asha")
    store.discard_draft("d")
    assert store.awaiting_address() == ["r1"]


def test_a_remark_that_is_being_written_does_not(store: StoreTables) -> None:
    store.submit(PENDING, "")
    store.save_draft(Draft(id="d", report="r1", description="Still dark"))
    assert store.awaiting_address() == ["r1"]


def test_unsent_work_that_is_brought_elsewhere_waits_there(
    store: StoreTables, tmp_path: Path
) -> None:
    store.submit(PENDING, "")
    other = new_store(tmp_path / "other")
    take_in(other, unsent_work(store), store.blobs.get_or_none)
    assert other.awaiting_address() == ["r1"]
    other.close()


def test_whatever_lies_there_is_no_crash(store: StoreTables) -> None:
    store.put_secret("awaited addresses", ["gone", 7])
    assert store.awaiting_address() == ["gone"]
    assert not store.fill_address("gone", HERE, "x", "asha")
    assert store.awaiting_address() == []
