"""Sealed picture files, readable piece by piece.

    file   = "CVB1" | salt 16 | chunks
    chunk  = AES-256-GCM of 64 KiB of the picture (the last one shorter): ciphertext | tag 16
    key    = HKDF-SHA256(data key, salt, "civictui/blob/v1" | store | id)
    nonce  = number of the chunk u88 | 1 for the last chunk, else 0      AAD = id

The id, and with it the file's name, is an HMAC of the picture's key: names on disk tell nothing.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from civictui.domain.errors import StoreDamaged
from civictui.storage.envelope import TAG_BYTES, blind, derive
from civictui.storage.files import (
    disk_errors,
    make_durable,
    make_private_directory,
    read_private,
    write_durably,
)

MAGIC = b"CVB1"
SALT_BYTES = 16
CHUNK_BYTES = 64 * 1024
_SEALED_CHUNK = CHUNK_BYTES + TAG_BYTES
_HEADER_BYTES = len(MAGIC) + SALT_BYTES


@dataclass(frozen=True, slots=True)
class BlobFile:
    """A picture's file: its name, its bytes on the disk, and when it was last written or used."""

    name: str
    size: int
    used: float


class BlobFiles:
    """All pictures of one store. Synchronous: its caller owns the store's thread."""

    def __init__(self, folder: Path, key: bytes | bytearray, store: bytes) -> None:
        self.grown = 0
        """Bytes written since this was made, less those removed."""
        self._folder = folder
        self._key = key
        self._store = store
        self._names = derive(key, store, b"civictui/blob-names/v1")

    def put(self, key: str, content: bytes) -> None:
        """Store durably; the same content under the same key again changes nothing."""
        identity, path = self._place(key)
        make_private_directory(path.parent)
        if self.get_or_none(key) == content:
            make_durable(path)
            return
        salt = os.urandom(SALT_BYTES)
        write_durably(path, MAGIC, salt, *self._sealed(identity, salt, content), what="the photo")
        self.grown += len(content)

    def get(self, key: str) -> bytes | None:
        """The content, or None where it is not here. Raises StoreDamaged."""
        identity, path = self._place(key)
        try:
            return self._opened(identity, read_private(path))
        except FileNotFoundError:
            return None

    def get_or_none(self, key: str) -> bytes | None:
        """As `get`, but a damaged file counts as absent: it can be fetched or written again."""
        try:
            return self.get(key)
        except StoreDamaged:
            return None

    def has(self, key: str) -> bool:
        with disk_errors("A picture"):
            return self._place(key)[1].exists()

    def size(self, key: str) -> int | None:
        """How many bytes the picture has, from the file's own size."""
        try:
            sealed = self._place(key)[1].stat().st_size - _HEADER_BYTES
        except OSError:
            return None
        return sealed - TAG_BYTES * max(1, -(-sealed // _SEALED_CHUNK))

    def sha256(self, key: str) -> str | None:
        """The hash of the content in hexadecimal, or None where it is not here."""
        content = self.get(key)
        return None if content is None else hashlib.sha256(content).hexdigest()

    def remove(self, key: str) -> None:
        self.grown -= self.size(key) or 0
        with disk_errors("A picture"):
            self._place(key)[1].unlink(missing_ok=True)

    def touch(self, key: str) -> None:
        """Somebody has looked at it. A disk that does not note that is no trouble."""
        with suppress(OSError):
            os.utime(self._place(key)[1])

    def listed(self) -> Iterator[BlobFile]:
        """Every picture file with its size and the time of its last use, in no order."""
        with disk_errors("The folder of the pictures"):
            for path in self.files():
                with suppress(FileNotFoundError):
                    found = path.stat()
                    yield BlobFile(path.name, found.st_size, found.st_mtime)

    def files(self) -> Iterator[Path]:
        """Every picture file, in no order; what is left of an unfinished write is none."""
        return (path for path in self._folder.glob("??/*") if not path.name.endswith(".tmp"))

    def path(self, key: str) -> Path:
        """Where the picture of this key lies, or would lie."""
        return self._place(key)[1]

    def name(self, key: str) -> str:
        """How the file of this key is named."""
        return self._identity(key).hex()

    def opens(self, path: Path) -> bool:
        """Whether every chunk of a file is what was written under this name.

        Raises StoreError for one that cannot be read at all: that says nothing of what is in it.
        """
        content = read_private(path)
        try:
            self._opened(bytes.fromhex(path.name), content)
        except (StoreDamaged, ValueError):
            return False
        return True

    def _place(self, key: str) -> tuple[bytes, Path]:
        identity = self._identity(key)
        name = identity.hex()
        return identity, self._folder / name[:2] / name

    def _identity(self, key: str) -> bytes:
        return blind(self._names, key.encode("utf-8", "surrogatepass"))[:20]

    def _cipher(self, identity: bytes, salt: bytes) -> AESGCM:
        return AESGCM(derive(self._key, salt, b"civictui/blob/v1" + self._store + identity))

    def _sealed(self, identity: bytes, salt: bytes, content: bytes) -> Iterator[bytes]:
        cipher = self._cipher(identity, salt)
        last = max(0, (len(content) - 1) // CHUNK_BYTES)
        for i in range(last + 1):
            chunk = content[i * CHUNK_BYTES : (i + 1) * CHUNK_BYTES]
            yield cipher.encrypt(_nonce(i, i == last), chunk, identity)

    def _opened(self, identity: bytes, sealed: bytes) -> bytes:
        salt, chunks = sealed[len(MAGIC) : _HEADER_BYTES], sealed[_HEADER_BYTES:]
        if sealed[: len(MAGIC)] != MAGIC or not chunks:
            raise StoreDamaged("A picture's file is damaged", "It can be fetched again.")
        cipher = self._cipher(identity, salt)
        last = (len(chunks) - 1) // _SEALED_CHUNK
        try:
            return b"".join(
                cipher.decrypt(
                    _nonce(i, i == last),
                    chunks[i * _SEALED_CHUNK : (i + 1) * _SEALED_CHUNK],
                    identity,
                )
                for i in range(last + 1)
            )
        except (InvalidTag, ValueError) as error:
            raise StoreDamaged("A picture's file is damaged", "It can be fetched again.") from error


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
