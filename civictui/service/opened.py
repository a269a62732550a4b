"""The store that is open: who works with it, whether anybody may, and giving it up again."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from civictui.domain.errors import StoreBusy, StoreError
from civictui.domain.events import LockedSending
from civictui.domain.model import NO_POLICY, Policy, SyncPhase
from civictui.domain.ports import Account, Clock, Emit, Grant, OpenStore
from civictui.service import heard
from civictui.service.features import require
from civictui.service.lingering import Lingering
from civictui.service.working import Announcer, Working

T = TypeVar("T")

_SUPERVISORS = frozenset({"supervisor", "admin"})


@dataclass(frozen=True, slots=True)
class Admitted:
    """Whom the gateway has accepted while the store is still shut."""

    grant: Grant
    account: Account
    password: str = field(repr=False)
    take_over: bool


class Opened:
    """The part of the service that has a store, or none, and closes it."""

    def __init__(self, announcer: Announcer, clock: Clock, sending_seconds: float) -> None:
        self._announcer = announcer
        self._clock = clock
        self._sending_seconds = sending_seconds
        self._working: Working | None = None
        self._admitted: Admitted | None = None
        self._lingering: list[Lingering] = []

    @property
    def user(self) -> str:
        return self._working.store.user if self._working else ""

    @property
    def supervises(self) -> bool:
        return bool(self._working and not _SUPERVISORS.isdisjoint(self._working.roles))

    @property
    def policy(self) -> Policy:
        return self._working.policy if self._working else NO_POLICY

    @property
    def barred(self) -> str:
        return self._working.barred if self._working else ""

    @property
    def store(self) -> OpenStore:
        """The unlocked store, to work with. Raises StoreError while locked, Barred."""
        return self._work.open

    @property
    def outgoing(self) -> OpenStore:
        """The same for what waits in it to be sent, also where nobody may work with it."""
        return self._work.store

    async def waiting_to_go(self) -> int:
        unsent = await self.outgoing.state.unsent()
        return unsent.reports + unsent.photos

    @property
    def account(self) -> Account:
        """Whose store is open. Raises StoreError while locked."""
        return self._work.account

    @property
    def _work(self) -> Working:
        if self._working is None:
            raise StoreError("The store is locked", "Sign in first.")
        return self._working

    def check_open(self) -> None:
        """For what does not need the store itself. Raises what `store` raises."""
        _ = self.store

    def require(self, feature: str) -> None:
        """Raises FeatureOff where the operator has switched it off, and what `store` raises."""
        self.check_open()
        require(self.policy, feature)

    def listen(self, listener: Emit) -> None:
        self._announcer.listen(listener)

    # --- locking ---------------------------------------------------------------------------------

    async def lock(self, *, linger: bool = False) -> None:
        if linger:
            await self._leave(linger=True)
            return
        await self._leave()
        for lingering in self._lingering:
            await asyncio.to_thread(lingering.end)
        self._lingering.clear()

    def lingering(self) -> int:
        return sum(lingering.left for lingering in self._lingering)

    def let_linger(self) -> None:
        """Wait until no locked store sends any more: what a process does before it ends."""
        for lingering in list(self._lingering):
            lingering.join()

    def end_lingering(self) -> None:
        """Close what lingers now, from a signal's handler or any thread."""
        for lingering in list(self._lingering):
            lingering.end()

    async def _leave(self, *, linger: bool = False) -> None:
        """Give the store up, whole: whoever waits for it may be cancelled, the closing may not."""
        self._admitted = None
        work = self._working
        if work is None:
            return
        left = (await self._left(work)) if linger else 0
        resting = work.resting if linger else 0
        if self._working is not work:  # given up by somebody else meanwhile
            return
        self._working = None
        if left and self._may_send(work):
            self._lingering = [other for other in self._lingering if other.left]
            self._lingering.append(Lingering(work, left, self._sending_seconds, self._tell_left))
            return
        await asyncio.shield(self._close(work))
        if left + resting:
            self._tell_left(left + resting)

    async def _left(self, work: Working) -> int:
        """What a store that goes on sending has to send."""
        await heard.note_time(work, self._clock.now())
        return (await work.sendable()) if work.account.origin else 0

    async def _close(self, work: Working) -> None:
        try:
            await heard.note_time(work, self._clock.now())
        finally:
            await work.close()

    def _may_send(self, work: Working) -> bool:
        """Whether a store that is locked now would get anything sent."""
        needs_password = work.sync.state().phase is SyncPhase.NEEDS_SIGN_IN
        return self._sending_seconds > 0 and not needs_password

    def _tell_left(self, given_up: int) -> None:
        self._announcer.emit(LockedSending(self.lingering(), given_up))

    async def _alone(self, account: Account, opening: Callable[[], Awaitable[T]]) -> T:
        """Open a store, which may be one of ours that still lingers: the password is right then."""
        try:
            return await opening()
        except StoreBusy:
            ours = [one for one in self._lingering if one.account.user == account.user]
            if not ours:
                raise
            for lingering in ours:
                await asyncio.to_thread(lingering.end)
            return await opening()
