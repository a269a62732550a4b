"""Map tiles that were packed: sealed, found again, let go of."""

from pathlib import Path

import pytest

from civictui.domain.errors import StoreError
from civictui.storage.thread import StoreThread
from civictui.storage.tile_files import StoreTiles, TileFiles

KEY, STORE = bytes(range(32)), b"s" * 16
SAID = b"Van Ness Avenue" * 9


@pytest.fixture
def files(tmp_path: Path) -> TileFiles:
    return TileFiles(tmp_path / "tile", KEY, STORE)


def test_a_tile_comes_back_and_nothing_of_it_is_readable(files: TileFiles, tmp_path: Path) -> None:
    files.put("city/1/14/2620/6332", SAID)
    files.put("city/1/14/0/0", b"")
    assert files.get("city/1/14/2620/6332") == SAID
    assert files.get("city/1/14/0/0") == b""
    assert files.get("city/1/14/1/1") is None
    found = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(found) == 2
    for path in found:
        assert b"Van Ness" not in path.read_bytes()
        assert "2620" not in str(path.relative_to(tmp_path))


def test_sizes_are_of_those_that_are_here(files: TileFiles) -> None:
    files.put("a", SAID)
    files.put("b", b"")
    assert files.sizes(["a", "b", "c"]) == {"a": len(SAID), "b": 0}


def test_others_than_those_to_be_kept_go(files: TileFiles) -> None:
    for key in "abc":
        files.put(key, SAID)
    files.keep(["b"])
    assert files.sizes(list("abc")) == {"b": len(SAID)}


def test_a_damaged_tile_counts_as_absent(files: TileFiles, tmp_path: Path) -> None:
    files.put("a", SAID)
    (path,) = (path for path in tmp_path.rglob("*") if path.is_file())
    path.write_bytes(path.read_bytes()[:-1])
    assert files.get("a") is None
    assert files.sizes(["a"]) == {}


def test_a_thread_that_draws_reads_while_the_store_is_open(files: TileFiles) -> None:
    thread = StoreThread()
    files.put("a", SAID)
    tiles = StoreTiles(files, thread)
    assert tiles.read("a") == SAID
    thread.close()
    assert tiles.read("a") is None
    with pytest.raises(StoreError):
        thread.wait(files.get, "a")
