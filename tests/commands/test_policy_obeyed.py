"""Commands on a store whose operator asks something: one line, its exit code, nothing is read."""

import asyncio
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from civictui.__main__ import main
from civictui.domain.errors import Barred, FeatureOff, OfflineTooLong
from civictui.service import new_draft
from tests.conftest import MovableClock
from tests.played import PASSWORD, Played

PHOTO = Path(__file__).parent.parent / "data" / "pattern" / "thumbnail_20171125_152218.jpg"

Run = Callable[..., int]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "terminal"


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    def run(*words: str) -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
        common = ["--user", "asha", "--data-dir", str(folder), "--password-stdin"]
        return main([*common, *words])

    return run


def worked(folder: Path, *, days_ago: float = 0, **said: Any) -> str:
    """Signed in so many days ago with this policy, a report and a draft left; the report's id."""

    async def work() -> str:
        clock = MovableClock(datetime.now(UTC) - timedelta(days=days_ago))
        terminal = Played(folder, clock)
        await terminal.service.sign_in("asha", PASSWORD)
        photo = (await terminal.service.take_photo(str(PHOTO))).photo
        key = await terminal.service.submit(new_draft(clock, (photo,), description="Lamp out"))
        await terminal.service.save_draft(new_draft(clock, description="Half"))
        terminal.asks(**said)
        await terminal.service.sign_in_again(PASSWORD)
        await terminal.service.lock()
        return key

    return asyncio.run(work())


COMMANDS = [
    ["list"],
    ["list", "--gone"],
    ["show", "ID"],
    ["show", "ID", "--versions"],
    ["new", "--description", "x"],
    ["new", "--description", "x", "--photo", str(PHOTO)],
    ["edit", "ID", "--description", "x"],
    ["remark", "ID", "--text", "x"],
    ["withdraw", "ID", "--yes"],
    ["settle", "ID", "--mine"],
    ["restore", "ID"],
    ["export", "--csv", "-"],
    ["export", "--shift"],
    ["import", "nothing.cvx"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_whoever_is_barred_is_told_so_and_no_more(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    key = worked(folder, disabled=True, disabled_message="It was\nlost")
    assert run(*[key if word == "ID" else word for word in words]) == Barred.exit_code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == (
        "civictui: This terminal is disabled: It was lost. What waits here is still sent.\n"
    )


@pytest.mark.parametrize("words", [["list"], ["new", "--description", "x"], ["export", "--shift"]])
def test_after_too_many_days_a_link_is_needed(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    worked(folder, days_ago=9, offline_days=7)
    assert run(*words) == OfflineTooLong.exit_code
    said = capsys.readouterr()
    assert said.out == ""
    (line,) = said.err.splitlines()
    assert "for 9 days" in line
    assert "2 reports or photos wait here" in line


@pytest.mark.parametrize(
    ("days", "said"), [(9, {"offline_days": 7}), (0, {"minimum_version": "9999.0"})]
)
def test_the_sealed_export_is_always_a_way_out(
    run: Run, folder: Path, tmp_path: Path, days: int, said: dict[str, Any]
) -> None:
    worked(folder, days_ago=days, **said)
    assert run("export", "--sealed", str(tmp_path / "out.cvx")) == 0
    assert (tmp_path / "out.cvx").stat().st_size > 1_000


def test_the_programs_own_failures_are_shown_in_any_case(run: Run, folder: Path) -> None:
    worked(folder, days_ago=9, offline_days=7, disabled=True)
    assert run("doctor", "--crashes") == 0


def test_the_last_days_are_announced(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    worked(folder, days_ago=5, offline_days=7)
    assert run("list") == 0
    said = capsys.readouterr()
    assert "Lamp out" in said.out
    assert "opens for 2 days more" in said.err


@pytest.mark.parametrize(
    ("feature", "words"),
    [
        ("new", ["new", "--description", "x", "--photo", "there-is-none.jpg"]),
        ("photos", ["new", "--description", "x", "--photo", str(PHOTO)]),
        ("edit", ["edit", "ID", "--description", "x"]),
        ("updates", ["remark", "ID", "--text", "x", "--photo", "there-is-none.jpg"]),
        ("withdraw", ["withdraw", "ID", "--yes"]),
        ("edit", ["restore", "ID", "--rev", "1-a"]),
        ("export", ["export", "--csv", "-"]),
        ("export", ["export", "--shift"]),
        ("export", ["show", "ID", "--picture", "OUT"]),
    ],
)
def test_what_is_off_is_refused_before_anything_is_done(
    run: Run,
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    feature: str,
    words: list[str],
) -> None:
    out = tmp_path / "picture.jpg"
    names = {"ID": worked(folder, features={feature: False}), "OUT": str(out)}
    assert run(*[names.get(word, word) for word in words]) == FeatureOff.exit_code
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith(": switched off by whoever runs the gateway\n")
    assert len(said.err.splitlines()) == 1
    assert not out.exists()


def test_the_doctor_says_what_is_asked_of_this_terminal(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    worked(
        folder,
        days_ago=2,
        offline_days=7,
        disabled=True,
        disabled_message="It was lost",
        features={"map": False, "copy": False},
        message="Closed on\nFriday",
    )
    assert run("doctor") == 0
    said = capsys.readouterr().out
    for line in (
        "disabled: This terminal is disabled: It was lost",
        "days without the gateway: 2",
        "offline days left: 5",
        "features off: the map; copying to the clipboard",
        "operator's notice: Closed on Friday",
    ):
        assert f"{line}\n" in said
    assert "Lamp out" not in said


def test_the_doctor_of_a_terminal_of_which_nothing_is_asked(
    run: Run, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    worked(folder)
    assert run("--json", "doctor") == 0
    facts = json.loads(capsys.readouterr().out)["facts"]
    assert (facts["disabled"], facts["features off"]) == ("no", "none")
    assert (facts["offline days left"], facts["operator's notice"]) == ("no limit", "none")
