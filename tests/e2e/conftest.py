from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e.behind import CREDENTIALS, Behind
from tests.e2e.processes import Backing, Embedded, Gateway, NewGateway, Terminal
from tests.peers.servers import couch_server, s3_server


@pytest.fixture(scope="session")
def behind() -> Iterator[Behind]:
    """The servers of others, one of each for all tests."""
    with couch_server(":".join(CREDENTIALS)) as couch, s3_server() as s3:
        yield Behind(couch, s3)


@pytest.fixture(scope="module")
def backing(request: pytest.FixtureRequest) -> Backing:
    """What the gateways of a module stand on: see `on_both`."""
    if getattr(request, "param", "embedded") == "embedded":
        return Embedded()
    found: Backing = request.getfixturevalue("behind")
    return found


@pytest.fixture(scope="module")
def gateway(backing: Backing, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """One running gateway with the demo's reports for all tests of a module."""
    running = Gateway(tmp_path_factory.mktemp("gateway"), backing=backing)
    try:
        yield running.start()
    finally:
        running.stop()


@pytest.fixture
def new_gateway(backing: Backing, tmp_path: Path) -> Iterator[NewGateway]:
    """Begins gateways of a test's own in the folder named; they end with the test."""
    with ExitStack() as ending:

        def begin(name: str, *options: str) -> Gateway:
            running = Gateway(tmp_path / name, options, backing)
            ending.callback(running.stop)
            return running.start()

        yield begin


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
