"""The data folder: made once, private, opened with its own key alone, by one process."""

import stat
from pathlib import Path

import pytest

from civictui.domain.errors import StoreBusy, StoreDamaged
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.sealed import SealedFile, Shelf
from tests.conftest import MovableClock


def open_at(path: Path) -> GatewayFolder:
    return GatewayFolder.open(path, 1_777_777_777)


def test_it_is_made_on_first_use_and_stays_the_same(tmp_path: Path) -> None:
    first = open_at(tmp_path / "data")
    again = GatewayFolder.open(tmp_path / "data", 5)
    assert first.id == again.id
    assert first.made == again.made == 1_777_777_777
    assert first.key("accounts") == again.key("accounts")
    assert first.key("accounts") != first.key("sessions")
    assert open_at(tmp_path / "other").id != first.id


def test_nobody_else_may_read_it(folder: GatewayFolder) -> None:
    for path in [folder.path, *folder.path.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)
    assert len((folder.path / "gateway.key").read_bytes()) == 32


def test_a_lost_key_is_not_replaced(tmp_path: Path) -> None:
    kept = open_at(tmp_path).path / "gateway.key"
    key = kept.read_bytes()
    kept.unlink()
    with pytest.raises(StoreDamaged, match="is gone"):
        open_at(tmp_path)
    assert not kept.exists()
    kept.write_bytes(key)
    open_at(tmp_path)


@pytest.mark.parametrize("key", [b"", bytes(31), bytes(32)])
def test_another_key_opens_nothing(tmp_path: Path, key: bytes) -> None:
    (open_at(tmp_path).path / "gateway.key").write_bytes(key)
    with pytest.raises(StoreDamaged):
        open_at(tmp_path)


def test_one_process_at_a_time(folder: GatewayFolder) -> None:
    with (
        folder.alone(),
        pytest.raises(StoreBusy, match="Another gateway"),
        open_at(folder.path).alone(),
    ):
        pass
    with folder.alone():  # let go at the end
        pass


def test_a_sealed_file_belongs_to_its_place(tmp_path: Path) -> None:
    path, key = tmp_path / "file", bytes(32)
    file = SealedFile(path, key, b"purpose")
    assert file.read() is None
    file.write({"a": 1})
    assert file.read() == {"a": 1}
    for other in (SealedFile(path, key, b"other"), SealedFile(path, b"k" * 32, b"purpose")):
        with pytest.raises(StoreDamaged):
            other.read()


def test_every_flipped_bit_of_a_sealed_file_is_noticed(tmp_path: Path) -> None:
    file = SealedFile(tmp_path / "file", bytes(32), b"purpose")
    file.write({"a": 1})
    whole = file.path.read_bytes()
    for bit in range(len(whole) * 8):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        file.path.write_bytes(flipped)
        with pytest.raises(StoreDamaged):
            file.read()


def test_documents_on_a_shelf_cannot_change_places(tmp_path: Path, clock: MovableClock) -> None:
    shelf = Shelf(tmp_path, bytes(32), "session")
    shelf.put("one", {"n": 1})
    shelf.put("two", {"n": 2})
    one, two = shelf.file("one").path, shelf.file("two").path
    content = one.read_bytes()
    one.write_bytes(two.read_bytes())
    assert shelf.get("one") is None
    assert [document for _, document in shelf.readable()] == [{"n": 2}]
    one.write_bytes(content)
    assert shelf.get("one") == {"n": 1}
    shelf.remove("one")
    assert shelf.get("one") is None
