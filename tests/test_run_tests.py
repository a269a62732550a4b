"""`make test` runs the tests in groups, each within its time."""

import sys

import pytest

from tools import run_tests
from tools.run_tests import GROUPS, NOTHING_CHOSEN, OVER_TIME


def test_a_group_that_hangs_is_stopped_and_named(capfd: pytest.CaptureFixture[str]) -> None:
    waiting = [sys.executable, "-c", "import signal; signal.pause()"]
    assert run_tests.run("peers", waiting, 0) == OVER_TIME
    assert "make test: peers: not through within 0.0 min" in capfd.readouterr().err


def test_a_group_that_is_through_says_how_it_went(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_tests.run("peers", [sys.executable, "-c", "raise SystemExit(3)"], 60) == 3
    assert capfd.readouterr().err == ""


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


Ran = list[tuple[str, list[str], float]]


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Ran:
    """What was run: name, command and seconds. The first ends with 1, the second with 2."""
    noted: Ran = []

    def note(name: str, command: list[str], seconds: float) -> int:
        noted.append((name, command, seconds))
        return len(noted)

    monkeypatch.setattr(run_tests, "run", note)
    return noted


def test_every_group_is_run_and_both_together_are_all_tests(ran: Ran) -> None:
    assert run_tests.main(["-k", "outbox"]) == 1
    rest, peers = ran
    assert [name for name, _, _ in ran] == [group.name for group in GROUPS]
    assert rest[1][-4:] == ["-m", "not peers", "-k", "outbox"]
    assert peers[1][-4:] == ["-m", "peers", "-k", "outbox"]
    assert [seconds for _, _, seconds in ran] == [group.seconds for group in GROUPS]
    assert peers[2] == 8 * 60


def test_who_chooses_by_marks_gets_one_group(ran: Ran) -> None:
    assert run_tests.main(["-m", "e2e"]) == 1
    ((_, command, _),) = ran
    assert command[-2:] == ["-m", "e2e"]
