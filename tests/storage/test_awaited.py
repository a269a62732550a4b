"""Which reports wait for an address: written with them, and carried with them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from civictui.domain.model import AddressSource, Doc, Draft, GeoPoint, Report
from civictui.storage.rescue import take_in, unsent_work
from civictui.storage.store import StoreTables
from tests.storage.replicas import meet
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
    assert again.awaited.all() == ["r1"]
    again.close()


def test_what_could_not_be_saved_waits_for_nothing(
    store: StoreTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise KeyError("killed here")

    monkeypatch.setattr(store.documents, "write", fails)
    with pytest.raises(KeyError):
        store.submit(PENDING, "")
    assert store.awaited.all() == []


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
    assert store.awaited.all() == ["r1"]
    assert store.fill_address("r1", HERE, "7 Main St", "asha")


def test_an_edit_that_is_being_written_puts_it_off(store: StoreTables) -> None:
    store.submit(PENDING, "")
    base = store.document("r1")["_rev"]
    store.save_draft(Draft(id="d", report="r1", base=base, description="Lamp out, two"))
    assert store.awaited.all() == []
    assert not store.fill_address("r1", HERE, "7 Main St", "asha")
    store.discard_draft("d")
    assert store.awaited.all() == ["r1"]


def test_a_remark_that_is_being_written_does_not(store: StoreTables) -> None:
    store.submit(PENDING, "")
    store.save_draft(Draft(id="d", report="r1", description="Still dark"))
    assert store.awaited.all() == ["r1"]


def test_unsent_work_that_is_brought_elsewhere_waits_there(
    store: StoreTables, tmp_path: Path
) -> None:
    store.submit(PENDING, "")
    other = new_store(tmp_path / "other")
    take_in(other, unsent_work(store), store.blobs.get_or_none)
    assert other.awaited.all() == ["r1"]
    other.close()


def test_whatever_lies_there_is_no_crash(store: StoreTables) -> None:
    store.put_secret("awaited addresses", ["gone", 7])
    assert store.awaited.all() == ["gone"]
    assert not store.fill_address("gone", HERE, "x", "asha")
    assert store.awaited.all() == []


@pytest.fixture
def pair(store: StoreTables, tmp_path: Path) -> Iterator[tuple[StoreTables, StoreTables]]:
    """Two terminals that both have the report; the first one is to ask."""
    other = new_store(tmp_path / "other")
    store.submit(PENDING, "")
    meet(store, other)
    yield store, other
    other.close()


def changed(store: StoreTables, **fields: object) -> None:
    doc = store.document("r1")
    report = replace(Report.from_doc(doc), **fields)  # type: ignore[arg-type]
    store.edit(report, doc["_rev"], "", "asha")


def settled(pair: tuple[StoreTables, StoreTables]) -> None:
    """Both meet until neither has anything new, and nobody is asked."""
    for _ in range(2):
        meet(*pair)
        for store in pair:
            store.merge()
    meet(*pair)
    assert [store.conflicts() for store in pair] == [[], []]
    assert pair[0].documents.leaves("r1") == pair[1].documents.leaves("r1")


@pytest.mark.parametrize("answer", ["7 Main St", ""])
def test_what_was_typed_elsewhere_meanwhile_holds(
    pair: tuple[StoreTables, StoreTables], answer: str
) -> None:
    one, other = pair
    changed(other, address="By the mill", address_source=AddressSource.TYPED)
    assert one.fill_address("r1", HERE, answer, "asha")
    settled(pair)
    for store in pair:
        doc = store.document("r1")
        assert (doc["address"], doc["addressSource"]) == ("By the mill", "typed")


def test_a_place_that_was_moved_elsewhere_meanwhile_waits_for_its_own(
    pair: tuple[StoreTables, StoreTables],
) -> None:
    one, other = pair
    changed(other, point=GeoPoint(1.5, 2.5))
    assert one.fill_address("r1", HERE, "7 Main St", "asha")
    settled(pair)
    assert "address" not in one.document("r1")
    assert one.awaited.all() == ["r1"]
    assert one.fill_address("r1", GeoPoint(1.5, 2.5), "9 Elm St", "asha")
    settled(pair)
    assert other.document("r1")["address"] == "9 Elm St"


def test_whoever_merges_it_the_one_who_asked_asks_again(
    pair: tuple[StoreTables, StoreTables],
) -> None:
    one, other = pair
    changed(other, point=GeoPoint(1.5, 2.5))
    assert one.fill_address("r1", HERE, "7 Main St", "asha")
    assert one.awaited.all() == []
    meet(*pair)
    other.merge()
    leaves = [("r1", rev) for rev, _ in other.documents.leaves("r1")]
    assert one.take_in([doc for doc in other.documents.bulk_get(leaves) if doc]) == []
    assert one.awaited.all() == ["r1"]


def test_a_withdrawal_meets_an_answer_and_nobody_is_asked(
    pair: tuple[StoreTables, StoreTables],
) -> None:
    one, other = pair
    other.withdraw("r1", "asha")
    assert one.fill_address("r1", HERE, "7 Main St", "asha")
    settled(pair)
    for store in pair:
        assert store.count() == 0
        assert [version.id for version in store.gone()] == ["r1"]


def test_a_withdrawal_meets_a_persons_edit_and_it_is_asked(
    pair: tuple[StoreTables, StoreTables],
) -> None:
    one, other = pair
    other.withdraw("r1", "asha")
    assert one.fill_address("r1", HERE, "7 Main St", "asha")
    changed(one, description="Two lamps")
    meet(*pair)
    assert one.merge() == 0
    assert one.conflicts() == ["r1"]


def test_a_form_that_was_open_all_the_while_holds(store: StoreTables) -> None:
    store.submit(PENDING, "")
    doc = store.document("r1")
    store.keep_version("r1", doc["_rev"])
    assert store.fill_address("r1", HERE, "7 Main St", "asha")
    moved = replace(Report.from_doc(doc), point=GeoPoint(1.5, 2.5))
    store.edit(moved, doc["_rev"], "", "asha")
    assert store.conflicts() == []
    assert "address" not in store.document("r1")
    assert store.awaited.all() == ["r1"]


def test_what_comes_back_from_a_withdrawal_waits_again(store: StoreTables) -> None:
    store.submit(PENDING, "")
    rev = store.document("r1")["_rev"]
    store.withdraw("r1", "asha")
    assert not store.fill_address("r1", HERE, "", "asha")
    store.restore("r1", rev, "asha")
    assert store.awaited.all() == ["r1"]
