"""A photo from a command: what it gives, how it fails, and that nothing is left of it."""

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from civictui import pictures
from civictui.domain.errors import PictureError
from civictui.pictures import camera, running

PATIENCE = 20.0
PHOTO = Path(__file__).parent.parent / "data" / "photos" / "exif" / "mei-issue-508.jpg"
linux = pytest.mark.skipif(sys.platform != "linux", reason="a file in memory is Linux's")


def test_what_it_writes_to_its_output_is_the_photo() -> None:
    assert pictures.capture(f"cat '{PHOTO}'", PATIENCE) == PHOTO.read_bytes()


@linux
def test_what_it_writes_to_the_file_is_the_photo_and_its_output_is_not() -> None:
    content = pictures.capture(f"sh -c 'echo taking; cat {PHOTO} > {{file}}'", PATIENCE)
    assert content == PHOTO.read_bytes()


@linux
def test_the_file_is_in_memory_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    said = pictures.capture("sh -c 'readlink {file} > {file}'", PATIENCE)
    assert said == b"/memfd:photo (deleted)\n"
    assert list(tmp_path.iterdir()) == []


def test_no_shell_runs_it(tmp_path: Path) -> None:
    said = pictures.capture(f"echo $HOME ; touch '{tmp_path}/x' | cat", PATIENCE)
    assert said == f"$HOME ; touch {tmp_path}/x | cat\n".encode()
    assert list(tmp_path.iterdir()) == []


def test_what_is_the_programs_own_is_not_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIVICTUI_PASSWORD", "a pass of words")
    monkeypatch.setenv("CAMERA", "/dev/video7")
    said = pictures.capture("env", PATIENCE)
    assert b"CAMERA=/dev/video7" in said
    assert b"a pass of words" not in said


def test_it_gets_no_file_that_is_open(tmp_path: Path) -> None:
    with (tmp_path / "key").open("wb") as key:
        os.set_inheritable(key.fileno(), True)
        said = pictures.capture("sh -c 'ls -l /proc/self/fd'", PATIENCE)
    assert str(tmp_path).encode() not in said


@pytest.mark.parametrize("template", ["", "  "])
def test_without_a_command_it_is_said_how_to_set_one(template: str) -> None:
    with pytest.raises(PictureError, match="No camera command is set") as caught:
        pictures.capture(template, PATIENCE)
    assert "in the settings" in caught.value.advice


@pytest.mark.parametrize(
    ("template", "word"),
    [
        ("no-such-camera -o -", "no-such-camera cannot be run: "),
        ("/dev/null", "cannot be run: Permission denied"),
        ("'a camera", "cannot be read"),
        ("sh -c 'exit 3'", "failed. Status 3"),
        ("sh -c 'echo no camera is there >&2; echo >&2; exit 1'", "failed. no camera is there"),
        ("true", "gave no photo. It must write one"),
        ("sh -c 'echo all is well > {file}; : > {file}'", "gave no photo"),
        ("sh -c 'kill -9 $$'", "failed. Status -9"),
    ],
)
def test_what_goes_wrong_is_told_in_words(template: str, word: str) -> None:
    with pytest.raises(PictureError) as caught:
        pictures.capture(template, PATIENCE)
    assert word in caught.value.sentence


def test_its_complaint_cannot_steer_the_terminal() -> None:
    with pytest.raises(PictureError) as caught:
        pictures.capture(r"""sh -c 'printf "a\033]52;c;aGk=\007b\n" >&2; exit 1'""", PATIENCE)
    assert caught.value.advice == "ab"


def test_of_endless_complaints_the_last_is_told() -> None:
    template = "sh -c 'yes complaint | head -c 3000000 >&2; echo the last >&2; exit 1'"
    with pytest.raises(PictureError, match="failed") as caught:
        pictures.capture(template, PATIENCE)
    assert caught.value.advice == "the last"


def is_gone(pid: int) -> bool:
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_after_its_time_all_that_it_has_started_is_killed(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    script = f'sleep 99 & echo $! > {one}; sh -c "sleep 99" & echo $! > {two}; wait'
    with pytest.raises(PictureError, match=r"gave no photo within 1 s") as caught:
        pictures.capture(f"sh -c '{script}'", 1)
    assert "capture_seconds" in caught.value.advice
    for path in (one, two):
        pid = int(path.read_text(encoding="ascii"))
        end = time.monotonic() + PATIENCE
        while not is_gone(pid):
            assert time.monotonic() < end


def test_what_it_leaves_behind_is_not_waited_for_and_killed(tmp_path: Path) -> None:
    script = f"sleep 99 & echo $! > {tmp_path}/pid; echo photo"
    began = time.monotonic()
    assert pictures.capture(f"sh -c '{script}'", 90) == b"photo\n"
    assert time.monotonic() - began < 60
    pid = int((tmp_path / "pid").read_text(encoding="ascii"))
    while not is_gone(pid):
        assert time.monotonic() - began < 60


def test_one_that_ignores_a_polite_end_is_killed() -> None:
    with pytest.raises(PictureError, match="within"):
        pictures.capture("sh -c 'trap \"\" TERM HUP INT; while :; do sleep 1; done'", 0.3)


def test_one_that_closes_its_output_and_goes_on_has_its_time() -> None:
    with pytest.raises(PictureError, match="within"):
        pictures.capture("sh -c 'exec >&- 2>&-; sleep 99'", 0.3)


@pytest.mark.parametrize("where", ["/dev/stdout", pytest.param("{file}", marks=linux)])
def test_what_writes_without_end_is_stopped(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MAX_BYTES", 1_000_000)
    monkeypatch.setattr(camera, "MAX_BYTES", 1_000_000)
    with pytest.raises(PictureError, match="more than 0 MB"):
        pictures.capture(f"sh -c 'cat /dev/zero > {where}'", PATIENCE)


@linux
def test_no_zombie_is_left() -> None:
    pid = int(pictures.capture("sh -c 'echo $$'", PATIENCE))
    assert not Path(f"/proc/{pid}").exists()


def test_whoever_does_not_wait_any_more_ends_it(tmp_path: Path) -> None:
    stop = threading.Event()
    threading.Timer(0.1, stop.set).start()
    with pytest.raises(PictureError, match="stopped"):
        pictures.capture(f"sh -c 'echo $$ > {tmp_path}/pid; exec sleep 99'", 90, stop)
    path = tmp_path / "pid"
    assert not path.exists() or is_gone(int(path.read_text(encoding="ascii")))
