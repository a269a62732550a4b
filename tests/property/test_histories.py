"""Random histories of terminals and a gateway: all come to the same, and nothing is lost."""

from collections.abc import Iterable

import pytest

from tests.faults.conftest import Say
from tests.property.histories import Histories
from tests.property.shrinking import shrunk
from tests.property.steps import History, history
from tests.torture.counts import FULL, count


def _run_all(histories: Histories, told: Iterable[tuple[int, History]]) -> None:
    """The first that breaks a law is shrunk and shown."""
    for seed, one in told:
        if histories.verdict(one):
            shortest, broken = shrunk(one, histories.verdict)
            pytest.fail(f"history {seed}: {broken}\n{shortest}")


@pytest.mark.torture
def test_all_come_to_the_same_and_nothing_is_lost(histories: Histories, say: Say) -> None:
    first, seeds = (1000, 5000) if FULL else (0, 200)
    _run_all(histories, ((n, history(n, count(18, 45))) for n in range(first, first + seeds)))
    say(f"{seeds} histories: all converge, nothing is lost, no status lied")


@pytest.mark.torture
def test_a_gateway_that_was_put_back_gets_everything_again(histories: Histories, say: Say) -> None:
    """From a backup of its folder: what it has forgotten, those who wrote it still have."""
    seeds = range(count(20, 400))
    _run_all(histories, ((n, history(n, count(18, 30), backups=True)) for n in seeds))
    say(f"{len(seeds)} histories with a gateway put back from a backup: nothing is lost")
