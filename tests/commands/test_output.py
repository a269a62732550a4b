"""What a command says where stdout takes nothing, and what it never says."""

import argparse
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

import pytest

import civictui.__main__ as program
from civictui.commands.options import print_json
from civictui.gateway.provisioning import open_folder


@pytest.fixture(params=[False, True])
def full(request: pytest.FixtureRequest) -> Iterator[TextIO]:
    """A stdout on a full disk, which says so at each write or at the end."""
    with Path("/dev/full").open("wb", buffering=0) as raw:
        yield io.TextIOWrapper(io.BufferedWriter(raw), write_through=request.param)


def running(monkeypatch: pytest.MonkeyPatch, run: Callable[[Any], int], stdout: TextIO) -> int:
    """The exit code of a command that does `run`."""
    monkeypatch.setattr(program, "parse", lambda _: argparse.Namespace(run=run))
    monkeypatch.setattr("sys.stdout", stdout)
    return program.main([])


def test_an_id_that_stdout_does_not_take_is_said_beside_it(
    full: TextIO, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(_: object) -> int:
        print_json({"id": "01a2"})
        return 0

    assert running(monkeypatch, run, full) == program.NOT_PRINTED
    said = capsys.readouterr().err
    assert '"01a2"' in said
    assert said.count("\n") == 1


@pytest.mark.parametrize("length", [10, 3000])
def test_what_is_long_or_no_json_is_not_said_again(
    full: TextIO, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], length: int
) -> None:
    def run(_: object) -> int:
        print("secret" * length)
        return 0

    assert running(monkeypatch, run, full) == program.NOT_PRINTED
    assert capsys.readouterr().err.endswith("could not be printed\n")


def test_another_fault_of_the_system_is_still_one_of_the_programs_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(_: object) -> int:
        raise PermissionError(13, "no")

    assert running(monkeypatch, run, io.StringIO()) == program.INTERNAL_FAULT


@pytest.mark.parametrize(
    "arguments",
    [
        ["sync", "--user", "a", "--password-stdin", "--server", "https://u:secret@host:notaport"],
        ["sync", "--user", "a", "--password-stdin", "--server=https://u:secret@host"],
        ["sync", "--user", "a", "--password-stdin", "--server", "u:se'cret@host"],
        ["list", "--sever=https://u:secret@host"],
        ["list", "--sever", "https://u:se@cret@host"],
        ["https://u:secret@host"],
    ],
)
def test_no_error_repeats_what_stands_before_an_at_sign(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert program.main(arguments) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "cret" not in said
    assert "u:" not in said


def test_a_user_that_is_no_text_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["list", "--user", "asha\udcff"]) == 2
    assert program.main(["--user", "asha\udcff"]) == 2
    assert "not UTF-8" in capsys.readouterr().err


@pytest.mark.parametrize("words", ["map list --json", "map list", "serve policy"])
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed(closed: str, words: str, tmp_path: Path) -> None:
    folder = open_folder(tmp_path / "gateway").path
    command = f'"$0" -m civictui {words} --data-dir "$1" {closed}'
    argv = ["sh", "-c", command, sys.executable, str(folder)]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    if " >&-" in f" {closed}":
        assert not done.stdout


@pytest.mark.parametrize(
    ("words", "code"), [("serve users", 2), ("--nothing", 2), ("--version", 0)]
)
def test_nobody_reads_what_is_said_beside_the_answer(words: str, code: int, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "civictui", *words.split(), "--data-dir", str(tmp_path / "no")]
    try:
        done = subprocess.run(command, stderr=writing, stdout=subprocess.DEVNULL, check=False)
    finally:
        os.close(writing)
    assert done.returncode == code
