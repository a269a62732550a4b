"""The manual page: made from the command line as it is, and taken by those who print it."""

import subprocess
from pathlib import Path

import pytest

from civictui.commands import COMMANDS
from tests.tools import require_tool
from tools import man_page


def test_it_tells_every_command_and_option() -> None:
    page = man_page.page()
    for name in COMMANDS:
        assert f".SS civictui {name}" in page
    for said in (
        "\\fB\\-\\-geojson\\fR \\fIFILE\\fR",
        ".SS civictui serve set\\-user \\fINAME\\fR",
        ".SS civictui serve map add \\fIFILE\\fR",
        "civictui export \\-\\-user asha \\-\\-shift \\-\\-since 07:30",
    ):
        assert said in page
    assert page.count("where the sealed stores lie") == 1


@pytest.mark.parametrize("code", [0, 2, 4, 16, 21, 70, 74, 130])
def test_it_tells_the_exit_codes(code: int) -> None:
    assert f"\n.B {code}\n" in man_page.page()


@pytest.mark.parametrize(
    ("text", "typeset"),
    [
        ("a-b", "a\\-b"),
        (".TH x", "\\&.TH x"),
        ("'x'", "\\&'x'"),
        ("a\\b", "a\\eb"),
        ("5 %%", "5 %"),
    ],
)
def test_what_the_typesetter_would_take_for_its_own_is_text(text: str, typeset: str) -> None:
    assert man_page._text(text) == typeset


def test_a_page_that_is_old_is_found(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = tmp_path / "civictui.1"
    monkeypatch.setattr(man_page, "PAGE", page)
    assert man_page.main(["--check"]) == 1
    assert man_page.main([]) == man_page.main(["--check"]) == 0
    page.write_text("old")
    assert man_page.main(["--check"]) == 1
    assert "run tools/man_page.py" in capsys.readouterr().out


@pytest.mark.parametrize(
    "command", [["mandoc", "-T", "lint", "-W", "style"], ["man", "--warnings", "-E", "UTF-8", "-l"]]
)
def test_those_who_print_it_find_nothing_wrong(command: list[str]) -> None:
    program = require_tool(command[0])
    done = subprocess.run(
        [program, *command[1:], "/dev/stdin"],
        input=man_page.page(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert done.stdout == "" or "civictui - report civic problems" in done.stdout
