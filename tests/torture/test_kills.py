"""Figure 1: kill -9 at any moment, and before every call that changes files."""

from pathlib import Path

import pytest

from tests.tools import require_tool
from tests.torture.campaigns import campaign
from tests.torture.conftest import Say
from tests.torture.counts import count

pytestmark = pytest.mark.torture


def test_killed_at_any_moment(fast: Path, tmp_path: Path, figure: Say) -> None:
    tally, kills, acknowledged = campaign(fast, "random", 1, count(40, 2000))
    on_disk, more, further = campaign(tmp_path, "random", 2, count(5, 150))
    tally.add(on_disk)
    figure(1, f"{kills + more} kills at any moment, {acknowledged + further} acknowledged: {tally}")
    assert tally.clean, tally.examples


def test_killed_before_every_call(fast: Path, figure: Say) -> None:
    strace = str(require_tool("strace"))
    tally, kills, acknowledged = campaign(fast, "calls", 3, count(1, 12), strace)
    figure(1, f"{kills} kills before each call (strace), {acknowledged} acknowledged: {tally}")
    assert tally.clean, tally.examples
