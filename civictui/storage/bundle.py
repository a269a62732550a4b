"""The rescue bundle: a user's unsent work in one sealed file, for another terminal or the gateway.

    file    = "CVX1" | length of the header u32 | header | stream        (see `sealed_stream`)
    header  = {"v": 1, "bundle": 16 bytes, "slots": [...]}, binary fields in base64
    key     = HKDF-SHA256(bundle key, bundle, "civictui/bundle/v1")
    AAD     = "civictui/bundle/v1" | SHA-256 of all that stands before the stream

The bundle key is random and of this file alone, never the store's. A password slot opens it, made
as those of a keyring (with the bundle's id in the place of the store's, and without a pepper: the
other terminal has none, or another one), and, where the store knows the organisation's key, a
recovery slot: X25519, info and AAD "civictui/bundle-recovery/v1", sealed are bundle key and whose.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from civictui.codec import BadJson, decode_object, encode
from civictui.domain.errors import StoreDamaged, UsageError
from civictui.domain.model import Doc
from civictui.storage.bundle_items import Contents, Whose, read, written
from civictui.storage.bundle_slots import (
    Opened,
    by_password,
    by_recovery_key,
    damaged,
    password_slot,
    recovery_slot,
)
from civictui.storage.envelope import derive, random_key, wipe
from civictui.storage.files import disk_errors, sync_directory, write_all
from civictui.storage.recovery_slots import Slot, bytes_of, text_of
from civictui.storage.rescue import Content, UnsentWork
from civictui.storage.sealed_stream import OpeningStream, SealingStream
from civictui.storage.slots import Locksmith

MAGIC = b"CVX1"
VERSION = 1
HEADER_BYTES = 64 * 1024
"""The most that a header may have."""
_MOST_SLOTS = 8
_PURPOSE = b"civictui/bundle/v1"


class Bundle:
    """An opened bundle that was read and verified from its first byte to its last."""

    def __init__(self, descriptor: int, stream: OpeningStream, contents: Contents) -> None:
        assert contents.whose is not None, "read() gives no contents without"  # noqa: S101
        self._descriptor = descriptor
        self._stream = stream
        self._contents = contents
        self.gateway = contents.whose.gateway
        self.user = contents.whose.user

    def __enter__(self) -> "Bundle":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def work(self) -> UnsentWork:
        return self._contents.work

    @property
    def docs(self) -> list[Doc]:
        """The documents to be sent, with `_id`, `_rev` and `_revisions`, older revisions first."""
        return self._contents.docs

    def objects(self) -> Iterator[tuple[str, bytes]]:
        """The pictures to be sent by their keys, one at a time; those of drafts are not."""
        for job in self._contents.jobs:
            picture = self.picture(job.key)
            if picture is not None:
                yield job.key, picture

    def picture(self, key: str) -> bytes | None:
        """A picture by its key, or None where the bundle has none. Raises StoreDamaged."""
        place = self._contents.pictures.get(key)
        return None if place is None else self._stream.read(*place)

    def close(self) -> None:
        os.close(self._descriptor)


def write_bundle(
    path: Path,
    whose: Whose,
    work: UnsentWork,
    content: Content,
    *,
    password: str,
    smith: Locksmith,
    recovery: dict[str, Any] | None = None,
) -> None:
    """Write a new file, 0600 and durable. `recovery` is {"kid", "public_key" in base64url}.

    Raises UsageError where the file is there already or cannot be made, StoreFull, StoreError.
    """
    identity, key = os.urandom(16), random_key()
    try:
        slots = [password_slot(identity, password, key, smith)]
        if recovery:
            slots.append(recovery_slot(identity, recovery, whose, key))
        header = encode({"v": VERSION, "bundle": text_of(identity), "slots": slots})
        start = MAGIC + len(header).to_bytes(4, "big") + header
        _write(path, start, _stream_key(key, identity), written(whose, work, content))
    finally:
        wipe(key)


def open_with_password(path: Path, password: str, smith: Locksmith) -> Bundle:
    """Raises WrongPassword, UsageError for a file that is no bundle, StoreDamaged."""
    return _open(path, lambda identity, slots: by_password(identity, slots, password, smith))


def open_with_recovery_key(path: Path, private: bytes | bytearray) -> Bundle:
    """By the organisation's private key, 32 bytes. Raises UsageError, StoreDamaged.

    What the slot says of gateway and user must be what the bundle itself says.
    """
    return _open(path, lambda identity, slots: by_recovery_key(identity, slots, private))


# --- writing ---------------------------------------------------------------------------------


def _write(path: Path, start: bytes, key: bytes, items: Iterator[bytes]) -> None:
    descriptor = _new_file(path)
    try:
        with disk_errors(f"The bundle {path}"):
            write_all(descriptor, start)
            stream = SealingStream(descriptor, key, _aad(start))
            for item in items:
                stream.write(item)
            stream.finish()
            os.fsync(descriptor)
        with suppress(OSError):  # a stick's file system may not know how
            sync_directory(path.absolute().parent)
    except BaseException:
        path.unlink(missing_ok=True)  # half a bundle is none
        raise
    finally:
        os.close(descriptor)


def _new_file(path: Path) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        return os.open(path, flags, 0o600)
    except FileExistsError as error:
        raise UsageError(f"{path} is there already", "Name a file that does not exist.") from error
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from error


# --- reading ---------------------------------------------------------------------------------


def _open(path: Path, unseal: Callable[[bytes, list[Slot]], Opened]) -> Bundle:
    descriptor = _existing_file(path)
    try:
        with disk_errors(f"Reading {path}"):
            start, identity, slots = _header(descriptor)
            key, whose = unseal(identity, slots)
            try:
                stream_key = _stream_key(key, identity)
            finally:
                wipe(key)
            bundle = Bundle(descriptor, *_verified(descriptor, start, stream_key))
        if whose not in {None, Whose(bundle.gateway, bundle.user)}:
            raise StoreDamaged(
                "The bundle and its recovery slot name different users", "Nothing was taken in."
            )
    except BaseException:
        os.close(descriptor)
        raise
    return bundle


def _existing_file(path: Path) -> int:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}", "Name the bundle that export has written."
        ) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UsageError(f"{path} is no file", "Name the bundle that export has written.")
    return descriptor


def _header(descriptor: int) -> tuple[bytes, bytes, list[Slot]]:
    """All that stands before the stream, the bundle's id and its slots."""
    first = os.pread(descriptor, len(MAGIC) + 4, 0)
    if first[: len(MAGIC)] != MAGIC or len(first) < len(MAGIC) + 4:
        raise UsageError("This file is no bundle of civictui", "Name one that export has written.")
    size = int.from_bytes(first[len(MAGIC) :], "big")
    header = os.pread(descriptor, min(size, HEADER_BYTES), len(first))
    if len(header) != size:
        raise damaged()
    return first + header, *_fields(header)


def _fields(header: bytes) -> tuple[bytes, list[Slot]]:
    """The bundle's id and its slots. Raises StoreDamaged."""
    try:
        found = decode_object(header)
        identity, slots = bytes_of(found, "bundle"), found.get("slots")
    except (BadJson, StoreDamaged) as error:
        raise damaged() from error
    if isinstance(found.get("v"), int) and found["v"] != VERSION:
        raise StoreDamaged(
            f"The bundle has version {found['v']}, this program knows {VERSION}",
            "Use a newer civictui.",
        )
    if not isinstance(slots, list) or not 0 < len(slots) <= _MOST_SLOTS or len(identity) != 16:
        raise damaged()
    if not all(isinstance(slot, dict) for slot in slots):
        raise damaged()
    return identity, slots


def _verified(descriptor: int, start: bytes, key: bytes) -> tuple[OpeningStream, Contents]:
    stream = OpeningStream(descriptor, len(start), key, _aad(start))
    try:
        stream.check()
    except StoreDamaged as error:
        raise damaged() from error
    return stream, read(stream)


def _stream_key(key: bytearray, identity: bytes) -> bytes:
    return derive(key, identity, _PURPOSE)


def _aad(start: bytes) -> bytes:
    return _PURPOSE + hashlib.sha256(start).digest()
