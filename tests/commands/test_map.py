"""`civictui map` from the command line."""

import json
import os
import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import civictui.__main__ as program
from civictui.domain.errors import MapError
from civictui.geo.maps import map_folder
from tests.geo.maps.tiles.maps import BASEMAP, WEST_VILLAGE, pmtiles, stored

NAME = "nyc-west-village.mbtiles"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "home"


def run(folder: Path, *words: str) -> int:
    return program.main(["--data-dir", str(folder), "map", *words])


def answer(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_a_map_is_added_listed_and_removed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "add", str(WEST_VILLAGE), "--json") == 0
    added = answer(capsys)
    assert added == {
        "name": NAME,
        "bytes": WEST_VILLAGE.stat().st_size,
        "bounds": [-74.01369, 40.73302, -73.9996, 40.73969],
        "zooms": [8, 14],
        "attribution": "© OpenStreetMap contributors",
    }
    assert (folder / "maps" / NAME).read_bytes() == WEST_VILLAGE.read_bytes()
    assert stat.S_IMODE((folder / "maps").stat().st_mode) == 0o700
    assert run(folder, "list", "--json") == 0
    assert answer(capsys) == [added]
    assert run(folder, "list") == 0
    assert capsys.readouterr().out.startswith(f"{NAME}\t0.1 MB\t40.7330,-74.0137 to")
    assert run(folder, "remove", "nyc-west-village") == 0
    assert "removed" in capsys.readouterr().out
    assert run(folder, "list", "--json") == 0
    assert answer(capsys) == []


def test_a_pmtiles_gets_its_own_ending(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = pmtiles(tmp_path / "village.map", stored(WEST_VILLAGE))
    assert run(folder, "add", str(made), "--json") == 0
    assert answer(capsys)["name"] == "village.pmtiles"


@pytest.mark.parametrize("path", sorted((BASEMAP / "bad").iterdir()), ids=lambda path: path.name)
def test_what_is_no_map_is_refused_in_words(
    folder: Path, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "add", str(path)) == MapError.exit_code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert not (folder / "maps").exists()


def test_a_folder_or_nothing_is_no_map(folder: Path, tmp_path: Path) -> None:
    assert run(folder, "add", str(tmp_path)) == MapError.exit_code
    assert run(folder, "add", str(tmp_path / "none")) == MapError.exit_code


def test_a_pipe_is_not_waited_for(folder: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mbtiles")
    assert run(folder, "add", str(tmp_path / "pipe.mbtiles")) == MapError.exit_code


def test_one_name_is_one_map(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, "add", str(WEST_VILLAGE)) == 0
    assert run(folder, "add", str(WEST_VILLAGE)) == MapError.exit_code
    assert "already" in capsys.readouterr().err


@pytest.mark.parametrize("name", [".hidden", "-n", "a\x1b[31m", "two\nlines", "a\u202eb"])
def test_a_name_that_could_do_harm_is_refused(folder: Path, tmp_path: Path, name: str) -> None:
    source = tmp_path / f"{name}.mbtiles"
    shutil.copy(WEST_VILLAGE, source)
    with pytest.raises(MapError, match="no name"):
        map_folder.add(folder, source)


def test_what_is_not_there_cannot_be_removed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "remove", "../u") == MapError.exit_code
    assert "Maps: none" in capsys.readouterr().err


def test_a_map_that_went_bad_is_listed_with_the_reason(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "add", str(WEST_VILLAGE)) == 0
    (folder / "maps" / NAME).write_bytes(b"SQLite format 3\0" + bytes(200))
    capsys.readouterr()
    assert run(folder, "list") == 0
    assert "cannot be used" in capsys.readouterr().out
    assert run(folder, "list", "--json") == 0
    assert "cannot be read" in answer(capsys)[0]["fault"]


def test_a_full_disk_leaves_nothing_behind(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: Path, target: Path) -> None:
        Path(target).write_bytes(source.read_bytes()[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(MapError, match="No space left"):
        map_folder.add(folder / "maps", WEST_VILLAGE)
    assert list((folder / "maps").iterdir()) == []


def test_a_map_needs_an_action(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder) == 2
    assert "ACTION" in capsys.readouterr().err


def test_a_name_that_is_long_or_out_of_reach_is_told(folder: Path, tmp_path: Path) -> None:
    for source in (Path("x" * 300), tmp_path / "file" / "in a file.mbtiles"):
        (tmp_path / "file").touch()
        with pytest.raises(MapError):
            map_folder.add(folder, source)
    wide = tmp_path / f"{'é' * 120}.mbtiles"
    shutil.copy(WEST_VILLAGE, wide)
    assert len(map_folder.add(folder, wide).name.encode()) == 88


def test_nobody_else_sees_the_folders_that_are_made(folder: Path) -> None:
    map_folder.add(folder / "deep" / "maps", WEST_VILLAGE)
    for made in (folder, folder / "deep", folder / "deep" / "maps"):
        assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_two_who_add_at_once_do_not_mix_their_files(folder: Path, tmp_path: Path) -> None:
    """Of one name; the second waits, and finds the first one's map there, whole."""
    other = pmtiles(tmp_path / NAME, stored(WEST_VILLAGE))
    other = other.rename(tmp_path / "nyc-west-village.pmtiles")
    many = [WEST_VILLAGE, other] * 4
    with ThreadPoolExecutor(len(many)) as threads:
        outcomes = [threads.submit(map_folder.add, folder, source) for source in many]
    faults = [str(fault) for outcome in outcomes if (fault := outcome.exception())]
    assert len(faults) == len(many) - 2
    assert all("already" in fault for fault in faults)
    assert sorted(path.name for path in folder.iterdir()) == [NAME, other.name]
    assert (folder / NAME).read_bytes() == WEST_VILLAGE.read_bytes()
    assert (folder / other.name).read_bytes() == other.read_bytes()


def test_one_who_was_killed_leaves_nothing_for_long(folder: Path) -> None:
    folder.mkdir()
    (folder / ".old.mbtiles.part").write_bytes(b"half a map")
    map_folder.add(folder, WEST_VILLAGE)
    assert [path.name for path in folder.iterdir()] == [NAME]


def test_a_map_that_changes_while_it_is_copied_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(source: Path, target: Path) -> None:
        Path(target).write_bytes(source.read_bytes()[:20])

    monkeypatch.setattr(shutil, "copyfile", half)
    with pytest.raises(MapError, match="changed while"):
        map_folder.add(folder, WEST_VILLAGE)
    assert list(folder.iterdir()) == []


def test_names_that_were_put_there_by_hand_stay_in_their_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "maps").mkdir(parents=True)
    shutil.copy(WEST_VILLAGE, folder / "maps" / "a\x1b[31m\nb.mbtiles")
    (folder / "maps" / "gone.mbtiles").symlink_to("nowhere")
    assert run(folder, "list") == 0
    said = capsys.readouterr().out
    assert said.startswith("a b.mbtiles\t")
    assert said.count("\n") == 1
