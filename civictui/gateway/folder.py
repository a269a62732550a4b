"""The gateway's data folder: one key, one id, a room for each part, all of it sealed.

    gateway.key      32 random bytes, 0600: opens everything else, so keep a copy of it elsewhere
    identity         {"id", "made"}, sealed
    accounts         users and their password hashes, sealed
    attempts         wrong passwords and blocks, sealed
    sessions/        one sealed file a session
    database/        the sealed record log of the reports
    objects/         sealed pictures
    uploads/         sealed pictures on their way
    *.lock           empty

File names tell nothing either: they are fixed, random, or an HMAC under a key of this folder.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from civictui.codec import BadJson, decode_object, encode
from civictui.domain.errors import StoreBusy, StoreDamaged
from civictui.storage.envelope import KEY_BYTES, derive, open_sealed, seal
from civictui.storage.files import (
    disk_errors,
    make_private_directory,
    open_private,
    read_private,
    write_durably,
)

_IDENTITY_AAD = b"civictui/gateway/identity/v1"


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
        with locked(path / "setup.lock"):
            key = _key(path)
            identity, made = _identity(path / "identity", key, now)
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
        raise StoreDamaged(f"{path} is gone", "Put your copy of it back; nothing was changed.")
    key = os.urandom(KEY_BYTES)
    write_durably(path, key)
    return key


def _identity(path: Path, key: bytes, now: int) -> tuple[str, int]:
    try:
        found = decode_object(open_sealed(key, read_private(path), _IDENTITY_AAD))
        return str(found["id"]), int(found["made"])
    except FileNotFoundError:
        identity = os.urandom(16).hex()
        content = encode({"id": identity, "made": now})
        write_durably(path, seal(key, content, _IDENTITY_AAD))
        return identity, now
    except (StoreDamaged, BadJson, KeyError, ValueError) as error:
        raise StoreDamaged(
            f"{path} cannot be opened with this gateway.key",
            "Put the key of this folder back; nothing was changed.",
        ) from error
