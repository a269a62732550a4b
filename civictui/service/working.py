"""An open store with its loop, and what it tells while somebody works with it and after."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import civictui
from civictui.domain.errors import Barred, StoreError
from civictui.domain.events import Event
from civictui.domain.model import NO_POLICY, Policy
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
    """For what goes on where all else is closed: the loop, locking, the way out of what waits."""
    sync: SyncControl
    relay: Relay
    roles: frozenset[str] = frozenset()
    policy: Policy = NO_POLICY
    """What the operator asks, by the gateway's last word."""
    has_heard: bool = False
    """Whether that word came while this store was open."""
    shut: StoreError | None = None
    """Why nobody may work with it: it was opened for what it has to be sent, and no more."""

    @property
    def barred(self) -> str:
        """See `Policy.bars`; another version of the program may be let in again."""
        return self.policy.bars(civictui.__version__)

    @property
    def open(self) -> OpenStore:
        """The store, for whoever works with it. Raises Barred, OfflineTooLong."""
        if self.shut:
            raise self.shut
        if why := self.barred:
            raise Barred(why, self.policy.disabled_message)
        return self.store

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
