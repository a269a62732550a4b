"""The newest photo of the inbox."""

import os
import threading
from pathlib import Path

import pytest

from civictui import pictures
from civictui.domain.errors import PictureError
from civictui.pictures import inbox
from civictui.pictures.files import read_file


def put(path: Path, written: float, content: bytes = b"x") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (written, written))


def test_the_one_that_was_written_last_is_taken(tmp_path: Path) -> None:
    put(tmp_path / "b.jpg", 100, b"old")
    put(tmp_path / "a.JPG", 300, b"new")
    put(tmp_path / "c.png", 200, b"middle")
    assert pictures.newest(str(tmp_path)) == ("a.JPG", b"new")


def test_folders_as_cameras_make_them_are_looked_into(tmp_path: Path) -> None:
    put(tmp_path / "100CANON" / "IMG_1.jpg", 100)
    put(tmp_path / "101CANON" / "IMG_2.heic", 200, b"new")
    put(tmp_path / "1" / "2" / "3" / "4" / "too-deep.jpg", 900)
    assert pictures.newest(str(tmp_path)) == ("IMG_2.heic", b"new")


def test_what_is_no_photo_does_not_count(tmp_path: Path) -> None:
    put(tmp_path / "photo.webp", 100, b"photo")
    put(tmp_path / "notes.txt", 900)
    put(tmp_path / "jpg", 900)
    put(tmp_path / ".hidden.jpg", 900)
    put(tmp_path / ".thumbnails" / "x.jpg", 900)
    put(tmp_path / "still-empty.jpg", 900, b"")
    (tmp_path / "folder.jpg").mkdir()
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nowhere")
    (tmp_path / "round").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.jpg")
    assert pictures.newest(str(tmp_path)) == ("photo.webp", b"photo")


def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    put(tmp_path / "in" / "a.jpg", 1)
    assert pictures.newest("~/in") == ("a.jpg", b"x")


def test_without_a_setting_the_usual_folders_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(PictureError, match="no folder ~/DCIM or ~/Pictures") as caught:
        pictures.newest("")
    assert "photo folder in the settings" in caught.value.advice
    put(tmp_path / "Pictures" / "a.jpg", 100)
    assert pictures.newest("") == ("a.jpg", b"x")
    put(tmp_path / "DCIM" / "Camera" / "b.jpg", 200)
    assert pictures.newest("") == ("b.jpg", b"x")


def test_a_folder_without_photos_is_said(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="There is no photo in"):
        pictures.newest(str(tmp_path))
    put(tmp_path / "a.jpg", 1)
    with pytest.raises(PictureError, match="There is no folder"):
        pictures.newest(str(tmp_path / "a.jpg"))


@pytest.mark.parametrize("folder", ["/nowhere", "a\0b", "~nobody-of-that-name/x", "x" * 5000])
def test_what_is_no_folder_is_told_in_words(folder: str) -> None:
    with pytest.raises(PictureError) as caught:
        pictures.newest(folder)
    assert caught.value.advice


def test_a_whole_disk_is_not_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "_MOST", 10)
    for number in range(30):
        put(tmp_path / f"{number}.jpg", number + 1)
    name, _ = pictures.newest(str(tmp_path))
    assert name.endswith(".jpg")


def test_a_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    put(tmp_path / "a\x1b[31m\nb.jpg", 1)
    assert pictures.newest(str(tmp_path))[0] == "a b.jpg"


def test_a_pipe_that_took_the_place_of_a_photo_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, ordinary = tmp_path / "a.jpg", Path(__file__).stat()
    os.mkfifo(path)
    monkeypatch.setattr(Path, "stat", lambda _: ordinary)  # as it was a moment ago
    told: list[str] = []

    def read() -> None:
        try:
            read_file(str(path))
        except PictureError as error:
            told.append(str(error))

    reading = threading.Thread(target=read, daemon=True)
    reading.start()
    reading.join(20)
    assert told == [f"{path} is no ordinary file"]
