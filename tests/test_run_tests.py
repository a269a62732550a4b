"""`make test` runs the tests in groups, each within its time."""

import sys
from pathlib import Path

import pytest

from tools import run_tests
from tools.run_tests import LANES, NOTHING_CHOSEN, OVER_TIME


def test_a_group_that_hangs_is_stopped_and_named(capfd: pytest.CaptureFixture[str]) -> None:
    waiting = [sys.executable, "-c", "import signal; signal.pause()"]
    assert run_tests.run("peers", waiting, 0) == OVER_TIME
    assert "make test: peers: not through within 0.0 min" in capfd.readouterr().err


def test_a_group_that_is_through_says_how_it_went(capfd: pytest.CaptureFixture[str]) -> None:
    said = "print('as it went'); raise SystemExit(3)"
    assert run_tests.run("peers", [sys.executable, "-c", said], 60) == 3
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("--- peers ---\nas it went\n\n", "")


@pytest.mark.parametrize(
    ("codes", "verdict"),
    [
        ((0, 0), 0),
        ((0, NOTHING_CHOSEN), 0),
        ((NOTHING_CHOSEN, NOTHING_CHOSEN), NOTHING_CHOSEN),
        ((1, 0), 1),
        ((0, OVER_TIME), OVER_TIME),
    ],
)
def test_one_failure_is_the_failure_of_all(codes: tuple[int, ...], verdict: int) -> None:
    assert run_tests.verdict(codes) == verdict


Ran = dict[str, tuple[list[str], float]]


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Ran:
    """What was run, by name: command and seconds. The peers end with 2, all others with 0."""
    noted: Ran = {}

    def note(name: str, command: list[str], seconds: float) -> int:
        noted[name] = command, seconds
        return 2 if name == "peers" else 0

    monkeypatch.setattr(run_tests, "run", note)
    return noted


def test_every_group_is_run_and_together_they_are_all_tests(ran: Ran) -> None:
    assert run_tests.main(["-k", "outbox"]) == 2
    groups = {group.name: group for lane in LANES for group in lane}
    assert {name: seconds for name, (_, seconds) in ran.items()} == {
        name: group.seconds for name, group in groups.items()
    }
    said = {name: command[5:] for name, (command, _) in ran.items()}
    peers, parts = said.pop("peers"), said.pop("parts")
    folders = [name for group in said.values() for name in group[2:-2]]
    assert all(group[:2] == ["-m", "not peers"] for group in (parts, *said.values()))
    assert sorted(parts[2:-2]) == sorted(f"--ignore={name}" for name in folders)
    assert all(Path(name).is_dir() for name in folders)
    assert peers == ["-m", "peers", "-k", "outbox"]
    assert ran["peers"][1] == 8 * 60


@pytest.mark.parametrize("chosen", [["-m", "e2e"], ["tests/geo"], ["tests/geo/test_x.py::test_y"]])
def test_who_chooses_by_marks_or_paths_gets_one_group(
    ran: Ran, chosen: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "tests" / "geo").mkdir(parents=True)
    (tmp_path / "tests" / "geo" / "test_x.py").touch()
    monkeypatch.chdir(tmp_path)
    assert run_tests.main(chosen) == 0
    ((command, _),) = ran.values()
    assert command[5:] == chosen
