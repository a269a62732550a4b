"""All stores of this device: one folder a user and gateway, each with its own data key.

    <folder>/device.json          see `device`
    <folder>/ballast/             room that is freed when the disk is full
    <folder>/notices/             see `notice`
    <folder>/u/<place>/           one store
    <folder>/u/<place>.aside.<n>  one that no password at hand opened; <place>.taken.<n>: emptied

A password that does not fit destroys nothing. A new store is built beside and renamed into its
place, so that there is never half a store.
"""

import asyncio
import errno
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, cast

from civictui.domain.errors import (
    PepperMissing,
    StoreDamaged,
    StoreError,
    StoreFull,
    StoreMissing,
    UsageError,
    WrongPassword,
)
from civictui.domain.ports import Account, Geography, OpenStore, Recovery
from civictui.storage.adapters import UnlockedStore
from civictui.storage.ballast import Ballast
from civictui.storage.device import ASIDE, TAKEN, Device, others_of, rename_store
from civictui.storage.envelope import wipe
from civictui.storage.files import (
    disk_errors,
    make_private_directory,
    sync_directory,
    write_durably,
)
from civictui.storage.holder import StoreLock, take_over
from civictui.storage.keyring import FILES, Keyring, KeyringFiles, Unlocked
from civictui.storage.keys import StoreKeys, StoreRecovery, read_pepper
from civictui.storage.log import RecordLog
from civictui.storage.notice import Notices
from civictui.storage.slots import COSTS, Cost, Locksmith
from civictui.storage.store import StoreTables
from civictui.storage.thread import StoreThread

_NO_ROOM = "there is no room to seal the store with the new password; the earlier one opens it"


class DeviceVault:
    """`Vault` over one folder. `pepper_file` names the file on another medium, "" for none."""

    def __init__(
        self,
        folder: Path,
        geography: Geography,
        costs: tuple[Cost, ...] = COSTS,
        pepper_file: str = "",
    ) -> None:
        self.device = Device(folder)
        self._notices = Notices(self.device)
        self._ballast = Ballast(folder)
        self._geography = geography
        self._costs = costs
        self._pepper_file = pepper_file

    def device_id(self) -> str:
        """A random name of this terminal, made at first use."""
        return self.device.id

    async def kept_notice(self, origin: str) -> str:
        return await asyncio.to_thread(self._notices.kept, origin)

    async def keep_notice(self, origin: str, words: str) -> None:
        await asyncio.to_thread(self._notices.keep, origin, words)

    # --- opening -----------------------------------------------------------------------------

    async def unlock(
        self, origin: str, user: str, password: str, *, take_over: bool = False
    ) -> UnlockedStore:
        place = self._only_place(origin, user)
        return await self._open(place, user, partial(self._by, place, password), take_over)

    async def create(
        self, account: Account, password: str, *, take_over: bool = False
    ) -> UnlockedStore:
        place = self._place(account)
        if not place.exists():
            await asyncio.to_thread(partial(self._build, place, password))
        self.device.remember(account.origin, account.gateway)
        by = partial(self._by, place, password)
        return await self._open(place, account.user, by, take_over)

    async def reseal(
        self, account: Account, earlier: str, password: str, *, take_over: bool = False
    ) -> UnlockedStore:
        place = self._place(account)
        by = partial(self._by, place, earlier)
        store = await self._open(place, account.user, by, take_over)
        return await _resealed(store, password)

    async def begin_recovery(self, account: Account, *, aside: bool = False) -> StoreRecovery:
        place = self._place(account)
        refusal: StoreError = StoreMissing("There is no such store on this terminal")
        for candidate in others_of(place, ASIDE) if aside else [place]:
            try:
                ring = self._files(candidate).with_recovery()
                return StoreRecovery(candidate, account.user, ring)
            except StoreError as error:  # one that nobody can open must not bar the others
                refusal = error
        raise refusal

    async def finish_recovery(
        self, recovery: Recovery, answer: Mapping[str, Any], password: str
    ) -> UnlockedStore:
        asked = cast(StoreRecovery, recovery)
        key = asked.key_from(answer)
        return await _resealed(await self._reopen(asked.place, asked.user, key), password)

    async def recover_with_key(
        self, origin: str, user: str, private: bytes, password: str, *, take_over: bool = False
    ) -> UnlockedStore:
        """Open by the organisation's private key, and seal with `password`.

        Raises StoreMissing, StoreDamaged where the key is not that of the recovery slot, and
        StoreFull where the new password cannot be written.
        """
        place = self._only_place(origin, user)
        return await self._opened_by_key(place, user, private, password, take_over)

    async def recover_aside_with_key(
        self, origin: str, user: str, private: bytes, password: str
    ) -> int:
        """The same for the stores of this user that were set aside; gives how many were opened.

        They are closed again, and can be taken up with `password`. Raises the last refusal where
        none was opened.
        """
        count, refusal = 0, StoreError("No store of this user was set aside")
        for place in self.device.candidates(origin, user):
            for aside in others_of(place, ASIDE):
                try:
                    store = await self._opened_by_key(aside, user, private, password)
                    await store.close()
                    count += 1
                except StoreError as error:
                    refusal = error
        if not count:
            raise refusal
        return count

    async def _opened_by_key(
        self, place: Path, user: str, private: bytes, password: str, over: bool = False
    ) -> UnlockedStore:
        try:
            ring = self._files(place).with_recovery()
            opened = ring.recovered(private)
        except StoreDamaged as error:
            raise StoreDamaged(
                f"This recovery key does not open the store: {error}",
                "Nothing was changed.",
            ) from error
        own = self.device.place(opened.gateway, opened.user).name
        if own != place.name.partition(".")[0] or opened.user != user:
            wipe(opened.key)  # somebody has put another's store into this one's place
            raise StoreDamaged(
                "The store that lies here is not this user's", "Nothing was changed. See who did."
            )
        store = await self._reopen(place, user, opened.key, over)
        try:
            await store.seal_with(password)
        except BaseException:
            await store.close()
            raise
        return store

    # --- setting aside -----------------------------------------------------------------------

    async def set_aside(self, account: Account) -> None:
        place = self._place(account)
        lock = StoreLock.take(place)
        try:
            rename_store(place, ASIDE)
        finally:
            lock.release()

    async def aside(self, account: Account) -> int:
        return len(others_of(self._place(account), ASIDE))

    async def open_aside(self, account: Account, password: str) -> UnlockedStore:
        refusal: StoreError = StoreMissing("No store of this user was set aside")
        for place in others_of(self._place(account), ASIDE):
            try:
                return await self._open(place, account.user, partial(self._by, place, password))
            except (WrongPassword, PepperMissing, StoreDamaged) as error:
                refusal = error
        raise refusal

    async def retire(self, store: OpenStore) -> None:
        opened = cast(UnlockedStore, store)
        await opened.close()
        rename_store(opened.place, TAKEN)

    async def unsent_elsewhere(self, account: Account, password: str) -> int:
        """A store that another password sealed, or another process holds, cannot be asked."""
        count = 0
        for place in self.device.places(account.origin, account.user):
            if place != self._place(account):
                with suppress(StoreError):
                    by = partial(self._by, place, password)
                    store = await self._open(place, account.user, by)
                    unsent = await store.state.unsent()
                    await store.close()
                    count += unsent.reports + unsent.photos
        return count

    # --- inside ------------------------------------------------------------------------------

    def _place(self, account: Account) -> Path:
        return self.device.place(account.gateway, account.user)

    def _only_place(self, origin: str, user: str) -> Path:
        places = self.device.places(origin, user)
        if not places:
            raise StoreMissing(
                "This user has no store on this terminal",
                "Sign in once while the server can be reached.",
            )
        if len(places) > 1 and not origin:
            raise UsageError("This user has stores of several gateways", "Name one with --server.")
        return places[-1]

    def _smith(self) -> Locksmith:
        """Made for each use: the medium with the pepper comes and goes."""
        return Locksmith(self._costs, read_pepper(self._pepper_file))

    def _files(self, place: Path) -> KeyringFiles:
        return KeyringFiles(place, self._smith())

    def _by(self, place: Path, password: str) -> Unlocked:
        return self._files(place).unlock(password)

    async def _open(
        self, place: Path, user: str, by: Callable[[], Unlocked], over: bool = False
    ) -> UnlockedStore:
        """Open in a thread of the store's own."""
        thread = StoreThread()
        try:
            tables, keys, lock = await thread.run(self._opened, place, by, over)
        except BaseException:
            thread.close()
            raise
        return UnlockedStore(user, place, tables, thread, keys, lock)

    def _opened(
        self, place: Path, by: Callable[[], Unlocked], over: bool
    ) -> tuple[StoreTables, StoreKeys, StoreLock]:
        """The key first: a wrong password asks nobody to leave. Then the lock, then the log."""
        unlocked = by()
        lock = None
        try:
            lock = take_over(place) if over else StoreLock.take(place)
            self._tend()
            ring, key = unlocked.ring, unlocked.key
            tables = StoreTables(place, key, ring.store, self._geography, self._ballast)
        except BaseException:
            wipe(unlocked.key)
            if lock:
                lock.release()
            raise
        keys = StoreKeys(self._files(place), unlocked, self._smith(), self._ballast)
        keys.agree_with(tables)
        return tables, keys, lock

    def _tend(self) -> None:
        """What belongs to all stores of the device, whenever one is opened."""
        with suppress(StoreError):  # no room, a read-only disk: nothing depends on it
            self.device.mend()
            self._ballast.take_in()

    async def _reopen(
        self, place: Path, user: str, key: bytearray, over: bool = False
    ) -> UnlockedStore:
        """Open with a recovered data key."""
        return await self._open(place, user, lambda: self._files(place).recovered(key), over)

    def _build(self, place: Path, password: str) -> None:
        """Build a whole store beside its place, then give it its name."""
        building = place.with_name(f"{place.name}.{os.urandom(4).hex()}.new")
        make_private_directory(building)
        try:
            keyring, key = Keyring.create(password, self._smith())
            RecordLog.create(building, key, keyring.store).close()
            wipe(key)
            for name in FILES:
                write_durably(building / name, keyring.to_bytes())
            with disk_errors("The new store"):
                _settle(building, place)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)  # nothing was in it yet
            raise


async def _resealed(store: UnlockedStore, password: str) -> UnlockedStore:
    """Let `password` and no other open the store; without room for that it stays as it was."""
    try:
        await store.seal_with(password)
    except StoreFull:
        store.notice = _NO_ROOM
    return store


def _settle(building: Path, place: Path) -> None:
    """Give a new store its name, unless another process was faster: then that one stands."""
    try:
        building.rename(place)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        shutil.rmtree(building)
    sync_directory(place.parent)
