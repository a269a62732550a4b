"""An error of the program itself: what the person is told, and what is kept of it."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.processes import PASSWORD
from tests.e2e.screen import AppScreen
from tests.pty.broken import SECRET
from tests.pty.stored import NEWEST, USER, app_command

pytestmark = pytest.mark.e2e

F8 = "\x1b[19~"
WORDS = "a hole in the road"
LEFT = (b"\x1b[?1049l", b"\x1b[?25h")
"""Back from the other screen, cursor shown."""


@pytest.fixture
def writing(store: Path) -> Iterator[AppScreen]:
    """Broken as `tests.pty.broken` has it, with a report begun."""
    screen = AppScreen.run(app_command(store, module="tests.pty.broken"))
    screen.sign_in(USER)
    screen.wait_for(NEWEST)
    screen.press("n")
    screen.wait_for("New report")
    screen.press(WORDS)
    screen.wait_for(WORDS)
    yield screen
    if screen.status is None:
        screen.kill()


def doctor(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*app_command(folder), "doctor", "--crashes", *words, "--user", USER, "--password-stdin"],
        input=PASSWORD + "\n",
        capture_output=True,
        text=True,
        check=False,
    )


def id_in(words: str) -> str:
    found = re.search(r"[Rr]eport\s([0-9A-Z]{4}-[0-9A-Z]{4})", words)
    assert found, words
    return found[1]


def test_a_crash_leaves_a_page_a_sealed_record_and_the_draft(
    writing: AppScreen, store: Path
) -> None:
    assert writing.modes != writing.begun_with
    writing.press("!", F8)
    assert writing.wait_for_end() == 1
    page = bytes(writing.raw).rpartition(LEFT[0])[2].decode()
    assert all(sequence in writing.raw for sequence in LEFT)
    assert SECRET not in page
    assert "hole" not in page
    assert "RuntimeError" in page
    assert writing.ended_with == writing.begun_with
    crash = id_in(page)

    told = doctor(store, crash.lower())
    assert told.returncode == 0, told.stderr
    assert {crash, "RuntimeError"} <= set(re.split(r"[\s,]", told.stdout))
    assert "ReportList > ReportNew" in told.stdout
    assert "xterm-256color 80x24" in told.stdout
    assert "battery" not in told.stdout
    assert_sealed(store, crash, "RuntimeError", "hole", SECRET)

    again = AppScreen.run(app_command(store))
    again.sign_in(USER)
    again.wait_for(f"{WORDS}!", "as you left it")
    again.kill()


def test_a_failed_act_is_on_record_and_ends_nothing(writing: AppScreen, store: Path) -> None:
    writing.press("Tab", "lamp", "C-s")
    writing.wait_for("error of its own (KeyError)", "Nothing was lost")
    crash = id_in(writing.text)
    writing.press("Esc")
    writing.wait_for("Enter goes on with it")
    writing.kill()
    listed = doctor(store, "--json")
    [record] = json.loads(listed.stdout)
    assert record["id"] == crash
    assert record["trace"][0] == "KeyError"
    assert SECRET not in listed.stdout
    assert WORDS not in listed.stdout


def test_without_a_crash_there_is_none_on_record(store: Path) -> None:
    assert doctor(store).stdout == "no crash is on record\n"
    assert doctor(store, "AAAA-AAAA").returncode == 8


def assert_sealed(folder: Path, *words: str) -> None:
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not [word for word in words if word.encode() in content], path


def test_a_command_that_fails_leaves_a_record_too(store: Path) -> None:
    program = [sys.executable, "-m", "tests.pty.broken", "--data-dir", str(store)]
    words = ["new", "--description", WORDS, "--user", USER, "--password-stdin"]
    done = subprocess.run(
        [*program, *words], input=PASSWORD + "\n", capture_output=True, text=True, check=False
    )
    assert done.returncode == 70
    assert "KeyError" in done.stderr
    assert SECRET not in done.stderr
    assert WORDS not in done.stderr
    assert "KeyError" in doctor(store, id_in(done.stderr)).stdout
