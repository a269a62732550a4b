"""Signing in, renewing and ending a session, changing a password: the rules, without HTTP."""

import asyncio
import re
import unicodedata
import weakref
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace

from civictui.domain.ports import Clock
from civictui.gateway.accounts.attempts import Attempts, Subject, network_of
from civictui.gateway.accounts.families import Families, Family, Pair, session_expired
from civictui.gateway.accounts.port import Account, AccountSource, PasswordChange
from civictui.gateway.accounts.queue import FairQueue
from civictui.gateway.accounts.tokens import AccessTokens, Grant, new_secret
from civictui.gateway.audit import CHANGE_PASSWORD, Audit
from civictui.gateway.devices.barred import Barring
from civictui.gateway.problems import Problem
from civictui.gateway.viewer import Viewer
from civictui.storage.thread import StoreThread

_DEVICE_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_CLEANING_SECONDS = 86400
_TOO_MANY = 429
_NOT_NOTED = {_TOO_MANY, 503}


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a sign-in asks with. `device` may be empty: such a session cannot be renewed."""

    user: str
    password: str = field(repr=False)
    device: dict[str, str]
    address: str

    @property
    def name(self) -> str:
        """The user as the gateway spells names."""
        return unicodedata.normalize("NFC", self.user)

    @property
    def device_id(self) -> str:
        """Empty where the device does not say who it is, "?" where it says what is no id.

        It goes into the audit log: nothing that looks like a word of ours there.
        """
        said = self.device.get("id", "")
        return said if not said or _DEVICE_ID.fullmatch(said) else "?"


@dataclass(frozen=True, slots=True)
class Begun:
    """A session that goes on from now."""

    account: Account
    pair: Pair
    renewable: bool
    grant: Grant
    """What its access token stands for now."""
    device_name: str = ""


class Sessions:
    """Everything about who is signed in. Belongs to the event loop."""

    def __init__(
        self,
        thread: StoreThread,
        accounts: AccountSource,
        attempts: Attempts,
        families: Families,
        audit: Audit,
        barring: Barring,
        clock: Clock,
    ) -> None:
        self._thread = thread
        self._accounts = accounts
        self._attempts = attempts
        self._families = families
        self._audit = audit
        self._barring = barring
        self._clock = clock
        self._tokens = AccessTokens(clock)
        self._locks: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()
        self._queue = FairQueue(accounts.proofs_at_once)
        self._pending: Counter[Subject] = Counter()
        """Attempts of which nobody knows yet whether they fail."""
        self._cleaned = -float(_CLEANING_SECONDS)

    async def grant(self, token: str) -> Grant | None:
        """What an access token stands for now, see `current`; or None."""
        grant = self._tokens.find(token)
        return await self.current(grant) if grant else None

    async def still(self, token: str) -> Grant | None:
        """As `grant`, for a request that began while the token was good: it may be over by now."""
        grant = self._tokens.recall(token)
        return await self.current(grant) if grant else None

    async def current(self, grant: Grant) -> Grant | None:
        """The same grant with roles and area as they are now, and whether its device or version is
        barred; None where its session has ended.

        Raises Problem 503 where the accounts cannot be asked.
        """
        account = await self._accounts.find(grant.user)
        if account is None or account.mark != grant.mark:
            await self._end(grant.family)
            return None
        return self.judged(replace(grant, viewer=account.viewer))

    def judged(self, grant: Grant) -> Grant:
        """The same grant, barred or not as of now. Asks no accounts."""
        return replace(grant, barred=self._barring.why(grant.device, grant.version))

    async def viewer(self, name: str) -> Viewer | None:
        """A user as he is now, for who is proved otherwise; None for one who is not let in.

        Raises Problem 503 where the accounts cannot be asked.
        """
        account = await self._accounts.find(name)
        return account.viewer if account else None

    async def sign_in(self, asked: SignIn) -> Begun:
        """Check name and password. Raises Problem 401 with the tries left, 429 while blocked."""
        await self._clean()
        async with self.proved(asked) as account:
            return await self._begin(account, asked.device)

    @asynccontextmanager
    async def proved(self, asked: SignIn) -> AsyncIterator[Account]:
        """The account whose name and password these are, held for the length of `with`.

        Whatever asks for a password asks here: all of it counts as the same attempts. Raises
        Problem 401 with the tries left, 429 while blocked, 503 where nobody can say, or too many
        are waiting.
        """
        subjects = self._attempts.subjects(asked.name, asked.device_id, asked.address)
        await self._refuse_blocked(subjects)  # who is blocked takes no place from others
        async with AsyncExitStack() as held:
            async with self._queue.turn(network_of(asked.address)):
                # No session begins with a password while it is being changed. Who holds this
                # beyond the turn needs no other one.
                lock = self._locks.setdefault(asked.name, asyncio.Lock())
                await held.enter_async_context(lock)
                account = await self._attempt(asked, subjects)
            yield account

    async def _attempt(self, asked: SignIn, subjects: Sequence[Subject]) -> Account:
        """One guess. A hundred at once count as a hundred: those before it may all be wrong."""
        with self._counted(subjects) as before:
            await self._refuse_blocked(subjects, before)
            account = await self._accounts.proved(asked.name, asked.password)
            if account is None:
                raise _wrong(await self._thread.run(self._attempts.failed, subjects))
            await self._thread.run(self._attempts.succeeded, subjects)
            return account

    @contextmanager
    def _counted(self, subjects: Sequence[Subject]) -> Iterator[Counter[Subject]]:
        """Counted from now, and given back at the end; gives how many others are."""
        before = Counter({subject: self._pending[subject] for subject in subjects})
        self._pending.update(subjects)
        try:
            yield before
        finally:
            self._pending -= Counter(subjects)  # which drops those that have come to nothing

    async def _refuse_blocked(
        self, subjects: Sequence[Subject], pending: Mapping[Subject, int] | None = None
    ) -> None:
        wait = await self._thread.run(self._attempts.blocked_for, subjects, pending or {})
        if wait:
            raise _blocked(wait)

    @asynccontextmanager
    async def audited(self, action: str, asked: SignIn) -> AsyncIterator[Account]:
        """As `proved`, for what is noted when it is refused; what is done is the caller's to note.

        Refusals while blocked, or while the accounts are out of reach, are not noted: they would
        fill the disk. Nor are names of nobody: what is typed there may be a password.
        """
        try:
            async with self.proved(asked) as account:
                yield account
        except Problem as problem:
            if problem.status not in _NOT_NOTED:
                known = await self._accounts.find(asked.name)
                user = asked.name if known else ""
                await self._thread.run(
                    self._audit.note, action, user, asked.device_id, problem.code
                )
            raise

    async def change_password(self, asked: SignIn, new: str) -> None:
        """Give the user another password, and end all of that user's sessions.

        Raises as `proved` does, Problem 400 for a password that is guessed too soon, and 403 where
        passwords are not the gateway's to change, or the device is disabled.
        """
        async with self.audited(CHANGE_PASSWORD, asked) as account:
            self._barring.refuse_device(asked.device.get("id", ""))
            change = await self._accounts.prepare_password(account.name, new)
            await self._thread.run(self._replace_password, account.name, asked.device_id, change)
            self._tokens.revoke_user(account.name)

    async def renew(self, token: str, time: str, signature: str, version: str = "") -> Begun:
        """Trade a refresh token for new tokens. Raises Problem 401.

        `version` is the program's by now, "" where it is the one of before.
        """
        before = await self._thread.run(self._families.of_token, token)
        account = await self._accounts.find(before.user)
        if account is None or account.mark != before.mark:
            await self._end(before.id)
            raise session_expired()
        try:
            # Admitted right behind it, so that no end of the session can come between the two.
            family, pair = await self._thread.run(
                self._families.renew, token, time, signature, version
            )
        except Problem as problem:
            if problem.code == "session_revoked":
                self._tokens.revoke(before.id)
            raise
        return self._admitted(account, family, pair)

    async def end(self, grant: Grant) -> None:
        """Sign out: neither token is good any more."""
        await self._end(grant.family)

    async def close(self) -> None:
        await self._accounts.close()

    async def _begin(self, account: Account, device: dict[str, str]) -> Begun:
        if device.get("public_key"):
            family, pair = await self._thread.run(
                self._families.begin, account.name, device, account.mark
            )
            return self._admitted(account, family, pair)
        lone = new_secret()
        pair = self._families.new_pair(lone)
        return self._admit(account, lone, pair, device)

    def _replace_password(self, user: str, device: str, change: PasswordChange) -> None:
        """In the store's thread. The sessions end first: a crash between the two harms nobody."""
        with self._audit.doing(CHANGE_PASSWORD, user, device):
            self._families.end_all(user)
            change()

    def _admitted(self, account: Account, family: Family, pair: Pair) -> Begun:
        begun = self._admit(account, family.id, pair, family.device)
        return replace(begun, renewable=True)

    def _admit(self, account: Account, family: str, pair: Pair, device: Mapping[str, str]) -> Begun:
        grant = Grant(
            account.viewer,
            family,
            pair.until,
            account.mark,
            device=device.get("id", ""),
            version=device.get("version", ""),
        )
        self._tokens.admit(pair.access, grant)
        said = self.judged(grant)
        return Begun(account, pair, renewable=False, grant=said, device_name=device.get("name", ""))

    async def _end(self, family: str) -> None:
        self._tokens.revoke(family)
        await self._thread.run(self._families.end, family)

    async def _clean(self) -> None:
        """Once a day, forget the sessions that have ended by themselves."""
        now = self._clock.monotonic()
        if now - self._cleaned >= _CLEANING_SECONDS:
            self._cleaned = now
            await self._thread.run(self._families.drop_expired)


def _wrong(left: int) -> Problem:
    reason = "The user name or the password is wrong."
    return Problem(401, "wrong_credentials", reason, remaining_attempts=left)


def _blocked(seconds: int) -> Problem:
    return Problem(
        _TOO_MANY,
        "blocked",
        f"Too many wrong attempts. The next one is heard in {seconds} s.",
        headers={"Retry-After": str(seconds)},
        retry_after=seconds,
    )
