"""Who works: signing in and unlocking, locking and leaving."""

import asyncio
import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from civictui.domain.errors import (
    GatewayError,
    SealedOtherwise,
    SignInBlocked,
    SignInRefused,
    StoreBusy,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreMissing,
    StoreReadOnly,
    Unreachable,
    WrongPassword,
)
from civictui.domain.events import LockedSending
from civictui.domain.model import SignedIn, SyncPhase
from civictui.domain.ports import Account, Emit, Grant, OpenStore, Session, Vault
from civictui.service.lingering import SENDING_SECONDS, Lingering
from civictui.service.working import Announcer, NewSync, Relay, Working

T = TypeVar("T")

STRONG_CHARACTERS = 12
"""A shorter password opens a store, which is then only as safe as it is hard to guess."""
_SUPERVISORS = frozenset({"supervisor", "admin"})
_NO_LINK = "There is no link: the password that this terminal last had is the one that opens it."
_WEAK = "this password is short, and so the store on this terminal is weak: choose a longer one"


@dataclass(frozen=True, slots=True)
class Admitted:
    """Whom the gateway has accepted while the store is still shut."""

    grant: Grant
    account: Account
    password: str = field(repr=False)
    take_over: bool


class Access:
    """The part of the service that opens and closes stores. `origin` is "" where none is known."""

    def __init__(
        self,
        vault: Vault,
        session: Session,
        new_sync: NewSync,
        announcer: Announcer,
        *,
        origin: str,
        sending_seconds: float = SENDING_SECONDS,
    ) -> None:
        self._vault = vault
        self._session = session
        self._new_sync = new_sync
        self._announcer = announcer
        self._origin = origin
        self._sending_seconds = sending_seconds
        self._working: Working | None = None
        self._admitted: Admitted | None = None
        self._lingering: list[Lingering] = []
        self.elsewhere = 0
        """What waits in this user's stores of gateways that were at this address before."""

    @property
    def user(self) -> str:
        return self._working.store.user if self._working else ""

    @property
    def supervises(self) -> bool:
        return bool(self._working and not _SUPERVISORS.isdisjoint(self._working.roles))

    @property
    def store(self) -> OpenStore:
        """The unlocked store. Raises StoreError while locked."""
        return self._work.store

    @property
    def account(self) -> Account:
        """Whose store is open. Raises StoreError while locked."""
        return self._work.account

    @property
    def _work(self) -> Working:
        if self._working is None:
            raise StoreError("The store is locked", "Sign in first.")
        return self._working

    def listen(self, listener: Emit) -> None:
        self._announcer.listen(listener)

    # --- the gateway -----------------------------------------------------------------------------

    async def look_at(self, address: str) -> str:
        return await self._session.look_at(address)

    def use_server(self, origin: str) -> None:
        """Sign in there from now on; an open store stays with the gateway that it has."""
        self._origin = origin

    # --- signing in ----------------------------------------------------------------------------

    async def sign_in(self, user: str, password: str, *, take_over: bool = False) -> SignedIn:
        await self._leave()
        try:
            grant = await self._ask(self._origin, user, password)
        except SignInRefused:
            raise
        except GatewayError as error:  # no link, a proxy's page, a pause: the store is here
            await self._unlock_instead(user, password, error, take_over)
            await self._work.start(None)
            aside = await self._vault.aside(self.account)
            return SignedIn(user=self.user, online=False, notice=self.store.notice, aside=aside)
        return await self.accept(grant, password, take_over=take_over)

    async def accept(
        self, grant: Grant, password: str, *, take_over: bool = False, loop: bool = True
    ) -> SignedIn:
        """Open, or create, the store of a user whom the gateway has just accepted.

        Without `loop`, the caller syncs. Raises SealedOtherwise where the store has an earlier
        password or is damaged.
        """
        account = Account(self._origin, grant.gateway, grant.user)
        admitted = Admitted(grant, account, password, take_over)
        opening = partial(self._vault.create, account, password, take_over=take_over)
        try:
            store = await self._alone(account, opening)
        except (WrongPassword, StoreDamaged) as error:
            self._admitted = admitted
            raise SealedOtherwise(
                recoverable=await self._is_recoverable(account),
                damaged=isinstance(error, StoreDamaged),
            ) from error
        return await self._enter(admitted, store, loop=loop)

    async def unlock(self, user: str, password: str, *, take_over: bool = False) -> None:
        """Open the store with the password alone. Raises the errors of Vault."""
        account = Account(self._origin, "", spelled(user))
        opening = partial(
            self._vault.unlock, account.origin, account.user, password, take_over=take_over
        )
        store = await self._alone(account, opening)
        origin = self._origin or str(await store.secrets.get("origin") or "")
        gateway = str(await store.secrets.get("gateway") or "")
        self._begin(Account(origin, gateway, store.user), store)
        await self._recall_roles()

    async def sign_in_again(self, password: str) -> SignedIn:
        work = self._work
        grant = await self._session.sign_in(work.account.origin, work.store.user, password)
        await self._go_on(work, grant)
        with suppress(StoreFull, StoreReadOnly):  # it may have been changed elsewhere meanwhile
            await self.store.seal_with(password)
        return SignedIn(user=self.user, online=True, display_name=grant.display_name)

    async def _go_on(self, work: Working, grant: Grant) -> None:
        """With a new session of the same user."""
        await self._keep(grant)
        work.sync.signed_in(grant.tokens)

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
        left = (await work.sendable()) if linger and work.account.origin else 0
        resting = work.resting if linger else 0
        if self._working is not work:  # given up by somebody else meanwhile
            return
        self._working = None
        if left and self._may_send(work):
            self._lingering = [other for other in self._lingering if other.left]
            self._lingering.append(Lingering(work, left, self._sending_seconds, self._tell_left))
            return
        await asyncio.shield(work.close())
        if left + resting:
            self._tell_left(left + resting)

    def _may_send(self, work: Working) -> bool:
        """Whether a store that is locked now would get anything sent."""
        needs_password = work.sync.state().phase is SyncPhase.NEEDS_SIGN_IN
        return self._sending_seconds > 0 and not needs_password

    def _tell_left(self, given_up: int) -> None:
        self._announcer.emit(LockedSending(self.lingering(), given_up))

    # --- inside ------------------------------------------------------------------------------

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

    def _begin(self, account: Account, store: OpenStore) -> Working:
        relay = Relay(self._announcer.emit)
        self._working = Working(account, store, self._new_sync(relay.emit), relay)
        return self._working

    async def _enter(self, admitted: Admitted, store: OpenStore, *, loop: bool = True) -> SignedIn:
        """The store is open and the gateway has confirmed the password: bring both together."""
        grant, account = admitted.grant, admitted.account
        self._admitted = None
        work = self._begin(account, store)
        notices = [store.notice]
        with suppress(StoreFull, StoreReadOnly):  # the session goes on with what is stored
            await store.keep_password(admitted.password)
            notices.append(await store.trust(grant.gateway, grant.gateway_key, grant.recovery_key))
        await self._keep(grant)
        self.elsewhere = await self._vault.unsent_elsewhere(account, admitted.password)
        if self.elsewhere:
            count = self.elsewhere
            notices.append(f"{count} reports or photos wait for the gateway that was here before")
        if len(admitted.password) < STRONG_CHARACTERS:
            notices.append(_WEAK)
        if loop:
            await work.start(grant.tokens)
        return SignedIn(
            user=store.user,
            online=True,
            display_name=grant.display_name,
            notice="; ".join(filter(None, notices)),
            aside=await self._vault.aside(account),
        )

    async def _recall_roles(self) -> None:
        """What this user may do by the last word of the gateway, which may be a renewal's."""
        work = self._work
        work.roles = frozenset(await work.store.secrets.get("roles") or ())

    async def _is_recoverable(self, account: Account) -> bool:
        try:
            await self._vault.begin_recovery(account)
        except StoreError:
            return False
        return True

    async def _unlock_instead(
        self, user: str, password: str, error: GatewayError, take_over: bool
    ) -> None:
        """Unlock where the gateway gave no answer. Of two refusals a pause is the one to tell."""
        try:
            await self.unlock(user, password, take_over=take_over)
        except (StoreMissing, WrongPassword) as refusal:
            if isinstance(error, SignInBlocked):
                raise error from None
            if isinstance(refusal, WrongPassword):  # a new one perhaps, which the gateway knows
                raise WrongPassword(str(refusal), _NO_LINK) from refusal
            raise

    async def _ask(self, origin: str, user: str, password: str) -> Grant:
        if not origin:
            raise Unreachable("No server is set", "Name one with --server.")
        return await self._session.sign_in(origin, spelled(user), password)

    async def _keep(self, grant: Grant) -> None:
        """Seal what a sign-in gave, for the time without a link."""
        secrets = self.store.secrets
        tokens = grant.tokens
        kept = {"access": "", "expires_in": 0, "refresh": tokens.refresh, "key": tokens.key}
        values: Mapping[str, Any] = {
            "tokens": kept,
            "origin": self._work.account.origin,
            "gateway": grant.gateway,
            "database": grant.database,
            "policy": dict(grant.policy),
            "clock offset": grant.offset,
            "roles": list(grant.roles),
        }
        self._work.roles = frozenset(grant.roles)
        with suppress(StoreFull, StoreReadOnly):  # not remembered, but this session goes on
            for name, value in values.items():
                if await secrets.get(name) != value:
                    await secrets.put(name, value)


def spelled(user: str) -> str:
    return unicodedata.normalize("NFC", user.strip())
