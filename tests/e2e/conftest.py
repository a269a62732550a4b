from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.processes import Gateway, Terminal


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """One running gateway with the demo's reports for all tests of a module."""
    running = Gateway(tmp_path_factory.mktemp("gateway")).start()
    yield running
    running.stop()


@pytest.fixture
def one(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "one", "demo")


@pytest.fixture
def two(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "two", "asha")


@pytest.fixture(scope="module")
def synced(gateway: Gateway, tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """A terminal that has everything; for tests that leave it as it is."""
    terminal = Terminal(tmp_path_factory.mktemp("terminal") / "synced", "demo")
    terminal.sync(gateway)
    return terminal


@pytest.fixture
def photo() -> Path:
    """A photo of the pattern with a position in its EXIF: 13.07639, 77.78972."""
    return Path(__file__).parent.parent / "data" / "pattern" / "thumbnail_20171125_152218.jpg"
