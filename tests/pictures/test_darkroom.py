"""The picture process: what it is given, how it ends, and that the next picture works."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from civictui.domain.errors import PictureError
from civictui.pictures.child import Child, command
from civictui.pictures.darkroom import Darkroom
from civictui.pictures.files import MAX_BYTES
from tests.pictures import large

PATIENCE = 20.0
CUT = {"do": "cut", "width": 8, "height": 8, "crop": True, "window": (0.0, 0.0, 1.0, 1.0)}
TINY = large.saved(Image.new("RGB", (30, 20), "red"), "JPEG")

PROBE = """
import os, sys
from civictui.pictures import frames
frames.read_words(sys.stdin.buffer)
names = {fd: os.readlink(f"/proc/self/fd/{fd}") for fd in os.listdir("/proc/self/fd")
         if os.path.exists(f"/proc/self/fd/{fd}")}
frames.write(sys.stdout.buffer, {
    "environment": dict(os.environ), "files": names, "folder": os.getcwd(),
    "session": os.getsid(0) == os.getpid(),
})
"""


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def is_gone(pid: int) -> bool:
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except (FileNotFoundError, ProcessLookupError):
        return True


@pytest.fixture
def room() -> Iterator[Darkroom]:
    darkroom = Darkroom()
    yield darkroom
    darkroom.close()


def first_then_well(folder: Path, first: str) -> list[str]:
    """A command that does something else the first time, and is the picture process from then."""
    well = " ".join(f"'{word}'" for word in command())
    return ["sh", "-c", f"if mkdir '{folder}/once' 2>/dev/null; then {first}; else exec {well}; fi"]


def test_one_process_does_all_the_pictures(room: Darkroom) -> None:
    assert room.pid == 0
    said, pixels = room.ask(TINY, **CUT)
    assert (said, len(pixels)) == ({"width": 8, "height": 8}, 8 * 8 * 3)
    pid = room.pid
    assert pid not in {0, os.getpid()}
    room.ask(TINY, **CUT)
    assert room.pid == pid


def test_nothing_of_the_program_is_within_its_reach(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CIVICTUI_PASSWORD", "a pass of words")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a pass of words")
    with (tmp_path / "key").open("wb") as key:
        os.set_inheritable(key.fileno(), True)
        child = Child([*command()[:-2], "-c", PROBE])
        said, _ = child.ask({}, b"", PATIENCE)
        child.end()
    assert set(said["environment"]) <= {
        "PYTHONPATH", "MALLOC_ARENA_MAX", "PYTHONHOME", "LD_LIBRARY_PATH", "TZ", "LC_CTYPE",
    }  # fmt: skip
    assert "a pass of words" not in json.dumps(said)
    assert str(key.name) not in said["files"].values()
    assert all(name.startswith(("pipe:", "/dev/null")) for name in said["files"].values())
    assert set(said["files"]) == {"0", "1", "2"}
    assert said["folder"] == "/"
    assert said["session"], "a key of the terminal would reach it"


@pytest.mark.skipif(sys.platform != "linux", reason="the limits are read in /proc")
def test_it_is_confined(room: Darkroom) -> None:
    room.ask(TINY, **CUT)
    limits = Path(f"/proc/{room.pid}/limits").read_text(encoding="ascii")
    bounds = {line[:26].strip(): line[26:].split()[:2] for line in limits.splitlines()[1:]}
    assert bounds["Max core file size"] == ["0", "0"]
    assert bounds["Max file size"] == [str(MAX_BYTES)] * 2
    assert bounds["Max open files"] == ["32", "32"]
    assert int(bounds["Max address space"][1]) < 500 * 1024 * 1024
    assert int(bounds["Max cpu time"][0]) <= 70
    status = Path(f"/proc/{room.pid}/status").read_text(encoding="ascii")
    assert "NoNewPrivs:\t1" in status


def test_one_that_was_killed_between_two_pictures_is_replaced(room: Darkroom) -> None:
    room.ask(TINY, **CUT)
    pid = room.pid
    os.kill(pid, signal.SIGKILL)
    until(lambda: is_gone(pid))
    room.ask(TINY, **CUT)
    assert room.pid not in {0, pid}


def test_one_that_hangs_is_killed_and_the_next_picture_works(room: Darkroom) -> None:
    room.ask(TINY, **CUT)
    pid = room.pid
    os.kill(pid, signal.SIGSTOP)
    room._seconds = 0.2
    with pytest.raises(PictureError, match=r"not opened within 0\.2 s") as caught:
        room.ask(TINY, **CUT)
    assert caught.value.advice
    assert is_gone(pid)
    room._seconds = PATIENCE
    room.ask(TINY, **CUT)


def test_one_that_hangs_before_it_has_read_all_is_killed(room: Darkroom) -> None:
    room.ask(TINY, **CUT)
    os.kill(room.pid, signal.SIGSTOP)
    room._seconds = 0.2
    with pytest.raises(PictureError, match="within"):
        room.ask(b"x" * 4_000_000, **CUT)  # more than the pipe holds


@pytest.mark.parametrize(
    ("first", "word"),
    [("kill -SEGV $$", "broke down"), ("head -c 5000; kill -9 $$", "broke down"),
     ("exit 3", "broke down"), ("echo not a frame", "broke down"),
     ("exec sleep 99", "within"), ("head -c 99999999 /dev/zero", "broke down")],
)  # fmt: skip
def test_whatever_becomes_of_it_is_told_and_the_next_picture_works(
    tmp_path: Path, first: str, word: str
) -> None:
    room = Darkroom(first_then_well(tmp_path, first), seconds=0.5 if word == "within" else 60)
    with pytest.raises(PictureError, match=word):
        room.ask(TINY + bytes(5000), **CUT)
    room._seconds = PATIENCE
    assert len(room.ask(TINY, **CUT)[1]) == 192
    room.close()


def test_one_that_cannot_be_started_is_told() -> None:
    room = Darkroom(["/nowhere/python"])
    for _ in range(2):
        with pytest.raises(PictureError, match="cannot be opened here: No such file"):
            room.ask(TINY, **CUT)
    room.close()


def test_after_a_while_without_pictures_it_ends() -> None:
    room = Darkroom(idle_seconds=0.05)
    room.ask(TINY, **CUT)
    until(lambda: room.pid == 0)
    room.ask(TINY, **CUT)
    room.close()
    assert room.pid == 0
    room.ask(TINY, **CUT)  # and works again
    room.close()


def test_threads_ask_at_once_and_each_gets_its_own(room: Darkroom) -> None:
    colours = [(index * 8, 255 - index * 8, 0) for index in range(24)]
    found: dict[int, bytes] = {}

    def ask(index: int) -> None:
        content = large.saved(Image.new("RGB", (9, 9), colours[index]), "PNG")
        found[index] = room.ask(content, **CUT)[1][:3]

    threads = [threading.Thread(target=ask, args=(index,)) for index in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [tuple(found[index]) for index in range(24)] == colours


def test_a_refusal_is_its_own_words_and_it_goes_on(room: Darkroom) -> None:
    with pytest.raises(PictureError, match="no picture that can be read") as caught:
        room.ask(b"GIF89a" + bytes(100), **CUT)
    assert caught.value.advice == "Use a JPEG, PNG or WebP file."
    pid = room.pid
    room.ask(TINY, **CUT)
    assert room.pid == pid


def test_what_is_too_large_is_not_even_sent(room: Darkroom) -> None:
    with pytest.raises(PictureError, match="larger than 64 MB"):
        room.ask(bytes(MAX_BYTES + 1), **CUT)
    assert room.pid == 0


def test_closing_it_ends_a_picture_that_hangs() -> None:
    room = Darkroom()
    room.ask(TINY, **CUT)
    os.kill(room.pid, signal.SIGSTOP)
    told: list[str] = []

    def ask() -> None:
        try:
            room.ask(TINY, **CUT)
        except PictureError as error:
            told.append(str(error))

    asking = threading.Thread(target=ask)
    asking.start()
    while asking.is_alive():  # it may not have come to asking when it is closed first
        room.close()
        asking.join(0.1)
    assert told in (["The picture was not opened any more"], [])
    room.close()
    assert room.pid == 0


def test_a_fork_of_the_program_has_a_process_of_its_own(room: Darkroom) -> None:
    room.ask(TINY, **CUT)
    pid = room.pid
    forked = multiprocessing.get_context("fork").Process(target=_ask_elsewhere, args=(room, pid))
    forked.start()
    forked.join(PATIENCE)
    assert forked.exitcode == 0
    room.ask(TINY, **CUT)
    assert room.pid == pid


def _ask_elsewhere(room: Darkroom, pid: int) -> None:
    room.ask(TINY, **CUT)
    assert room.pid != pid
    room.close()


ENDING = """
import os, sys
from civictui import pictures
from civictui.pictures.darkroom import darkroom
pictures.fit(open(sys.argv[1], "rb").read(), 8, 8)
print(darkroom.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("stopped", [False, True])
@pytest.mark.parametrize("killed", [False, True])
def test_it_ends_with_the_program(stopped: bool, killed: bool) -> None:
    """Whether the program leaves or is killed, and even if the process itself does not run."""
    program: subprocess.Popen[Any]
    with subprocess.Popen(
        [sys.executable, "-c", ENDING, str(large.PHOTO)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as program:
        assert program.stdin
        assert program.stdout
        pid = int(program.stdout.readline())
        if stopped:
            os.kill(pid, signal.SIGSTOP)
        if killed:
            program.kill()
        program.stdin.close()
        program.wait(PATIENCE)
    until(lambda: is_gone(pid))
