"""The packings of a running loop: begun and stopped by a person, each after a whole sync."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import TypeAlias

from civictui.domain.errors import CivicError, GatewayError
from civictui.domain.model import Pack, PackOrder, PackStep, SyncPhase, SyncState
from civictui.sync.pack.pack_tally import Told
from civictui.sync.pack.packing import BY_HAND, Packing

_AT_REST = frozenset({SyncPhase.PAUSED, SyncPhase.NEEDS_SIGN_IN, SyncPhase.DISABLED})
"""Phases that a loop leaves only when a person does something, here or at the gateway."""
_FETCHES_NOTHING = frozenset({SyncPhase.PAUSED, SyncPhase.DISABLED})
_SYNCED = frozenset({SyncPhase.IDLE, SyncPhase.HELD, SyncPhase.WAITING})
"""Phases after a round: text came down in it. Where the link has gone since, packing finds out."""

NewPacking: TypeAlias = Callable[[Told], Awaitable[Packing]]
"""Makes a packing with what the loop works with. Raises GatewayError."""


class Packer:
    """Belongs to the loop's event loop. `wake` begins a round; `told` hears how far it is."""

    def __init__(self, new_packing: NewPacking, wake: Callable[[], object], told: Told) -> None:
        self._new_packing = new_packing
        self._wake = wake
        self._told = told
        self._pack = Pack(step=PackStep.DONE)
        self._task: asyncio.Task[None] | None = None
        self._state = SyncState()
        self._states: asyncio.Queue[SyncState] = asyncio.Queue()
        self._listens = self._stops = False

    def begin(self, order: PackOrder) -> None:
        """Unless one goes on."""
        if self._task is None or self._task.done():
            self._stops = False
            self._tell(Pack())
            self._task = asyncio.ensure_future(self._do(order))
            self._task.add_done_callback(self._ended)

    def stop(self) -> None:
        """What has come stays. Said twice it must not break off the last words of the first."""
        if self._task and not self._stops:
            self._stops = True
            self._task.cancel()

    async def close(self) -> None:
        """Stop, and wait until what it ended with is kept."""
        self.stop()
        if self._task:
            await asyncio.wait([self._task])

    def heard(self, state: SyncState) -> None:
        """The loop has told its state."""
        self._state = state
        if self._listens:
            self._states.put_nowait(state)
        elif state.phase in _FETCHES_NOTHING:
            self.stop()

    async def _do(self, order: PackOrder) -> None:
        await self._synced()
        packing = await self._new_packing(self._tell)
        await packing.run(order)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        """Say how it ended, where packing itself has not."""
        error = None if task.cancelled() else task.exception()
        if not self._pack.ended:
            self._tell(self._pack.with_(step=PackStep.STOPPED, reason=_why(error)))

    def _tell(self, pack: Pack) -> None:
        self._pack = pack
        self._told(pack)

    async def _synced(self) -> None:
        """A whole round, begun after this. Raises GatewayError where there is none to be had."""
        if self._state.phase is SyncPhase.PAUSED:
            raise GatewayError("The sync is paused")
        self._states, self._listens = asyncio.Queue(), True
        try:
            self._wake()
            await self._until({SyncPhase.CONNECTING}, _AT_REST)
            await self._until(_SYNCED, {*_AT_REST, SyncPhase.OFFLINE})
        finally:
            self._listens = False

    async def _until(self, good: Collection[SyncPhase], bad: Collection[SyncPhase]) -> None:
        while True:
            state = await self._states.get()
            if state.phase in good:
                return
            if state.phase in bad:
                raise GatewayError(state.reason or state.phase.value)


def _why(error: BaseException | None) -> str:
    if error is None:
        return BY_HAND
    if isinstance(error, CivicError):
        return error.sentence
    return f"the program met an error of its own ({type(error).__name__})"
