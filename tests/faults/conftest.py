from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults.hostile import Between
from tests.site import Site, Terminal, site

__all__ = ["site"]


@pytest.fixture
async def between(site: Site) -> AsyncIterator[Between]:
    proxy = Between(site.port)
    await proxy.start()
    yield proxy
    await proxy.stop()


@pytest.fixture
async def one(tmp_path: Path, between: Between) -> AsyncIterator[Terminal]:
    """A terminal that speaks to the gateway through the proxy."""
    terminal = Terminal(tmp_path / "one", f"http://127.0.0.1:{between.port}")
    yield terminal
    await terminal.service.lock()
