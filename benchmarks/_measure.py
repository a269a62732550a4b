"""How the benchmarks measure: medians of runs that take turns, so that a busy machine hits all."""

import gc
import statistics
import time
from collections.abc import Callable, Sequence

from civictui.storage.store import StoreTables

TURNS = 7


def medians(*calls: Callable[[], object], turns: int = TURNS) -> list[float]:
    """Median seconds of each call, over so many turns."""
    return [statistics.median(taken) for taken in _in_turns(calls, turns)]


def compared(first: Callable[[], object], second: Callable[[], object]) -> tuple[float, ...]:
    """Median seconds of two calls, and the median of how many times as long the second took.

    The ratio is taken in each turn, whose two calls met the same machine; for calls that leave
    much behind, so that neither pays for the garbage of the other.
    """
    _, firsts, _, seconds = _in_turns([gc.collect, first, gc.collect, second], TURNS)
    ratios = [after / before for before, after in zip(firsts, seconds, strict=True)]
    return statistics.median(firsts), statistics.median(seconds), statistics.median(ratios)


def _in_turns(calls: Sequence[Callable[[], object]], turns: int) -> list[list[float]]:
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(turns):
        for call, taken in zip(calls, times, strict=True):
            taken.append(seconds_of(call))
    return times


def seconds_of(call: Callable[[], object]) -> float:
    """How long one call takes, without the closing of what it gives."""
    began = time.perf_counter()
    given = call()
    taken = time.perf_counter() - began
    if isinstance(given, StoreTables):
        given.close()
    return taken
