"""Demand 16: foreign text never moves a border and never reaches the terminal raw."""

import pytest

from tests.pty.hostile_strings import few, hostile_strings
from tests.pty.visited import Visited
from tests.torture.counts import FULL

SOME = 120


@pytest.mark.parametrize("walls", ["both", "drawing", "gate"])
def test_hostile_strings_on_every_screen(walls: str) -> None:
    seen = Visited()
    seen.visit(few(SOME), walls)
    assert seen.gauge.outside == 0, seen.gauge.found
    assert not seen.faults, seen.faults[0]
