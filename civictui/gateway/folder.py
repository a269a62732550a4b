"""The gateway's data folder: one key, one id, a room for each part, all of it sealed but for maps.

    gateway.key      32 random bytes, 0600: opens everything else, so keep a copy of it elsewhere
    identity         {"id", "made", "lasting"}, sealed; "lasting" names what was made once for ever
    signing          the gateway's Ed25519 key, sealed
    recovery         the organisation's recovery key, sealed; its public half alone once off line
    accounts         users and their password hashes, sealed
    policy           what the operator asks of terminals, sealed
    api-keys         hashes of the keys with which others post by Open311, sealed
    audit/           the sealed record log of what was done to accounts and keys
    attempts         wrong passwords and blocks, sealed
    devices-disabled devices that deliver and read nothing, sealed
    devices/         what each device last sent and holds, and the counts of each day, sealed
    client-logs/     what clients say of their own failures, one sealed file a device
    sessions/        one sealed file a session
    database/        the sealed record log of the reports
    objects/         sealed pictures
    uploads/         sealed pictures on their way
    maps/            base maps, public files that lie as they came
    restored         sealed; there once the folder was put back from a back-up, see `backup`
    *.lock           empty

File names tell nothing either: they are fixed, random, or an HMAC under a key of this folder.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from civictui.domain.errors import StoreBusy, StoreDamaged
from civictui.domain.model import Doc
from civictui.gateway.sealed import SealedFile
from civictui.storage.envelope import KEY_BYTES, derive
from civictui.storage.files import (
    disk_errors,
    make_private_directory,
    open_private,
    read_private,
    write_durably,
)

_SETUP_LOCK = "setup.lock"


class GatewayFolder:
    """An existing data folder and what its key gives. Made by `open`."""

    def __init__(self, path: Path, key: bytes, identity: str, made: int) -> None:
        self.path = path
        self.id = identity
        """Names this gateway for ever, 32 hexadecimal digits."""
        self.made = made
        """When it was made, in Unix seconds."""
        self._key = key

    @classmethod
    def open(cls, path: Path, now: int) -> "GatewayFolder":
        """Open the folder at `path`, making it on first use (`now` in Unix seconds).

        Raises StoreDamaged where the key is gone or is another one: a new key would make all
        that is there unreadable for good.
        """
        make_private_directory(path)
        with locked(path / _SETUP_LOCK):
            key = _key(path)
            identity, made = _identity(_identity_file(path, key), now)
        return cls(path, key, identity, made)

    @property
    def store(self) -> bytes:
        """The id as 16 bytes, to bind sealed files to this folder."""
        return bytes.fromhex(self.id)

    def key(self, purpose: str) -> bytes:
        """A key of its own for each part of the folder."""
        return derive(self._key, self.store, b"civictui/gateway/v1/" + purpose.encode())

    def room(self, name: str) -> Path:
        """A folder inside, made if need be."""
        path = self.path / name
        make_private_directory(path)
        return path

    def lasting(self, name: str, make: Callable[[], Doc]) -> SealedFile:
        """The sealed document `name`, made on first use and never again.

        Raises StoreDamaged where it was made and is gone: devices rely on what it says, so it is
        not replaced unseen.
        """
        purpose = f"civictui/gateway/{name}/v1".encode()
        file = SealedFile(self.path / name, self.key(name), purpose)
        identity = _identity_file(self.path, self._key)
        with locked(self.path / _SETUP_LOCK):
            said = identity.read() or {}
            known = said.get("lasting", [])
            if not file.version():
                if name in known:
                    raise _gone(file.path)
                file.write(make())
            if name not in known:
                identity.write({**said, "lasting": [*known, name]})
        return file

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder for one process. Raises StoreBusy where another one serves it."""
        with locked(self.path / "serve.lock", wait=False):
            yield


@contextmanager
def locked(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold the lock file `path`; it is let go even by a kill. Raises StoreBusy if not to wait."""
    with disk_errors(f"The lock {path.name}"):
        descriptor = open_private(path, os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    except BlockingIOError as error:
        raise StoreBusy(
            f"Another gateway serves {path.parent}", "Stop it first, or name another folder."
        ) from error
    finally:
        os.close(descriptor)


def _key(folder: Path) -> bytes:
    path = folder / "gateway.key"
    try:
        key = read_private(path)
    except FileNotFoundError:
        return _new_key(path, folder / "identity")
    if len(key) != KEY_BYTES:
        raise StoreDamaged(f"{path} does not hold {KEY_BYTES} bytes", "Put your copy of it back.")
    return key


def _new_key(path: Path, identity: Path) -> bytes:
    if identity.exists():
        raise _gone(path)
    key = os.urandom(KEY_BYTES)
    write_durably(path, key)
    return key


def _gone(path: Path) -> StoreDamaged:
    return StoreDamaged(f"{path} is gone", "Put your copy of it back; nothing was changed.")


def _identity_file(folder: Path, key: bytes) -> SealedFile:
    return SealedFile(folder / "identity", key, b"civictui/gateway/identity/v1")


def _identity(file: SealedFile, now: int) -> tuple[str, int]:
    try:
        found = file.read()
        if found is None:
            found = {"id": os.urandom(16).hex(), "made": now}
            file.write(found)
        return str(found["id"]), int(found["made"])
    except (StoreDamaged, KeyError, TypeError, ValueError) as error:
        raise StoreDamaged(
            f"{file.path} cannot be opened with this gateway.key",
            "Put the key of this folder back; nothing was changed.",
        ) from error
