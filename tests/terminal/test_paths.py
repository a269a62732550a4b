from pathlib import Path

import pytest

from civictui.terminal.paths import expanded, proposals


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.jpg", "a.JPEG", "c.webp", "notes.txt", ".hidden.png", "a\x1b[31m.jpg"):
        (tmp_path / name).touch()
    (tmp_path / "album").mkdir()
    return tmp_path


def names(found: list[str], folder: Path) -> list[str]:
    return [path.removeprefix(f"{folder}/") for path in found]


def test_pictures_and_folders_are_proposed_in_order(folder: Path) -> None:
    assert names(proposals(f"{folder}/"), folder) == ["a.JPEG", "album/", "b.jpg", "c.webp"]


def test_what_is_typed_is_how_they_begin(folder: Path) -> None:
    assert names(proposals(f"{folder}/al"), folder) == ["album/"]
    assert proposals(f"{folder}/x") == []
    assert names(proposals(f"{folder}/."), folder) == [".hidden.png"]


def test_home_stays_as_it_is_typed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    assert proposals("~") == ["~/"]
    assert proposals("~/b") == ["~/b.jpg"]
    assert expanded("~/b.jpg") == f"{folder}/b.jpg"


@pytest.mark.parametrize("typed", ["", "b", "/nowhere/", "~nobody-of-this-name/x", "\x00/"])
def test_nothing_is_proposed_for_nothing(typed: str) -> None:
    assert proposals(typed) == []


def test_an_unknown_home_stays_as_it_is() -> None:
    assert expanded("~nobody-of-this-name/x") == "~nobody-of-this-name/x"
