"""Demand 16: foreign text never moves a border and never reaches the terminal raw.

Two walls stand between a document and the terminal: what draws cleans, and the display lets nothing
through. Each is tried with the other taken down.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.pty.hostile_strings import few, hostile_strings
from tests.pty.visited import Visited
from tests.torture.conftest import Say
from tests.torture.counts import FULL

SOME = {"both": 56, "drawing": 32, "gate": 32}
ALL, AT_ONCE = 10_000, 250
"""Strings, and how many of them one visitor takes."""


@pytest.mark.parametrize("walls", SOME)
def test_hostile_strings_on_every_screen(walls: str) -> None:
    judge(visited(few(SOME[walls]), walls=walls))


@pytest.mark.parametrize("walls", SOME)
def test_hostile_strings_where_one_comes_seldom(walls: str) -> None:
    judge(visited(few(16, seed=8), walls=walls, long_way=True))


@pytest.mark.torture
@pytest.mark.skipif(not FULL, reason="takes half an hour; those above are small ones of it")
def test_ten_thousand_hostile_strings(figure: Say) -> None:
    strings = hostile_strings(ALL)
    parts = [strings[at : at + AT_ONCE] for at in range(0, ALL, AT_ONCE)]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda part: visited(part, thorough=True), parts))
    steps, size, outside = (
        sum(figures) for figures in zip(*map(figures_of, found), strict=True)
    )
    figure(
        16,
        f"{ALL:,} hostile strings on {steps:,} screens: of {size:,} bytes to the terminal "
        f"{outside} outside the allow-list",
    )
    for seen in found:
        judge(seen)


def figures_of(seen: Visited) -> tuple[int, int, int]:
    return seen.steps.total(), seen.gauge.bytes, seen.gauge.outside


def visited(strings: list[str], **plan: Any) -> Visited:
    seen = Visited()
    seen.visit(strings, **plan)
    return seen


def judge(seen: Visited) -> None:
    assert seen.gauge.outside == 0, seen.gauge.found
    assert not seen.faults, seen.faults[0]
