"""An open store with its loop, and what it tells while somebody works with it and after."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from civictui.domain.events import Event
from civictui.domain.ports import Account, Emit, OpenStore, SyncControl, Tokens


class Announcer:
    """Passes events on to whoever listens, from whichever thread they come."""

    def __init__(self) -> None:
        self._listeners: list[Emit] = []

    def listen(self, listener: Emit) -> None:
        self._listeners.append(listener)

    def emit(self, event: Event) -> None:
        for listener in self._listeners:
            listener(event)


class Relay:
    """What a loop emits into. The events of a locked store are nobody's on the screen."""

    def __init__(self, target: Emit) -> None:
        self.target = target

    def emit(self, event: Event) -> None:
        self.target(event)


_ALL = 1_000_000

NewSync: TypeAlias = Callable[[Emit], SyncControl]
"""Makes a loop that tells its events to the function given."""


@dataclass(slots=True)
class Working:
    """One open store, whose it is, and the loop that works for it."""

    account: Account
    store: OpenStore
    sync: SyncControl
    relay: Relay
    roles: frozenset[str] = frozenset()

    async def start(self, tokens: Tokens | None) -> None:
        """Begin to sync, where there is somebody to sync with; what is unsent is known then."""
        if self.account.origin:
            self.sync.start(self.store, self.account.origin, tokens)
        else:
            self.sync.rest(self.store)
        await self.sync.recount()

    async def sendable(self) -> int:
        """Reports and photos that can still be sent.

        Not what the server has refused for good, nor what a rule of the link keeps back.
        """
        jobs = [job for job in await self.store.outbox.jobs() if not job.error]
        waiting = await self.store.marked.changes(0, limit=_ALL)
        photos = len({job.photo for job in jobs}) - self.resting
        return len(waiting.rows) + max(0, photos)

    @property
    def resting(self) -> int:
        """Photos that a rule of the link keeps back."""
        state = self.sync.state()
        return min(state.resting, state.unsent.photos)

    async def close(self) -> None:
        try:
            await self.sync.stop()
        finally:
            await self.store.close()
