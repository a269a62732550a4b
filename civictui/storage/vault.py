"""All stores of this device: one folder a user and gateway, each with its own data key.

    <folder>/device.json     a random id and key of the device, gateways by blinded origin; no names
    <folder>/u/<place>/      one store; its name is an HMAC of gateway and user under that key

A password that does not fit destroys nothing. A new store is built beside and renamed into its
place, so that there is never half a store.
"""

import base64
import errno
import fcntl
import os
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from civictui.codec import BadJson, decode_object, encode
from civictui.domain.errors import StoreBusy, StoreDamaged, StoreError, StoreMissing, UsageError
from civictui.domain.ports import Geography
from civictui.storage.adapters import UnlockedStore
from civictui.storage.envelope import blind
from civictui.storage.files import (
    disk_errors,
    make_private_directory,
    read_private,
    sync_directory,
    write_durably,
)
from civictui.storage.keyring import COSTS, Cost, Keyring
from civictui.storage.log import RecordLog
from civictui.storage.store import StoreTables
from civictui.storage.thread import StoreThread


class DeviceVault:
    """`Vault` over one folder."""

    def __init__(self, folder: Path, geography: Geography, costs: tuple[Cost, ...] = COSTS) -> None:
        self._folder = folder
        self._geography = geography
        self._costs = costs

    def device_id(self) -> str:
        """A random name of this terminal, made at first use."""
        return str(self._device()["device"])

    async def unlock(self, origin: str, user: str, password: str) -> UnlockedStore:
        places = self._places(origin, user)
        if not places:
            raise StoreMissing(
                "This user has no store on this terminal",
                "Sign in once while the gateway can be reached.",
            )
        if len(places) > 1 and not origin:
            raise UsageError("This user has stores of several gateways", "Name one with --server.")
        return await self._in_thread(partial(self._open, places[-1], password), user)

    async def create(self, origin: str, gateway: str, user: str, password: str) -> UnlockedStore:
        place = self._place(gateway, user)
        if not place.exists():
            thread = StoreThread("create")
            try:
                await thread.run(self._build, place, password)
            finally:
                thread.close()
        self._remember(origin, gateway)
        return await self._in_thread(partial(self._open, place, password), user)

    async def unsent_elsewhere(self, origin: str, gateway: str, user: str, password: str) -> int:
        """What waits in this user's stores of other gateways that were at `origin` before.

        A store that another password sealed, or another process holds, cannot be asked.
        """
        count = 0
        for place in self._places(origin, user):
            if place != self._place(gateway, user):
                with suppress(StoreError):
                    store = await self._in_thread(partial(self._open, place, password), user)
                    unsent = await store.state.unsent()
                    await store.close()
                    count += unsent.reports + unsent.photos
        return count

    async def _in_thread(self, opened: Callable[[], StoreTables], user: str) -> UnlockedStore:
        thread = StoreThread()
        try:
            tables = await thread.run(opened)
        except BaseException:
            thread.close()
            raise
        return UnlockedStore(user, tables.name, tables, thread)

    def _open(self, place: Path, password: str) -> StoreTables:
        lock = _lock(place)
        try:
            keyring = Keyring.from_bytes(self._keys(place))
            key = keyring.unlock(password)
            tables = StoreTables(place, key, keyring.store, self._geography)
        except BaseException:
            os.close(lock)
            raise
        tables.hold(lock)
        return tables

    def _keys(self, place: Path) -> bytes:
        try:
            return read_private(place / "keys")
        except FileNotFoundError as error:
            raise StoreDamaged(
                "The keyring of this store is missing", "Keep the folder and ask your supervisor."
            ) from error

    def _build(self, place: Path, password: str) -> None:
        """Build a whole store beside its place, then give it its name."""
        building = place.with_name(f"{place.name}.{os.urandom(4).hex()}.new")
        make_private_directory(building)
        try:
            keyring, key = Keyring.create(password, self._costs)
            RecordLog.create(building, key, keyring.store).close()
            write_durably(building / "keys", keyring.to_bytes())
            with disk_errors("The new store"):
                _settle(building, place)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)  # nothing was in it yet
            raise

    # --- the device --------------------------------------------------------------------------

    def _places(self, origin: str, user: str) -> list[Path]:
        """Folders of this user's stores: of the gateways at `origin`, or of all that are known.

        Of several that answered at one origin, one after the other, the latest comes last.
        """
        known: dict[str, list[str]] = self._device()["gateways"]
        chosen = [known.get(self._blinded(origin), [])] if origin else known.values()
        places = dict.fromkeys(self._place(name, user) for names in chosen for name in names)
        return [place for place in places if place.exists()]

    def _place(self, gateway: str, user: str) -> Path:
        spelled = unicodedata.normalize("NFC", user).encode("utf-8", "surrogatepass")
        name = blind(self._device_key(), b"store", gateway.encode(), spelled)
        return self._folder / "u" / base64.b32encode(name).decode().lower()[:26]

    def _blinded(self, origin: str) -> str:
        return blind(self._device_key(), b"origin", origin.encode()).hex()

    def _device_key(self) -> bytes:
        return base64.b64decode(self._device()["key"])

    def _device(self) -> dict[str, Any]:
        path = self._folder / "device.json"
        try:
            return decode_object(read_private(path))
        except FileNotFoundError:
            return self._new_device(path)
        except BadJson as error:
            raise StoreDamaged(
                f"{path} cannot be read", "Keep the folder and ask your supervisor."
            ) from error

    def _new_device(self, path: Path) -> dict[str, Any]:
        """Name this terminal once; of two processes that try, the first one's word stands."""
        make_private_directory(self._folder / "u")
        with self._device_lock():
            if not path.exists():
                if any((self._folder / "u").iterdir()):
                    raise StoreDamaged(
                        f"{path} is missing, and without it nobody's store can be found",
                        "Put it back from a copy, or name another folder with --data-dir.",
                    )
                device = {
                    "v": 1,
                    "device": os.urandom(16).hex(),
                    "key": base64.b64encode(os.urandom(32)).decode(),
                    "gateways": {},
                }
                write_durably(path, encode(device))
        return self._device()

    def _remember(self, origin: str, gateway: str) -> None:
        """Note which gateway answers at `origin`, so that its stores are found offline."""
        name = self._blinded(origin)
        with self._device_lock():
            device = self._device()
            known = device["gateways"].get(name, [])
            if known[-1:] != [gateway]:
                others = [before for before in known if before != gateway]
                device["gateways"][name] = [*others, gateway]
                write_durably(self._folder / "device.json", encode(device))

    @contextmanager
    def _device_lock(self) -> Iterator[None]:
        descriptor = os.open(self._folder / "u", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _settle(building: Path, place: Path) -> None:
    """Give a new store its name, unless another process was faster: then that one stands."""
    try:
        building.rename(place)
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
            raise
        shutil.rmtree(building)
    sync_directory(place.parent)


def _lock(place: Path) -> int:
    """Take the store for this process. Raises StoreBusy."""
    with disk_errors("Opening the store"):
        descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise StoreBusy(
            "This store is open in another civictui", "Close that one, then try again."
        ) from error
    return descriptor
