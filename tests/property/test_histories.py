"""Random histories of terminals and a gateway: all come to the same, and nothing is lost."""

import pytest

from tests.faults.conftest import Say
from tests.property.histories import Histories
from tests.property.shrinking import shrunk
from tests.property.steps import history
from tests.torture.counts import FULL, count


@pytest.mark.torture
def test_all_come_to_the_same_and_nothing_is_lost(histories: Histories, say: Say) -> None:
    first, seeds = (1000, 5000) if FULL else (0, 200)
    for seed in range(first, first + seeds):
        told = history(seed, count(18, 45))
        if histories.verdict(told):
            shortest, broken = shrunk(told, histories.verdict)
            pytest.fail(f"history {seed}: {broken}\n{shortest}")
    say(f"{count(200, 5000)} histories: all converge, nothing is lost, no status lied")
