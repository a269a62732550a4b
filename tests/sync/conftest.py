"""A real gateway on a real socket in a thread, and stores of two users."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from civictui.clock import SystemClock
from civictui.domain.ports import OpenStore
from civictui.gateway import embedded
from civictui.gateway.passwords import CHEAP
from civictui.gateway.server import GatewayThread
from civictui.geo import distance
from civictui.service import Announcer, CivicService
from civictui.storage.envelope import DeviceSigner
from civictui.storage.keyring import COSTS
from civictui.storage.vault import DeviceVault
from civictui.sync.loop import SyncLoop
from civictui.sync.session import GatewaySession

PASSWORD = "a pass of words"


class Site:
    """A gateway that can be stopped, changed and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        opened = embedded.open_folder(folder)
        for name in ("demo", "asha"):
            embedded.add_user(opened, name, PASSWORD, cost=CHEAP)
        self._thread: GatewayThread | None = None
        self.port = 0

    def start(self, access_seconds: int = 900) -> None:
        self._thread = GatewayThread(
            self.folder, port=self.port, cost=CHEAP, access_seconds=access_seconds
        )
        self.port = self._thread.__enter__().port

    def stop(self) -> None:
        if self._thread:
            self._thread.__exit__(None, None, None)
            self._thread = None

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    running = Site(tmp_path / "gateway")
    running.start()
    yield running
    running.stop()


class Terminal:
    """A client as `bootstrap` builds it, with a cheap keyring and a short pause between tries."""

    def __init__(self, folder: Path, origin: str) -> None:
        clock, signer, announcer = SystemClock(), DeviceSigner(), Announcer()
        vault = DeviceVault(folder, distance, COSTS[-1:])
        self.session = GatewaySession(signer, clock, vault.device_id())
        self.loop = SyncLoop(announcer.emit, clock, signer, longest_pause=0.2)
        self.clock, self.signer, self.vault = clock, signer, vault
        self.service = CivicService(vault, self.session, self.loop, announcer, clock, origin=origin)

    @property
    def store(self) -> OpenStore:
        return self.service.store


@pytest.fixture
async def one(tmp_path: Path, site: Site) -> AsyncIterator[Terminal]:
    terminal = Terminal(tmp_path / "one", site.origin)
    yield terminal
    await terminal.service.lock()


@pytest.fixture
async def two(tmp_path: Path, site: Site) -> AsyncIterator[Terminal]:
    terminal = Terminal(tmp_path / "two", site.origin)
    yield terminal
    await terminal.service.lock()
