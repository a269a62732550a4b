"""The gateway's own accounts as a source for sessions: one password is looked at at a time."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from civictui.domain.errors import UsageError
from civictui.gateway.accounts.accounts import Accounts, StoredAccount
from civictui.gateway.accounts.passwords import LONGEST, PasswordHash, check_new
from civictui.gateway.accounts.port import Account, PasswordChange
from civictui.gateway.problems import Problem
from civictui.storage.slots import Cost


class OwnAccounts:
    """`AccountSource` of the folder's accounts file."""

    proofs_at_once = 1
    """Each takes 64 MiB and several processors."""

    def __init__(self, accounts: Accounts, cost: Cost) -> None:
        self._accounts = accounts
        self._cost = cost
        self._decoy = PasswordHash.decoy(cost)
        self._argon2 = ThreadPoolExecutor(1, thread_name_prefix="argon2")

    async def proved(self, name: str, password: str) -> Account | None:
        stored = await self._stored(name)
        hashed = stored.password if stored else self._decoy
        loop = asyncio.get_running_loop()
        fits = await loop.run_in_executor(self._argon2, hashed.matches, password[:LONGEST])
        if stored is None or not stored.enabled:
            return None
        return stored if fits and len(password) <= LONGEST else None

    async def find(self, name: str) -> Account | None:
        stored = await self._stored(name)
        return stored if stored and stored.enabled else None

    async def prepare_password(self, name: str, new: str) -> PasswordChange:
        try:
            check_new(name, new)
        except UsageError as error:
            raise Problem(400, "weak_password", error.sentence) from error
        loop = asyncio.get_running_loop()
        hashed = await loop.run_in_executor(self._argon2, PasswordHash.of, new, self._cost)
        return partial(self._accounts.set_password, name, hashed)

    async def check(self) -> None:
        """Look for nobody: that reads the file where another process has written it."""
        await self._stored("")

    async def close(self) -> None:
        self._argon2.shutdown(wait=False, cancel_futures=True)

    async def _stored(self, name: str) -> StoredAccount | None:
        """With each request a look at the file's version; the file itself is read in a thread."""
        if self._accounts.is_read:
            return self._accounts.find(name)
        return await asyncio.to_thread(self._accounts.find, name)
