"""Earlier versions: kept for 90 days of the server's time, and no longer."""

from pathlib import Path

from civictui.domain.model import SyncNote
from civictui.storage.journal import NOTES
from civictui.storage.store import StoreTables
from tests.conftest import MovableClock
from tests.storage.stores import Flat, new_store, submit

DAY = 24 * 3600.0


def opened(folder: Path, clock: MovableClock) -> StoreTables:
    return StoreTables(folder, bytearray(32), folder.name.encode().ljust(16), Flat(), clock=clock)


def test_versions_are_kept_for_ninety_days(tmp_path: Path, clock: MovableClock) -> None:
    folder = tmp_path / "store"
    new_store(folder, bytearray(32)).close()
    store = opened(folder, clock)
    submit(store, "first", photo=False)
    store.withdraw("first", "asha")
    store.tidy()
    clock.move(80 * DAY)
    submit(store, "second", photo=False)
    store.withdraw("second", "asha")
    store.close()

    clock.move(9 * DAY)
    store = opened(folder, clock)
    store.tidy()
    assert len(store.versions("first")) == 1
    clock.move(2 * DAY)
    store.tidy()  # once for each opening
    assert len(store.versions("first")) == 1
    store.close()

    store = opened(folder, clock)
    store.tidy()
    assert store.versions("first") == []
    assert len(store.versions("second")) == 1
    store.close()


def test_a_clock_that_was_wrong_takes_nothing(tmp_path: Path, clock: MovableClock) -> None:
    folder = tmp_path / "store"
    new_store(folder, bytearray(32)).close()
    store = opened(folder, clock)
    submit(store, "first", photo=False)
    store.withdraw("first", "asha")
    store.close()
    clock.move(20 * 365 * DAY)  # the battery was dead, and now there is a network
    store = opened(folder, clock)
    store.tidy()
    assert len(store.versions("first")) == 1
    store.close()


def test_the_servers_clock_counts(tmp_path: Path, clock: MovableClock) -> None:
    folder = tmp_path / "store"
    new_store(folder, bytearray(32)).close()
    store = opened(folder, clock)
    store.put_secret("clock offset", -100.0)
    assert store.now() == "2026-05-04T11:58:20.000Z"
    for nonsense in (1e18, "soon", None, True, float("1e400")):
        if nonsense != float("inf"):
            store.put_secret("clock offset", nonsense)
        assert store.now() == "2026-05-04T12:00:00.000Z"
    store.close()


def test_what_went_last_comes_first(tmp_path: Path, clock: MovableClock) -> None:
    folder = tmp_path / "store"
    new_store(folder, bytearray(32)).close()
    store = opened(folder, clock)
    for key in ("a", "b"):
        submit(store, key, photo=False)
    for key in ("b", "a"):
        store.withdraw(key, "asha")
        clock.move(60)
    assert [version.id for version in store.gone()] == ["a", "b"]
    store.restore("a", store.gone()[0].rev, "asha")
    clock.move(60)
    store.withdraw("a", "asha")
    store.restore("b", store.gone()[1].rev, "asha")
    clock.move(60)
    store.withdraw("b", "asha")
    assert [version.id for version in store.gone()] == ["b", "a"]
    store.close()


def test_ids_with_slashes_do_not_mix(tmp_path: Path) -> None:
    store = new_store(tmp_path / "store")
    for key in ("a", "a/b"):
        submit(store, key, photo=False)
        store.withdraw(key, "asha")
    assert len(store.versions("a")) == 1
    store.close()


def test_the_journal_keeps_its_last_lines(tmp_path: Path) -> None:
    store = new_store(tmp_path / "store")
    for number in range(NOTES + 5):
        store.journal.note(SyncNote(at="2026-05-04T12:00:00.000Z", pushed=number))
    notes = store.journal.notes()
    assert len(notes) == NOTES
    assert (notes[0].pushed, notes[-1].pushed) == (NOTES + 4, 5)
    store.close()
