"""A real gateway on a real socket in a thread, and stores of two users."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import httpx
import pytest

from civictui.clock import SystemClock
from civictui.domain.events import Event, SyncStateChanged
from civictui.domain.model import SyncPhase, SyncState
from civictui.domain.ports import Emit, OpenStore
from civictui.gateway import provisioning
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.server import GatewayThread
from civictui.geo import distance
from civictui.geo.maps.tiles.cover import tiles_around
from civictui.service import Announcer, CivicService
from civictui.storage.envelope import DeviceSigner
from civictui.storage.slots import COSTS
from civictui.storage.vault import DeviceVault
from civictui.sync.beside import Errand, nothing
from civictui.sync.loop import SyncLoop
from civictui.sync.session import GatewaySession

PASSWORD = "a pass of words"


class Site:
    """A gateway that can be stopped, changed and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        opened = provisioning.open_folder(folder)
        for name in ("demo", "asha"):
            provisioning.add_user(opened, name, PASSWORD, cost=CHEAP)
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

    def change_password(self, user: str, new: str, current: str = PASSWORD) -> None:
        """Somewhere else, on another device."""
        body = {"username": user, "password": current, "new_password": new, "device": {"id": "x"}}
        url = f"{self.origin}/v1/password"
        assert httpx.post(url, json=body, trust_env=False).status_code == 204

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

    def __init__(
        self,
        folder: Path,
        origin: str,
        *,
        pepper_file: str = "",
        errand: Errand = nothing,
        client_logs: bool = False,
    ) -> None:
        clock, signer, announcer = SystemClock(), DeviceSigner(), Announcer()
        vault = DeviceVault(folder, distance, COSTS[-1:], pepper_file)
        self.session = GatewaySession(signer, clock, vault.device_id())
        self.clock, self.signer, self.vault = clock, signer, vault

        def new_sync(emit: Emit) -> SyncLoop:
            return SyncLoop(
                emit,
                clock,
                signer,
                longest_pause=0.2,
                errand=errand,
                cover=tiles_around,
                device=vault.device_id(),
                client_logs=client_logs,
            )

        self.service = CivicService(vault, self.session, new_sync, announcer, clock, origin=origin)

    @property
    def store(self) -> OpenStore:
        return self.service.store


class Watch:
    """Everything that a terminal's service announces, and a way to wait for it."""

    def __init__(self, terminal: Terminal) -> None:
        self.events: list[Event] = []
        self._changed = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        terminal.service.listen(self._hear)

    def _hear(self, event: Event) -> None:
        self.events.append(event)
        self._loop.call_soon_threadsafe(self._changed.set)

    @property
    def states(self) -> list[SyncState]:
        return [event.state for event in self.events if isinstance(event, SyncStateChanged)]

    async def until(self, holds: Callable[[], bool | Awaitable[bool]]) -> None:
        async with asyncio.timeout(30):
            while True:
                self._changed.clear()
                answer = holds()
                if answer if isinstance(answer, bool) else await answer:
                    return
                await self._changed.wait()

    async def until_phase(self, terminal: Terminal, phase: SyncPhase) -> SyncState:
        await self.until(lambda: terminal.service.sync_state().phase is phase)
        return terminal.service.sync_state()


async def all_sent(terminal: Terminal) -> bool:
    return (await terminal.store.state.unsent()).nothing


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
