"""Figure 16: 10,000 hostile strings on all screens, and what of them reaches the terminal."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.pty.hostile_strings import hostile_strings
from tests.pty.visited import Visited
from tests.torture.conftest import Say
from tests.torture.counts import FULL

pytestmark = pytest.mark.torture

ALL, AT_ONCE = 10_000, 250
"""Strings, and how many of them one visitor takes."""


@pytest.mark.skipif(not FULL, reason="takes half an hour; tests/pty/test_hostile.py has less of it")
def test_nothing_of_ten_thousand_hostile_strings_steers_the_terminal(figure: Say) -> None:
    strings = hostile_strings(ALL)
    parts = [strings[at : at + AT_ONCE] for at in range(0, ALL, AT_ONCE)]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(visited, parts))
    steps = sum(seen.steps.total() for seen in found)
    size = sum(seen.gauge.bytes for seen in found)
    outside = sum(seen.gauge.outside for seen in found)
    figure(
        16,
        f"{ALL:,} hostile strings on {steps:,} screens: of {size:,} bytes to the terminal "
        f"{outside} outside the allow-list",
    )
    assert outside == 0, [at for seen in found for at in seen.gauge.found]
    assert not any(seen.faults for seen in found), [seen.faults[:1] for seen in found]


def visited(strings: list[str]) -> Visited:
    seen = Visited()
    seen.visit(strings, thorough=True)
    return seen
