"""Signing in, renewing and ending a session: the rules, without HTTP."""

import asyncio
import unicodedata
import weakref
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from civictui.domain.ports import Clock
from civictui.gateway.accounts import Account, Accounts
from civictui.gateway.attempts import Attempts
from civictui.gateway.families import Families, Family, Pair, session_expired
from civictui.gateway.passwords import LONGEST, PasswordHash
from civictui.gateway.problems import Problem
from civictui.gateway.tokens import AccessTokens, Grant, new_secret
from civictui.storage.keyring import Cost
from civictui.storage.thread import StoreThread

_ARGON2_AT_ONCE = 2
_CLEANING_SECONDS = 86400


@dataclass(frozen=True, slots=True)
class SignIn:
    """What a sign-in asks with. `device` may be empty: such a session cannot be renewed."""

    user: str
    password: str
    device: dict[str, str]
    address: str


@dataclass(frozen=True, slots=True)
class Begun:
    """A session that goes on from now."""

    account: Account
    pair: Pair
    renewable: bool


class Sessions:
    """Everything about who is signed in. Belongs to the event loop."""

    def __init__(
        self,
        thread: StoreThread,
        accounts: Accounts,
        attempts: Attempts,
        families: Families,
        clock: Clock,
        cost: Cost,
    ) -> None:
        self._thread = thread
        self._accounts = accounts
        self._attempts = attempts
        self._families = families
        self._clock = clock
        self._tokens = AccessTokens(clock)
        self._decoy = PasswordHash.decoy(cost)
        self._argon2 = ThreadPoolExecutor(_ARGON2_AT_ONCE, thread_name_prefix="argon2")
        self._turns: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()
        self._cleaned = -float(_CLEANING_SECONDS)

    def grant(self, token: str) -> Grant | None:
        """What an access token stands for, or None."""
        return self._tokens.find(token)

    async def sign_in(self, asked: SignIn) -> Begun:
        """Check name and password. Raises Problem 401 with the tries left, 429 while blocked."""
        await self._clean()
        user = unicodedata.normalize("NFC", asked.user)
        subjects = self._attempts.subjects(user, asked.device.get("id", ""), asked.address)
        # One guess at a time for an account: a hundred at once must not all count as the first.
        async with self._turns.setdefault(user, asyncio.Lock()):
            wait = await self._thread.run(self._attempts.blocked_for, subjects)
            if wait:
                raise _blocked(wait)
            account = await self._verified(user, asked.password)
            if account is None:
                raise _wrong(await self._thread.run(self._attempts.failed, subjects))
            await self._thread.run(self._attempts.succeeded, subjects)
        return await self._begin(account, asked.device)

    async def renew(self, token: str, time: str, signature: str) -> Begun:
        """Trade a refresh token for new tokens. Raises Problem 401."""
        try:
            family, pair = await self._thread.run(self._families.renew, token, time, signature)
        except Problem as problem:
            if problem.code == "session_revoked":
                self._tokens.revoke(token.partition(".")[0])
            raise
        account = await self._thread.run(self._accounts.find, family.user)
        if account is None:
            await self._end(family.id)
            raise session_expired()
        return self._admitted(account, family, pair)

    async def end(self, grant: Grant) -> None:
        """Sign out: neither token is good any more."""
        await self._end(grant.family)

    def close(self) -> None:
        self._argon2.shutdown(wait=False, cancel_futures=True)

    async def _verified(self, user: str, password: str) -> Account | None:
        account = await self._thread.run(self._accounts.find, user)
        stored = account.password if account else self._decoy
        loop = asyncio.get_running_loop()
        fits = await loop.run_in_executor(self._argon2, stored.matches, password[:LONGEST])
        return account if fits and len(password) <= LONGEST else None

    async def _begin(self, account: Account, device: dict[str, str]) -> Begun:
        if device.get("public_key"):
            family, pair = await self._thread.run(self._families.begin, account.name, device)
            return self._admitted(account, family, pair)
        lone = new_secret()
        pair = self._families.new_pair(lone)
        self._admit(account, lone, pair)
        return Begun(account, pair, renewable=False)

    def _admitted(self, account: Account, family: Family, pair: Pair) -> Begun:
        self._admit(account, family.id, pair)
        return Begun(account, pair, renewable=True)

    def _admit(self, account: Account, family: str, pair: Pair) -> None:
        self._tokens.admit(pair.access, Grant(account.name, account.roles, family, pair.until))

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
        429,
        "blocked",
        f"Too many wrong attempts. The next one is heard in {seconds} s.",
        headers={"Retry-After": str(seconds)},
        retry_after=seconds,
    )
