"""The sealed record log: one append-only file, one record a transaction.

    record    = "CVR1" | length u32 | sequence u64 | nonce 12 | ciphertext | tag 16
    AAD       = "civictui/rec/v1" | store 16 | generation u32 | sequence u64 | length u32
    plaintext = tag of the record before (16) | rows as JSON

`length` counts ciphertext and tag; numbers are big-endian. There is no header whose loss would
cost all: each record stands alone, proves its place by its sequence and the tag before it, and is
found again behind a damaged span by its magic. The first record of a generation is BEGIN.

A record is acknowledged after `fdatasync`. A sync that fails is never tried again (the kernel has
dropped the pages): the log becomes read-only until it is opened anew.
"""

import mmap
import os
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from civictui.codec import Row, decode_rows, encode_rows
from civictui.domain.errors import StoreDamaged, StoreError
from civictui.storage.envelope import NONCE_BYTES, TAG_BYTES, derive
from civictui.storage.files import (
    disk_errors,
    make_private_directory,
    open_private,
    sync_directory,
    write_all,
)

MAGIC = b"CVR1"
RECORD_BYTES = 4 * 1024 * 1024
"""The most that one record may hold; a larger transaction spans several, synced together."""

_HEADER = struct.Struct(">4sIQ12s")
_AAD = struct.Struct(">15s16sIQI")
_NO_TAG = bytes(TAG_BYTES)

Replay = Callable[[Sequence[Row]], None]


@dataclass(slots=True)
class Findings:
    """What was not as written when the log was opened; each span is (first byte, end)."""

    torn: tuple[int, int] | None = None
    damaged: list[tuple[int, int]] = field(default_factory=list)
    broken_chain: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Record:
    start: int
    end: int
    sequence: int
    tag: bytes
    tag_before: bytes
    rows: bytes


class RecordLog:
    """An open log. Not thread-safe: one thread owns the store."""

    def __init__(self, path: Path, key: bytes | bytearray, store: bytes, generation: int) -> None:
        self._path = path
        self._store = store
        self._generation = generation
        info = b"civictui/log/v1" + generation.to_bytes(4, "big")
        self._cipher: AESGCM | None = AESGCM(derive(key, store, info))
        self._descriptor = -1
        self._end = 0
        self._sequence = 0
        self._tag = _NO_TAG
        self._broken = ""
        self.findings = Findings()

    @classmethod
    def create(cls, folder: Path, key: bytes | bytearray, store: bytes) -> "RecordLog":
        """Begin generation 0 in `folder`, durably; the file gets its name when it is whole."""
        log = cls(folder / "log.0", key, store, 0)
        temporary = folder / "log.0.tmp"
        with disk_errors("The new log"):
            log._descriptor = open_private(temporary, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
            log.append([("", "BEGIN", b'{"generation":0}')])
            temporary.rename(log._path)
            sync_directory(folder)
        return log

    @classmethod
    def open(
        cls, folder: Path, key: bytes | bytearray, store: bytes, replay: Replay
    ) -> "RecordLog":
        """Read the log of `folder`, giving every transaction's rows to `replay`.

        A torn tail is cut into `quarantine/`, but only when at least one record was authentic:
        a wrong key must never look like a torn tail. Raises StoreDamaged, FileNotFoundError.
        """
        log = cls(folder / "log.0", key, store, 0)
        with disk_errors("Opening the log"):
            try:
                log._descriptor = open_private(log._path, os.O_RDWR)
            except FileNotFoundError as error:
                raise StoreDamaged("The log of the store is missing") from error
        try:
            log._read(replay)
        except BaseException:
            log.close()
            raise
        return log

    @property
    def sequence(self) -> int:
        return self._sequence

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return self._end

    def append(self, rows: Sequence[Row]) -> None:
        """Write one transaction and sync it. Raises StoreFull, StoreError; then nothing changed."""
        if self._broken:
            raise StoreError(self._broken, "Close the program and open the store anew.")
        sequence, tag, sealed = self._sequence, self._tag, []
        for part in _records_of(rows):
            sequence += 1
            record, tag = self._seal(sequence, tag, part)
            sealed.append(record)
        content = b"".join(sealed)
        self._write(content)
        self._end += len(content)
        self._sequence, self._tag = sequence, tag

    def close(self) -> None:
        """Close the file and drop the key."""
        self._cipher = None
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _write(self, content: bytes) -> None:
        try:
            os.lseek(self._descriptor, self._end, os.SEEK_SET)
            with disk_errors("The record"):
                write_all(self._descriptor, content)
        except BaseException:
            self._take_back()
            raise
        try:
            os.fdatasync(self._descriptor)
        except OSError as error:
            self._broken = f"The disk reported an error: {error.strerror}"
            raise StoreError(self._broken, "Close the program and open the store anew.") from error

    def _take_back(self) -> None:
        """After a write that failed half-way: what was acknowledged must be the end again."""
        try:
            os.ftruncate(self._descriptor, self._end)
        except OSError as error:
            self._broken = f"The disk reported an error: {error.strerror}"

    def _seal(self, sequence: int, tag_before: bytes, rows: bytes) -> tuple[bytes, bytes]:
        assert self._cipher is not None, "the log is closed"  # noqa: S101
        length = TAG_BYTES + len(rows) + TAG_BYTES
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, tag_before + rows, self._aad(sequence, length))
        return _HEADER.pack(MAGIC, length, sequence, nonce) + sealed, sealed[-TAG_BYTES:]

    def _aad(self, sequence: int, length: int) -> bytes:
        return _AAD.pack(b"civictui/rec/v1", self._store, self._generation, sequence, length)

    def _read(self, replay: Replay) -> None:
        size = os.fstat(self._descriptor).st_size
        if size:
            with mmap.mmap(self._descriptor, size, access=mmap.ACCESS_READ) as content:
                self._replay(content, replay)
        if self._sequence == 0:
            raise StoreDamaged(
                "No record of this store can be read",
                "Nothing was changed. Keep the folder and ask your supervisor.",
            )
        if self._end < size:
            self.findings.torn = (self._end, size)
            self._cut_tail(size)

    def _replay(self, content: mmap.mmap, replay: Replay) -> None:
        for record in self._records(content):
            in_order = record.tag_before == self._tag
            damaged_before = record.start != self._end
            if damaged_before:
                self.findings.damaged.append((self._end, record.start))
            self._end = record.end
            if record.sequence <= self._sequence:  # an old record, put in again
                self.findings.broken_chain.append(record.sequence)
                continue
            if not in_order and not damaged_before:
                self.findings.broken_chain.append(record.sequence)
            self._sequence, self._tag = record.sequence, record.tag
            replay(decode_rows(record.rows))

    def _records(self, content: mmap.mmap) -> Iterator[_Record]:
        """Every record that authenticates; behind a bad span, the next magic is tried."""
        position = 0
        while position >= 0:
            record = self._record_at(content, position)
            if record:
                yield record
                position = record.end
            else:
                position = content.find(MAGIC, position + 1)

    def _record_at(self, content: mmap.mmap, start: int) -> _Record | None:
        assert self._cipher is not None, "the log is closed"  # noqa: S101
        body = start + _HEADER.size
        if body > len(content):
            return None
        magic, length, sequence, nonce = _HEADER.unpack(content[start:body])
        end = body + length
        if magic != MAGIC or end > len(content) or length > RECORD_BYTES + 2 * TAG_BYTES:
            return None
        try:
            sealed = content[body:end]
            plain = self._cipher.decrypt(nonce, sealed, self._aad(sequence, length))
        except (InvalidTag, ValueError):
            return None
        tag = sealed[-TAG_BYTES:]
        return _Record(start, end, sequence, tag, plain[:TAG_BYTES], plain[TAG_BYTES:])

    def _cut_tail(self, size: int) -> None:
        """Move the bytes behind the last authentic record into quarantine, still sealed."""
        quarantine = self._path.parent / "quarantine"
        make_private_directory(quarantine)
        with disk_errors("The torn end of the log"):
            tail = os.pread(self._descriptor, size - self._end, self._end)
            kept = quarantine / f"{self._path.name}.{self._end}.{os.urandom(4).hex()}"
            descriptor = open_private(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
            try:
                write_all(descriptor, tail)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            sync_directory(quarantine)
            os.ftruncate(self._descriptor, self._end)
            os.fdatasync(self._descriptor)


def _records_of(rows: Sequence[Row]) -> Iterator[bytes]:
    """The rows as JSON, in as few records as their size allows."""
    start, room = 0, RECORD_BYTES
    for i, (table, key, content) in enumerate(rows):
        cost = len(table) + len(key) * 6 + len(content or b"null") + 16
        if cost > room and i > start:
            yield encode_rows(rows[start:i])
            start, room = i, RECORD_BYTES
        room -= cost
    yield encode_rows(rows[start:])
