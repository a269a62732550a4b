"""A file sealed piece by piece: written without being held whole, read from any place.

    stream = chunks
    chunk  = AES-256-GCM of 64 KiB (the last one shorter): ciphertext | tag 16
    nonce  = number of the chunk u88 | 1 for the last chunk, else 0

This is the STREAM construction: no chunk can be moved, left out or cut off unseen. A key must seal
one stream only.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from civictui.domain.errors import StoreDamaged
from civictui.storage.envelope import TAG_BYTES
from civictui.storage.files import write_all

CHUNK_BYTES = 64 * 1024
SEALED_CHUNK = CHUNK_BYTES + TAG_BYTES


def nonce_of(number: int, *, last: bool) -> bytes:
    """The nonce of a chunk, 12 bytes."""
    return number.to_bytes(11, "big") + bytes([last])


class SealingStream:
    """Seals what is written to it into an open file."""

    def __init__(self, descriptor: int, key: bytes | bytearray, aad: bytes) -> None:
        self._descriptor = descriptor
        self._cipher = AESGCM(key)
        self._aad = aad
        self._waiting = bytearray()
        self._number = 0

    def write(self, content: bytes) -> None:
        """Raises OSError."""
        self._waiting += content
        while len(self._waiting) > CHUNK_BYTES:  # the last chunk is known only at the end
            self._seal(CHUNK_BYTES, last=False)

    def finish(self) -> None:
        """Write the last chunk: without it the file is not whole. Raises OSError."""
        self._seal(CHUNK_BYTES, last=True)

    def _seal(self, size: int, *, last: bool) -> None:
        chunk = bytes(self._waiting[:size])
        del self._waiting[:size]
        nonce = nonce_of(self._number, last=last)
        write_all(self._descriptor, self._cipher.encrypt(nonce, chunk, self._aad))
        self._number += 1


class OpeningStream:
    """Reads what a `SealingStream` wrote behind the first `start` bytes of an open file."""

    def __init__(self, descriptor: int, start: int, key: bytes | bytearray, aad: bytes) -> None:
        self._descriptor = descriptor
        self._start = start
        self._cipher = AESGCM(key)
        self._aad = aad
        sealed = max(0, os.fstat(descriptor).st_size - start)
        self._last = max(0, (sealed - 1) // SEALED_CHUNK)
        self.size = max(0, sealed - (self._last + 1) * TAG_BYTES)
        """Bytes of content, if the file is whole."""
        self._at = -1
        self._chunk = b""

    def read(self, position: int, size: int) -> bytes:
        """`size` bytes from `position`. Raises StoreDamaged where they are not as written."""
        if size < 0 or position + size > self.size:
            raise StoreDamaged("The file ends too early")
        pieces = []
        while size > 0:
            number, skipped = divmod(position, CHUNK_BYTES)
            piece = self._opened(number)[skipped : skipped + size]
            pieces.append(piece)
            position, size = position + len(piece), size - len(piece)
        return b"".join(pieces)

    def check(self) -> None:
        """Read all of it, the end included. Raises StoreDamaged."""
        for number in range(self._last + 1):
            self._opened(number)

    def _opened(self, number: int) -> bytes:
        if number != self._at:
            sealed = os.pread(self._descriptor, SEALED_CHUNK, self._start + number * SEALED_CHUNK)
            nonce = nonce_of(number, last=number == self._last)
            try:
                self._chunk = self._cipher.decrypt(nonce, sealed, self._aad)
            except (InvalidTag, ValueError) as error:
                raise StoreDamaged("What was read is not what was sealed") from error
            self._at = number
        return self._chunk
