"""Demand 16: foreign text never moves a border and never reaches the terminal raw.

Two walls stand between a document and the terminal: what draws cleans, and the display lets nothing
through. Each is tried with the other taken down. `tests/torture/test_hostile_strings.py` has more.
"""

from typing import Any

import pytest

from tests.pty.hostile_strings import few
from tests.pty.visited import Visited

SOME = {"both": 56, "drawing": 32, "gate": 32}


@pytest.mark.parametrize("walls", SOME)
def test_hostile_strings_on_every_screen(walls: str) -> None:
    judge(visited(few(SOME[walls]), walls=walls))


@pytest.mark.parametrize("walls", SOME)
def test_hostile_strings_where_one_comes_seldom(walls: str) -> None:
    judge(visited(few(16, seed=8), walls=walls, long_way=True))


def visited(strings: list[str], **plan: Any) -> Visited:
    seen = Visited()
    seen.visit(strings, **plan)
    return seen


def judge(seen: Visited) -> None:
    assert seen.gauge.outside == 0, seen.gauge.found
    assert not seen.faults, seen.faults[0]
