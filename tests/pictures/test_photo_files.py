"""Reading the file that a person named."""

import os
from pathlib import Path

import pytest

from civictui.domain.errors import PictureError
from civictui.pictures import files, read_file


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a b.jpg").write_bytes(b"content")
    assert read_file(str(tmp_path / "a b.jpg")) == b"content"


def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "photo.jpg").write_bytes(b"content")
    assert read_file("~/photo.jpg") == b"content"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"There is no file .*nowhere\.jpg"):
        read_file(str(tmp_path / "nowhere.jpg"))


def test_a_folder_is_no_photo(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="is a folder"):
        read_file(str(tmp_path))


def test_a_pipe_is_no_photo_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(PictureError, match="no ordinary file"):
        read_file(str(tmp_path / "pipe"))


def test_an_empty_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    with pytest.raises(PictureError, match="is empty"):
        read_file(str(tmp_path / "empty.jpg"))


def test_a_file_that_may_not_be_read_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError

    (tmp_path / "locked.jpg").touch()
    monkeypatch.setattr(files, "_without_waiting", refuse)  # root may read everything
    with pytest.raises(PictureError, match="may not be read"):
        read_file(str(tmp_path / "locked.jpg"))


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    with path.open("wb") as file:
        file.truncate(files.MAX_BYTES + 1)
    with pytest.raises(PictureError, match="larger than 64 MB"):
        read_file(str(path))


@pytest.mark.parametrize("path", ["", "  ", "a\0b.jpg", "~nobody-of-that-name/x.jpg", "x" * 5000])
def test_what_is_no_path_is_an_error_in_words(path: str) -> None:
    with pytest.raises(PictureError) as caught:
        read_file(path)
    assert caught.value.advice


def test_a_path_cannot_steer_the_terminal() -> None:
    with pytest.raises(PictureError) as caught:
        read_file("/nowhere/\x1b]52;c;aGk=\x07x\n.jpg")
    assert "\x1b" not in caught.value.sentence
    assert "\n" not in caught.value.sentence
