"""A terminal whose rounds a test runs one by one, and which can lose its process.

The store, the vault, the service, the client's side of the gateway are the real ones, wired as
`civictui sync` wires them; only the loop, with its pauses, is left out.
"""

import os
from contextlib import suppress
from pathlib import Path

from civictui.domain.errors import NotConfirmed
from civictui.domain.model import SyncPhase
from civictui.domain.ports import Clock, OpenStore, Tokens
from civictui.geo import distance
from civictui.service import Announcer, CivicService
from civictui.storage.envelope import DeviceSigner
from civictui.storage.slots import COSTS
from civictui.storage.vault import DeviceVault
from civictui.sync.gateway import Gateway
from civictui.sync.loop import SyncLoop
from civictui.sync.session import GatewaySession
from tests.site import PASSWORD


class Device:
    """One user's terminal on the folder `data`."""

    def __init__(self, data: Path, user: str, origin: str, clock: Clock) -> None:
        self.user = user
        self.origin = origin
        self.clock = clock
        self.phases: list[SyncPhase] = []
        self._data = data
        self._signer = DeviceSigner()
        self._tokens: Tokens | None = None
        self._gateway: Gateway | None = None
        self._boot()

    def _boot(self) -> None:
        vault = DeviceVault(self._data, distance, COSTS[-1:])
        self._session = GatewaySession(self._signer, self.clock, vault.device_id())
        self.service = CivicService(
            vault,
            self._session,
            lambda emit: SyncLoop(emit, self.clock, self._signer),
            Announcer(),
            self.clock,
            origin=self.origin,
        )

    @property
    def store(self) -> OpenStore:
        return self.service.store

    # --- who works -----------------------------------------------------------------------------

    async def sign_in(self) -> None:
        """With the gateway; the store is made where there is none."""
        grant = await self._session.sign_in(self.origin, self.user, PASSWORD)
        await self.service.accept(grant, PASSWORD, loop=False)
        self._tokens = grant.tokens

    async def unlock(self) -> None:
        """Without it: with the session that lies sealed in the store."""
        await self.service.unlock(self.user, PASSWORD)

    async def leave(self) -> None:
        await self.hang_up()
        await self.service.lock()

    async def die(self) -> None:
        """Lose the process where it stands: nothing is closed, the system takes what was open.

        Only where the store has no thread of its own: see `tests.property.at_once`.
        """
        await self.hang_up()
        close_files_in(self._data)
        self._tokens = None
        self._boot()

    # --- rounds --------------------------------------------------------------------------------

    async def sync(self) -> None:
        """One round. Raises GatewayError where it cannot be ended, NotConfirmed with work left."""
        gateway = await self._connected()
        await gateway.work.run()
        if await gateway.work.left():
            raise NotConfirmed("The server has not taken everything")

    async def hang_up(self) -> None:
        """End the running session with the gateway: the next round begins a new one."""
        gateway, self._gateway = self._gateway, None
        if gateway:
            await gateway.close()

    async def all_sent(self) -> bool:
        """What the status line would say."""
        return (await self.store.state.unsent()).nothing

    async def _connected(self) -> Gateway:
        if self._gateway is None:
            self._gateway = await Gateway.connect(
                self.store,
                self.origin,
                self._tokens,
                signer=self._signer,
                clock=self.clock,
                step=self._step,
                arrived=self._arrived,
            )
        return self._gateway

    async def _step(self, phase: SyncPhase) -> None:
        self.phases.append(phase)

    async def _arrived(self, _: str) -> None:
        """Nobody waits for a single picture here."""


def close_files_in(folder: Path) -> None:
    """What the system does when a process is gone, to those of its files that lie in `folder`."""
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # that of the listing itself
            if descriptor.readlink().is_relative_to(folder):
                os.close(int(descriptor.name))
