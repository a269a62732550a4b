"""The real gateway, the terminals of `tests.site`, and a proxy between, as fixtures."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from civictui.domain.model import SyncPhase
from tests.faults.hostile import Between, between
from tests.site import PASSWORD, Site, Terminal, Watch, one, site, two
from tests.sync.operator import Operator

__all__ = ["between", "one", "site", "two"]


@pytest.fixture
def operator(site: Site) -> Operator:
    return Operator(site)


@pytest.fixture
async def near(tmp_path: Path, between: Between) -> AsyncIterator[tuple[Terminal, Watch]]:
    """A terminal that is idle, and speaks to the gateway through the proxy."""
    terminal = Terminal(tmp_path / "near", between.origin)
    watch = Watch(terminal)
    await terminal.service.sign_in("demo", PASSWORD)
    await watch.until_phase(terminal, SyncPhase.IDLE)
    yield terminal, watch
    await terminal.service.lock()
