import math

import pytest

from civictui.terminal.idle import Idle, seconds
from tests.conftest import MovableClock


def test_nothing_is_over_before_the_first_touch(clock: MovableClock) -> None:
    idle = Idle(300, clock.monotonic)
    clock.move(1000)
    assert idle.left == math.inf
    assert not idle.over
    assert idle.words == ""


def test_it_is_over_so_many_seconds_after_the_last_touch(clock: MovableClock) -> None:
    idle = Idle(300, clock.monotonic)
    idle.touch()
    clock.move(299)
    idle.touch()
    clock.move(299)
    assert idle.left == 1
    clock.move(1)
    assert idle.over
    assert idle.words == ""


@pytest.mark.parametrize(
    ("passed", "words", "pause"),
    [
        (0, "", 240.0),
        (239, "", 1.0),
        (240, "locks in 60 s", 10.0),
        (241, "locks in 60 s", 9.0),
        (250, "locks in 50 s", 10.0),
        (259.5, "locks in 50 s", 0.5),
        (290, "locks in 10 s", 10.0),
        (299, "locks in 10 s", 1.0),
    ],
)
def test_the_last_minute_is_told_in_steps_of_ten(
    passed: float, words: str, pause: float, clock: MovableClock
) -> None:
    idle = Idle(300, clock.monotonic)
    idle.touch()
    clock.move(passed)
    assert idle.words == words
    assert idle.pause == pytest.approx(pause)


def test_a_short_time_is_announced_in_its_second_half(clock: MovableClock) -> None:
    idle = Idle(20, clock.monotonic)
    idle.touch()
    assert idle.words == ""
    clock.move(10)
    assert idle.words == "locks in 10 s"


def test_zero_is_never(clock: MovableClock) -> None:
    idle = Idle(0, clock.monotonic)
    idle.touch()
    clock.move(10**9)
    assert not idle.over
    assert idle.left == math.inf


def test_at_rest_nothing_is_counted(clock: MovableClock) -> None:
    idle = Idle(300, clock.monotonic)
    idle.touch()
    idle.rest()
    clock.move(1000)
    assert not idle.over


def test_the_clock_does_not_go_back() -> None:
    assert seconds() <= seconds()


def test_another_time_holds_from_the_last_touch_on() -> None:
    now = [0.0]
    idle = Idle(300.0, lambda: now[0])
    idle.touch()
    now[0] = 100.0
    idle.allow(120.0)
    assert idle.left == 20.0
    assert idle.words == "locks in 20 s"
    idle.allow(0.0)
    assert not idle.over
    assert idle.left == float("inf")
