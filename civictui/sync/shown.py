"""What the loop shows of its work: the state, and faults of the program, each once."""

from datetime import datetime
from typing import Protocol

import civictui
from civictui.domain.crash import Crash
from civictui.domain.events import Event, OwnFault
from civictui.domain.model import SyncPhase, SyncState, read_time
from civictui.domain.ports import OpenStore
from civictui.sync.gateway import Gateway
from civictui.sync.pictures.link_rules import Meter


class Display(Protocol):
    """Where the work shows what it does."""

    def publish(self, state: SyncState) -> None: ...

    def emit(self, event: Event) -> None: ...


class Shown:
    """Of one store. Belongs to one event loop."""

    def __init__(self, store: OpenStore, display: Display, meter: Meter) -> None:
        self._store = store
        self._display = display
        self._meter = meter
        self._proved_at: datetime | None = None
        self._fault: tuple[str, ...] = ()
        self.gateway: Gateway | None = None

    async def begin(self) -> None:
        """Read when both sides were the same last, before this loop began."""
        self._proved_at = read_time(await self._store.secrets.get("proved at") or "")
        await self._meter.begin()

    async def state(
        self, phase: SyncPhase, reason: str = "", *, next_try: datetime | None = None
    ) -> None:
        rest = self._meter.rest(await self._store.outbox.jobs())
        state = SyncState(
            phase=phase,
            reason=reason,
            next_try=next_try,
            proved_at=self._proved_at,
            unsent=await self._store.state.unsent(),
            resting=rest.photos,
            rest=rest.why,
        )
        if self.gateway:
            state = self.gateway.shown_in(state)
        self._display.publish(state)

    def fault(self, error: Exception) -> None:
        """Once of each, however often it is met."""
        crash = Crash.of(error, civictui.__version__, "sync")
        if crash.trace != self._fault:
            self._fault = crash.trace
            self._display.emit(OwnFault(crash))
