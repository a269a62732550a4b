"""One sealed record of the log: how it is written, and how records are found in a file.

    record    = "CVR1" | length u32 | sequence u64 | nonce 12 | ciphertext | tag 16
    AAD       = "civictui/rec/v1" | store 16 | generation u32 | sequence u64 | length u32
    plaintext = tag of the record before (16) | rows as JSON

`length` counts ciphertext and tag; numbers are big-endian. Each record stands alone: there is no
header whose loss would cost all, and behind a damaged span the next one is found by its magic.
"""

import os
import struct
from collections.abc import Iterator, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from civictui.codec import Row, Shape, encode_rows
from civictui.storage.envelope import KEY_BYTES, NONCE_BYTES, TAG_BYTES, derive_into, wipe
from civictui.storage.reading import LogBytes

MAGIC = b"CVR1"
RECORD_BYTES = 16 * 1024
"""What a compaction puts into one record: as much as one turned bit may cost. A transaction is one
record, whatever its size."""
LARGEST_BYTES = 64 * 1024 * 1024
"""More than a record may ever have."""
NO_TAG = bytes(TAG_BYTES)
"""What stands before the first record of a generation."""

_HEADER = struct.Struct(">4sIQ12s")
_AAD = struct.Struct(">15s16sIQI")


class Record(Shape):
    """A record that authenticated, and where it lies. A dataclass would take five times as long."""

    start: int
    end: int
    sequence: int
    tag: bytes
    tag_before: bytes
    rows: bytes


class RecordCipher:
    """Seals and opens the records of one generation of one store."""

    def __init__(self, key: bytes | bytearray, store: bytes, generation: int) -> None:
        log_key = bytearray(KEY_BYTES)
        derive_into(log_key, key, store, b"civictui/log/v1" + generation.to_bytes(4, "big"))
        self._cipher = AESGCM(log_key)
        wipe(log_key)
        self._store = store
        self._generation = generation

    def forget(self) -> None:
        """Let go of the key; nothing can be sealed or opened from now on."""
        del self._cipher

    def seal(self, sequence: int, tag_before: bytes, rows: bytes) -> tuple[bytes, bytes]:
        """The whole record, and its tag, which the next one will name.

        The nonce is random, never the sequence: after a cut tail the same sequence is written
        again, while flash may keep the old page.
        """
        length = TAG_BYTES + len(rows) + TAG_BYTES
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, tag_before + rows, self._aad(sequence, length))
        return _HEADER.pack(MAGIC, length, sequence, nonce) + sealed, sealed[-TAG_BYTES:]

    def records(self, content: LogBytes) -> Iterator[Record]:
        """Every record that authenticates; behind a bad span, the next magic is tried."""
        position = 0
        while position >= 0:
            record = self._record_at(content, position)
            if record:
                yield record
                position = record.end
            else:
                position = content.find(MAGIC, position + 1)

    def _record_at(self, content: LogBytes, start: int) -> Record | None:
        piece, at = content.around(start, _HEADER.size)
        body = at + _HEADER.size
        if body > len(piece):
            return None
        magic, length, sequence, nonce = _HEADER.unpack_from(piece, at)
        end = start + _HEADER.size + length
        if magic != MAGIC or end > content.size or length > LARGEST_BYTES:
            return None
        sealed = piece[body : body + length]
        if len(sealed) < length:
            sealed = content.read(end - length, length)
        try:
            plain = self._cipher.decrypt(nonce, sealed, self._aad(sequence, length))
        except (InvalidTag, ValueError):
            return None
        tag = sealed[-TAG_BYTES:]
        return Record(start, end, sequence, tag, plain[:TAG_BYTES], plain[TAG_BYTES:])

    def _aad(self, sequence: int, length: int) -> bytes:
        return _AAD.pack(b"civictui/rec/v1", self._store, self._generation, sequence, length)


def is_unfinished(content: LogBytes, start: int) -> bool:
    """Whether a record begins at `start` that the file does not have all bytes of.

    So is one that is being written, or was when the system stopped; nobody was told of it.
    """
    header = content.read(start, _HEADER.size)
    if len(header) < _HEADER.size:
        return header[: len(MAGIC)] == MAGIC[: len(header)]
    magic, length, _, _ = _HEADER.unpack(header)
    end = start + _HEADER.size + int(length)
    return bool(magic == MAGIC and length <= LARGEST_BYTES and end > content.size)


def in_records(rows: Sequence[Row]) -> Iterator[bytes]:
    """Rows as JSON, in as few records as their size allows."""
    start, room = 0, RECORD_BYTES
    for i, (table, key, content) in enumerate(rows):
        cost = len(table) + len(key) * 6 + len(content or b"null") + 16
        if cost > room and i > start:
            yield encode_rows(rows[start:i])
            start, room = i, RECORD_BYTES
        room -= cost
    yield encode_rows(rows[start:])
