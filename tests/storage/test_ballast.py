"""Room that is kept: freed when the disk is full, taken in again when there is plenty."""

from contextlib import nullcontext
from pathlib import Path

import pytest

from civictui.domain.errors import StoreError, StoreFull
from civictui.storage import ballast
from civictui.storage.ballast import PIECE_BYTES, PIECES, Ballast
from civictui.storage.files import write_durably
from tests.storage.stores import new_store


def test_it_takes_a_mebibyte_once(private: Path) -> None:
    kept = Ballast(private)
    assert not kept.is_here
    kept.take_in()
    kept.take_in()
    sizes = [path.stat().st_size for path in (private / "ballast").iterdir()]
    assert sizes == [PIECE_BYTES] * PIECES
    assert kept.is_here


def test_a_full_disk_gets_it_back_and_the_call_is_made_again(private: Path) -> None:
    kept = Ballast(private)
    kept.take_in()
    tries: list[bool] = []

    def save(name: str) -> str:
        tries.append(kept.is_here)
        if kept.is_here:
            raise StoreFull("No room")
        return name

    assert kept.save(save, "r1") == "r1"
    assert tries == [True, False]


def test_without_ballast_a_full_disk_is_said_at_once(private: Path) -> None:
    tries: list[int] = []

    def save() -> None:
        tries.append(1)
        raise StoreFull("No room")

    with pytest.raises(StoreFull):
        Ballast(private).save(save)
    assert len(tries) == 1


def test_where_little_is_free_none_is_taken(private: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ballast, "_free_bytes", lambda _: PIECES * PIECE_BYTES)
    Ballast(private).take_in()
    assert not (private / "ballast").exists()


@pytest.mark.parametrize("link", [True, False])
def test_nothing_of_anybody_else_is_ever_thrown_out(private: Path, link: bool) -> None:
    kept = private / ("thesis" if link else "ballast")
    kept.mkdir(mode=0o700)
    for name in ("thesis.txt", "0"):
        (kept / name).write_bytes(b"x" * (PIECE_BYTES + 1))
    if link:
        (private / "ballast").symlink_to(kept)
        with pytest.raises(StoreError):
            Ballast(private).take_in()
    assert not Ballast(private).throw_out()
    assert {path.name for path in kept.iterdir()} == {"thesis.txt", "0"}


@pytest.mark.parametrize("fetched", [True, False])
def test_it_is_for_what_a_person_has_in_hand_and_not_for_what_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fetched: bool
) -> None:
    """Or thumbnails of others would have used it up when a report is to be saved."""
    store = new_store(tmp_path / "store")
    kept = Ballast(store.folder)
    kept.take_in()

    def full(path: Path, *content: bytes, what: str) -> None:
        if kept.is_here:
            raise StoreFull("No room")
        write_durably(path, *content, what=what)

    monkeypatch.setattr("civictui.storage.blobs.write_durably", full)
    with pytest.raises(StoreFull) if fetched else nullcontext():
        store.put_picture("a.jpg", b"picture", fetched=fetched)
    assert kept.is_here is fetched
    store.close()
