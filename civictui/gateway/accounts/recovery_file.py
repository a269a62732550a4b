r"""The recovery key off line: a small text file for a medium that is locked away.

    "CIVICTUI-RECOVERY-KEY 1\n" kid "\n" private half in base64url "\n"

`kid` is the first 16 hexadecimal digits of the SHA-256 of the public half. The file is not sealed:
whoever holds the medium opens every store that he can get hold of. Terminals read it, too, and the
gateway's extra is not installed there: nothing of that is imported here.
"""

import hashlib
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from civictui.domain.errors import StoreError, UsageError
from civictui.gateway.base64url import decoded, encoded
from civictui.storage.envelope import KEY_BYTES
from civictui.storage.files import disk_errors, sync_directory, write_all

MARK = "CIVICTUI-RECOVERY-KEY 1"
_MOST_BYTES = 1024
_KID_DIGITS = 16


def public_half(private: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def key_id(public: bytes) -> str:
    """The name of a key, by its public half."""
    return hashlib.sha256(public).hexdigest()[:_KID_DIGITS]


def write_key_file(path: Path, kid: str, private: bytes) -> None:
    """Write a new file durably. Raises UsageError, StoreFull, StoreError; then there is none."""
    descriptor = _new_file(path)
    try:
        with disk_errors(f"The file {path}"):
            try:
                write_all(descriptor, f"{MARK}\n{kid}\n{encoded(private)}\n".encode())
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            sync_directory(path.parent)
    except StoreError:
        path.unlink()
        raise


def read_key_file(path: Path) -> tuple[str, bytes]:
    """The kid and the private half. Raises UsageError, StoreDamaged."""
    try:
        with path.open("rb") as file:
            mark, kid, text = file.read(_MOST_BYTES).decode().split("\n")[:3]
        private = decoded(text)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}", "Name the key's file."
        ) from error
    except ValueError as error:
        raise UsageError(f"{path} is no recovery key", "Name the file of --off-line.") from error
    if mark != MARK or len(private) != KEY_BYTES or key_id(public_half(private)) != kid:
        raise UsageError(f"{path} is no whole recovery key", "Use another copy of it.")
    return kid, private


def _new_file(path: Path) -> int:
    try:
        # Not as the store opens files: on a stick they may belong to whoever mounted it.
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError as error:
        raise UsageError(f"There is a file {path} already", "Name a new one.") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}", "Name another.") from error
