"""Every way a password can change or fail. Nothing here destroys a store.

What a sign-in could not open is opened with the earlier password, or by the organisation's
recovery key, or set aside and offered again.
"""

import unicodedata
from functools import partial

from civictui.domain.errors import (
    GatewayError,
    Refused,
    SignInBlocked,
    SignInRefused,
    StoreError,
    Unreachable,
    UsageError,
)
from civictui.domain.events import ReportsChanged
from civictui.domain.model import Rescued, SignedIn
from civictui.domain.ports import Account, OpenStore
from civictui.service.access import STRONG_CHARACTERS, Access
from civictui.service.opened import Admitted
from civictui.service.working import Working

_BOTH = "both the old and the new password open the store on this terminal until the next sign-in"


class Passwords(Access):
    """The part of the service that brings password and store together again."""

    # --- after SealedOtherwise -------------------------------------------------------------------

    async def reseal(self, earlier: str) -> SignedIn:
        admitted = self._waiting()
        opening = partial(
            self._vault.reseal,
            admitted.account,
            earlier,
            admitted.password,
            take_over=admitted.take_over,
        )
        return await self._enter(admitted, await self._alone(admitted.account, opening))

    async def recover(self) -> SignedIn:
        admitted = self._waiting()
        opening = partial(self._recovered, admitted.account, admitted.password)
        return await self._enter(admitted, await self._alone(admitted.account, opening))

    async def set_aside(self) -> SignedIn:
        admitted = self._waiting()
        await self._alone(admitted.account, partial(self._vault.set_aside, admitted.account))
        store = await self._vault.create(admitted.account, admitted.password)
        return await self._enter(admitted, store)

    def give_up(self) -> None:
        self._admitted = None

    def _waiting(self) -> Admitted:
        if self._admitted is None:
            raise StoreError("There is no sign-in to finish", "Sign in again.")
        return self._admitted

    async def _recovered(
        self, account: Account, password: str, *, aside: bool = False
    ) -> OpenStore:
        """Opened by the gateway; sealed with `password`, which it has just been asked with."""
        recovery = await self._vault.begin_recovery(account, aside=aside)
        answer = await self._session.recover(account.origin, account.user, password, recovery)
        return await self._vault.finish_recovery(recovery, answer, password)

    # --- stores that were set aside --------------------------------------------------------------

    async def take_up(self, earlier: str) -> Rescued:
        return await self._take_up(await self._vault.open_aside(self._work.account, earlier))

    async def take_up_recovered(self, password: str) -> Rescued:
        account = self._work.account
        return await self._take_up(await self._recovered(account, password, aside=True))

    async def _take_up(self, aside: OpenStore) -> Rescued:
        work = self._work
        try:
            rescued = await work.store.take_in(aside)
        except BaseException:
            await aside.close()
            raise
        await self._vault.retire(aside)
        await self.changed()
        return rescued

    async def changed(self) -> None:
        """Something new waits to be sent: count it before anybody is told, then send it."""
        work = self._work
        await work.sync.recount()
        self._announcer.emit(ReportsChanged())
        work.sync.wake()

    # --- another password ------------------------------------------------------------------------

    async def change_password(self, current: str, new: str) -> str:
        """The store learns the new one first: at no moment does neither open it.

        It forgets the new one when the gateway has said no in its own words, the old one when the
        gateway has let somebody in with the new. Everything else leaves both.
        """
        work = self._work
        _check_new(current, new)
        await self._prove(work, current)
        await work.store.add_password(new)
        unknown: GatewayError | None = None
        try:
            await self._session.change_password(work.account.origin, work.store.user, current, new)
        except (SignInRefused, SignInBlocked, Refused, UsageError):
            await self._keep_only(work, current)
            raise
        except GatewayError as error:
            unknown = error
        return await self._settle(work, new, unknown)

    async def _prove(self, work: Working, current: str) -> None:
        """The gateway takes the current one, and can be reached, before anything is changed."""
        try:
            await self._ask(work.account.origin, work.store.user, current)
        except (SignInRefused, SignInBlocked):
            raise
        except GatewayError as error:
            raise Unreachable(str(error), "Your password is still the earlier one.") from error

    async def _settle(self, work: Working, new: str, unknown: GatewayError | None) -> str:
        """Which of the two holds the gateway alone can say: it is asked with the new one.

        A refusal is not the end of it where the change is on its way still. Raises Unreachable
        then, and where the answer is `unknown` and nobody can be asked.
        """
        try:
            grant = await self._session.sign_in(work.account.origin, work.store.user, new)
        except GatewayError as error:
            if unknown is None and not isinstance(error, SignInRefused):
                return _BOTH
            raise Unreachable("It is not known whether the gateway took it", f"{_BOTH}.") from error
        notice = "" if await self._keep_only(work, new) else _BOTH
        await self._go_on(work, grant)
        return notice

    async def _keep_only(self, work: Working, password: str) -> bool:
        """Let no other password open the store; says whether that could be written."""
        try:
            await work.store.keep_password(password)
        except StoreError:
            return False
        return True


def _check_new(current: str, new: str) -> None:
    """What the gateway is bound to refuse, said without a link too. Raises UsageError."""
    if not new or new == current:
        raise UsageError("The new password must be another one", "Type a new one twice.")
    if len(unicodedata.normalize("NFC", new)) < STRONG_CHARACTERS:
        raise UsageError(
            f"A password has at least {STRONG_CHARACTERS} characters", "Take a few words."
        )
