"""Figure 4: the n-th call fails, once or for ever, or half of a write goes through; for every n."""

import errno
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tools import require_tool
from tests.torture.campaigns import campaign
from tests.torture.conftest import Say
from tests.torture.counts import FULL, count
from tests.torture.faults import Fails, Fault, Shortens
from tests.torture.steps import script
from tests.torture.trials import FaultTrial, calls_of, judge_trial
from tests.torture.verdict import Tally

pytestmark = pytest.mark.torture

_KINDS = {
    "submit": 3, "draft": 3, "edit": 1, "acknowledge": 2, "sent": 1, "compact": 1, "reopen": 1,
    "batch": 2,
}  # fmt: skip


_GRAVE = {"fsync", "fdatasync", "rename", "ftruncate", "mkdir"}
"""Calls whose failure leaves something half done."""


def _grave(calls: list[str]) -> Iterator[tuple[Fault, int]]:
    """What is tried in any case: the fault, and how many steps may fail before a new opening."""
    for at, call in enumerate(calls, 1):
        if call in _GRAVE:
            yield Fails(at, errno.EIO), 0
            yield Fails(at, errno.EIO), 2


def _faults(calls: list[str]) -> Iterator[tuple[Fault, int]]:
    """Every other fault, at every call."""
    for at, call in enumerate(calls, 1):
        for patience in (0, 2):
            yield Fails(at, errno.ENOSPC), patience
            yield Fails(at, errno.EIO, for_ever=True), patience
            yield Fails(at, errno.ENOSPC, for_ever=True), patience
            if call not in _GRAVE:
                yield Fails(at, errno.EIO), patience
        if call == "write":
            yield Shortens(at), 0
            yield Shortens(at, errno.ENOSPC), 0


def test_calls_that_fail(fast: Path, figure: Say) -> None:
    tally, runs, rng = Tally(), 0, random.Random(4)
    for seed in range(10) if FULL else (4, 9):
        steps = script(f"faults/{seed}", count(8, 12), _KINDS)
        calls = calls_of(fast / "calls", steps)
        others = list(_faults(calls))
        chosen = rng.sample(others, min(len(others), count(25, 10_000)))
        for fault, patience in [*_grave(calls), *chosen]:
            trial = FaultTrial(fast / "trial", steps, fault, patience)
            trial.run()
            tally.add(judge_trial(trial, fast / "cuts", rng, count(2, 3)))
            shutil.rmtree(fast / "trial")
            shutil.rmtree(fast / "cuts")
            runs += 1
        shutil.rmtree(fast / "calls")
    figure(4, f"{runs} runs in which a call fails, {tally.tried} stores opened after: {tally}")
    assert tally.clean, tally.examples


def test_calls_that_the_kernel_refuses(fast: Path, figure: Say) -> None:
    strace = str(require_tool("strace"))
    tally, refused, acknowledged = campaign(fast, "errors", 6, count(1, 10), strace)
    figure(4, f"{refused} calls refused by strace, {acknowledged} acknowledged: {tally}")
    assert tally.clean, tally.examples
