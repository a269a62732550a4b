"""Batches of two seconds, progress that never falls, pauses that grow."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.sync.backoff import Backoff
from civictui.sync.pace import FEWEST, FIRST, MOST, Pace
from civictui.sync.progress import Progress


def settled(documents_a_second: float, latency: float) -> int:
    pace = Pace()
    for _ in range(10):
        pace.took(pace.limit, latency + pace.limit / documents_a_second)
    return pace.limit


@pytest.mark.parametrize(
    ("rate", "latency", "least", "most"),
    [(1e6, 0.0, MOST, MOST), (100, 0.1, 180, 200), (15, 0.9, 15, 20), (1, 0.9, FEWEST, FEWEST)],
)
def test_a_batch_takes_about_two_seconds(
    rate: float, latency: float, least: int, most: int
) -> None:
    assert least <= settled(rate, latency) <= most


def test_a_batch_that_is_small_for_want_of_more_says_nothing_of_larger_ones() -> None:
    pace = Pace()
    pace.took(1, 0.001)
    assert pace.limit == FIRST
    pace.took(0, 100)
    assert pace.limit == FIRST


def test_what_was_too_large_shrinks_down_to_one() -> None:
    pace = Pace()
    shrunk = [pace.shrink() for _ in range(5)]
    assert pace.limit == 1
    assert shrunk[-1] is False


def test_after_a_trouble_it_grows_step_by_step() -> None:
    pace = Pace()
    while pace.limit < MOST:
        pace.took(pace.limit, 0.001)
    pace.shrink()
    steps = 0
    while pace.limit < MOST:
        pace.took(pace.limit, 0.001)
        steps += 1
    assert steps > 5


@given(st.lists(st.tuples(st.integers(0, 50), st.none() | st.integers(0, 200)), max_size=20))
def test_the_share_never_falls_and_is_whole_at_the_end(
    batches: list[tuple[int, int | None]],
) -> None:
    progress = Progress()
    shares = [0.0]
    for read, left in batches:
        progress.batch(read, left)
        assert progress.done >= 0
        if progress.total:
            assert progress.done <= progress.total
            shares.append(progress.done / progress.total)
    assert all(before <= after for before, after in pairwise(shares))
    progress.finish()
    assert progress.done == progress.total


def test_a_source_that_does_not_count_is_counted() -> None:
    progress = Progress()
    progress.batch(100, None)
    progress.batch(50, None)
    assert (progress.done, progress.total) == (150, 0)


def test_pauses_double_from_a_second_to_five_minutes() -> None:
    backoff = Backoff()
    pauses = [backoff.pause() for _ in range(20)]
    bounds = [min(300.0, 2.0 ** (n + 1)) for n in range(20)]
    assert all(1.0 <= pause <= bound for pause, bound in zip(pauses, bounds, strict=True))
    backoff.reset()
    assert backoff.pause() <= 2.0


def test_a_server_that_wants_more_time_gets_it() -> None:
    assert Backoff().pause(120.0) == 120.0
