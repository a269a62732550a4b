"""`civictui serve map`: what an operator does with the gateway's maps."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest

import civictui.__main__ as program
from civictui.gateway import provisioning
from tests.geo.maps.tiles.maps import WEST_VILLAGE


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    provisioning.open_folder(tmp_path / "gateway")
    return tmp_path / "gateway"


def run(folder: Path, *words: str) -> int:
    return program.main(["serve", "map", *words, "--data-dir", str(folder)])


def answer(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def test_a_map_is_added_listed_and_removed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "add", str(WEST_VILLAGE), "--json") == 0
    added = answer(capsys)
    assert (added["name"], added["zooms"]) == (WEST_VILLAGE.name, [8, 14])
    copy = folder / "maps" / WEST_VILLAGE.name
    assert copy.read_bytes() == WEST_VILLAGE.read_bytes()
    assert stat.S_IMODE(copy.parent.stat().st_mode) == 0o700
    assert run(folder, "list", "--json") == 0
    assert answer(capsys) == [added]
    assert run(folder, "remove", "nyc-west-village") == 0
    assert capsys.readouterr().out == f"{WEST_VILLAGE.name} is removed\n"
    assert run(folder, "list") == 0
    assert not capsys.readouterr().out


def test_what_is_no_map_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = folder.parent / "wrong.pmtiles"
    wrong.write_text("no map")
    assert run(folder, "add", str(wrong)) == 21
    assert "wrong.pmtiles is no map" in capsys.readouterr().err
    assert not (folder / "maps" / wrong.name).exists()


def test_a_folder_that_is_no_gateways_gets_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "elsewhere", "add", str(WEST_VILLAGE)) == 2
    assert not (tmp_path / "elsewhere").exists()
    assert capsys.readouterr().err
