"""The real gateway and the terminals of `tests.site`, as fixtures; and one that is played."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.conftest import MovableClock
from tests.played import Played
from tests.site import one, site, two

__all__ = ["one", "site", "two"]


@pytest.fixture
async def played(tmp_path: Path, clock: MovableClock) -> AsyncIterator[Played]:
    terminal = Played(tmp_path / "played", clock)
    yield terminal
    await terminal.service.lock()
