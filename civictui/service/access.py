"""Who works: signing in and unlocking."""

import unicodedata
from contextlib import suppress
from functools import partial

from civictui.domain.errors import (
    GatewayError,
    SealedOtherwise,
    SignInBlocked,
    SignInRefused,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreMissing,
    StoreReadOnly,
    Unreachable,
    WrongPassword,
)
from civictui.domain.events import Event, PolicyChanged
from civictui.domain.model import SignedIn
from civictui.domain.ports import Account, Clock, Grant, OpenStore, Session, Vault
from civictui.service import heard
from civictui.service.lingering import SENDING_SECONDS
from civictui.service.opened import Admitted, Opened
from civictui.service.working import Announcer, NewSync, Relay, Working

STRONG_CHARACTERS = 12
"""A shorter password opens a store, which is then only as safe as it is hard to guess."""
_NO_LINK = "There is no link: the password that this terminal last had is the one that opens it."
_WEAK = "this password is short, and so the store on this terminal is weak: choose a longer one"


class Access(Opened):
    """The part of the service that signs in and unlocks. `origin` is "" where none is known."""

    def __init__(
        self,
        vault: Vault,
        session: Session,
        new_sync: NewSync,
        announcer: Announcer,
        clock: Clock,
        *,
        origin: str,
        sending_seconds: float = SENDING_SECONDS,
    ) -> None:
        super().__init__(announcer, clock, sending_seconds)
        self._vault = vault
        self._session = session
        self._new_sync = new_sync
        self._origin = origin
        self.elsewhere = 0
        """What waits in this user's stores of gateways that were at this address before."""

    # --- the gateway -----------------------------------------------------------------------------

    async def look_at(self, address: str) -> str:
        return await self._session.look_at(address)

    async def notice(self) -> str:
        if not self._origin:
            return ""
        try:
            words = await self._session.notice(self._origin)
        except GatewayError:
            return await self._vault.kept_notice(self._origin)
        await self._vault.keep_notice(self._origin, words)
        return words

    async def _leave(self, *, linger: bool = False) -> None:
        """What was heard of the notice meanwhile is what `notice` says without a link."""
        work = self._working
        if work and work.has_heard:
            await self._vault.keep_notice(work.account.origin, work.policy.message)
        await super()._leave(linger=linger)

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
            notice = await self._unlock_instead(user, password, error, take_over)
            work = self._work
            await work.start(None)
            aside, barred = await self._vault.aside(work.account), work.barred
            user = work.store.user
            return SignedIn(user=user, online=False, notice=notice, aside=aside, barred=barred)
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

    async def unlock(
        self, user: str, password: str, *, take_over: bool = False, to_rescue: bool = False
    ) -> str:
        """Open the store with the password alone; gives what the person should know.

        Raises the errors of Vault, and OfflineTooLong; `to_rescue` opens it even then, for what
        waits in it to be sent (`outgoing`) and nothing else.
        """
        account = Account(self._origin, "", spelled(user))
        opening = partial(
            self._vault.unlock, account.origin, account.user, password, take_over=take_over
        )
        store = await self._alone(account, opening)
        origin = self._origin or str(await store.secrets.get("origin") or "")
        gateway = str(await store.secrets.get("gateway") or "")
        work, now = self._begin(Account(origin, gateway, store.user), store), self._clock.now()
        await heard.recall(work)
        await heard.note_time(work, now)
        work.shut = await heard.too_long(work, now)
        if work.shut and not to_rescue:
            await self._leave()
            raise work.shut
        return "; ".join(filter(None, (store.notice, await heard.ending(work, now))))

    async def sign_in_again(self, password: str) -> SignedIn:
        work = self._work
        grant = await self._session.sign_in(work.account.origin, work.store.user, password)
        await self._go_on(work, grant)
        with suppress(StoreFull, StoreReadOnly):  # it may have been changed elsewhere meanwhile
            await work.store.seal_with(password)
        return SignedIn(
            user=work.store.user,
            online=True,
            display_name=grant.display_name,
            barred=work.barred,
        )

    async def _go_on(self, work: Working, grant: Grant) -> None:
        """With a new session of the same user."""
        before = work.policy
        await heard.keep(work, grant, self._clock.now())
        if work.policy != before:
            self._announcer.emit(PolicyChanged(work.policy))
        work.sync.signed_in(grant.tokens)

    # --- inside ------------------------------------------------------------------------------

    def _begin(self, account: Account, store: OpenStore) -> Working:
        relay = Relay(self._announcer.emit)
        work = Working(account, store, self._new_sync(relay.emit), relay)
        relay.target = partial(self._hear, work)
        self._working = work
        return work

    def _hear(self, work: Working, event: Event) -> None:
        """What the loop tells, in its thread: what it means to us, then to whoever listens."""
        if isinstance(event, PolicyChanged):
            work.policy, work.has_heard = event.policy, True
        self._announcer.emit(event)

    async def _enter(self, admitted: Admitted, store: OpenStore, *, loop: bool = True) -> SignedIn:
        """The store is open and the gateway has confirmed the password: bring both together."""
        grant, account = admitted.grant, admitted.account
        self._admitted = None
        work = self._begin(account, store)
        notices = [store.notice]
        with suppress(StoreFull, StoreReadOnly):  # the session goes on with what is stored
            await store.keep_password(admitted.password)
            notices.append(await store.trust(grant.gateway, grant.gateway_key, grant.recovery_key))
        await heard.recall(work)
        await heard.keep(work, grant, self._clock.now())
        self.elsewhere = await self._vault.unsent_elsewhere(account, admitted.password)
        await heard.keep_elsewhere(work, self.elsewhere)
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
            barred=work.barred,
        )

    async def _is_recoverable(self, account: Account) -> bool:
        try:
            await self._vault.begin_recovery(account)
        except StoreError:
            return False
        return True

    async def _unlock_instead(
        self, user: str, password: str, error: GatewayError, take_over: bool
    ) -> str:
        """Unlock where the gateway gave no answer. Of two refusals a pause is the one to tell."""
        try:
            return await self.unlock(user, password, take_over=take_over)
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


def spelled(user: str) -> str:
    return unicodedata.normalize("NFC", user.strip())
