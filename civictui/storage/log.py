"""The sealed record log: append-only files, one record a transaction, in generations.

    log.0        the first generation      log.<n>      what a compaction made of the one before

A record is acknowledged after `fdatasync`. A sync that fails is never tried again (the kernel has
dropped the pages): the log becomes read-only until it is opened anew. Each generation begins with
BEGIN; one that a compaction made is whole when it has END. The highest whole one counts, and the
one before it goes when it was opened once. What is cut off or damaged goes to `quarantine/`.
"""

import mmap
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from civictui.codec import Row, decode_rows, encode
from civictui.domain.errors import StoreDamaged, StoreError, StoreFull
from civictui.storage.files import (
    disk_errors,
    make_private_directory,
    open_private,
    sync_directory,
    write_all,
)
from civictui.storage.record import NO_TAG, Record, RecordCipher, in_records

BEGIN, END = "BEGIN", "END"
_AGAIN = "Close the program and open the store anew."

Replay = Callable[[Sequence[Row]], None]


@dataclass(slots=True)
class Findings:
    """What was not as written when the log was opened; each span is (first byte, end)."""

    torn: tuple[int, int] | None = None
    damaged: list[tuple[int, int]] = field(default_factory=list)
    broken_chain: list[int] = field(default_factory=list)

    @property
    def lost(self) -> bool:
        """Whether something that was once acknowledged may be gone.

        A torn tail alone is what a crash leaves of a transaction that nobody was told of.
        """
        return bool(self.damaged or self.broken_chain)


class RecordLog:
    """An open log. Not thread-safe: one thread owns the store."""

    def __init__(self, folder: Path, key: bytes | bytearray, store: bytes, number: int) -> None:
        self._folder = folder
        self._key = key
        self._store = store
        self._generation = number
        self._cipher = RecordCipher(key, store, number)
        self._descriptor = -1
        self._end = 0
        self._sequence = 0
        self._tag = NO_TAG
        self._broken = ""
        self.findings = Findings()

    @classmethod
    def create(cls, folder: Path, key: bytes | bytearray, store: bytes) -> "RecordLog":
        """Begin generation 0 in `folder`, durably; the file gets its name when it is whole."""
        log = cls(folder, key, store, 0)
        log._write_generation(())
        return log

    @classmethod
    def open(
        cls, folder: Path, key: bytes | bytearray, store: bytes, replay: Replay
    ) -> "RecordLog":
        """Read the log of `folder`, giving every transaction's rows to `replay`.

        A torn tail is cut, but only when at least one record was authentic: a wrong key must
        never look like a torn tail. Raises StoreDamaged.
        """
        log = cls(folder, key, store, _current(folder, key, store))
        try:
            log._read(replay)
        except BaseException:
            log.close()
            raise
        if not log.findings.lost:
            log._drop_older()
        return log

    @staticmethod
    def exists(folder: Path) -> bool:
        return bool(_generations(folder))

    @property
    def sequence(self) -> int:
        """That of the last durable record; it goes on through all generations."""
        return self._sequence

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return self._end

    @property
    def generation(self) -> int:
        return self._generation

    def append(self, rows: Sequence[Row]) -> None:
        """Write one transaction and sync it. Raises StoreFull, StoreError; then nothing changed."""
        if self._broken:
            raise StoreError(self._broken, _AGAIN)
        content, sequence, tag = self._sealed(rows, self._sequence, self._tag)
        self._write(content)
        self._end += len(content)
        self._sequence, self._tag = sequence, tag

    def compact(self, rows: Iterable[Row]) -> None:
        """Go on in a new generation that begins with `rows`: all that is alive.

        The old one stays until the new one was opened once. Raises StoreFull, StoreError; then
        the old one goes on.
        """
        if self._broken:
            raise StoreError(self._broken, _AGAIN)
        new = RecordLog(self._folder, self._key, self._store, self._generation + 1)
        new._sequence = self._sequence
        new._write_generation(rows)
        os.close(self._descriptor)
        self._generation, self._cipher = new._generation, new._cipher
        self._descriptor, self._end = new._descriptor, new._end
        self._sequence, self._tag = new._sequence, new._tag

    def close(self) -> None:
        """Close the file."""
        self._key = b""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    # --- writing -----------------------------------------------------------------------------

    def _sealed(self, rows: Sequence[Row], sequence: int, tag: bytes) -> tuple[bytes, int, bytes]:
        """The records of one transaction, and sequence and tag of the last of them."""
        sealed = []
        for part in in_records(rows):
            sequence += 1
            record, tag = self._cipher.seal(sequence, tag, part)
            sealed.append(record)
        return b"".join(sealed), sequence, tag

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
            raise StoreError(self._broken, _AGAIN) from error

    def _take_back(self) -> None:
        """After a write that failed half-way: what was acknowledged must be the end again."""
        try:
            os.ftruncate(self._descriptor, self._end)
        except OSError as error:
            self._broken = f"The disk reported an error: {error.strerror}"

    def _write_generation(self, rows: Iterable[Row]) -> None:
        """Write this generation beside, sync it, and give it its name."""
        path = _path(self._folder, self._generation)
        temporary = path.with_name(path.name + ".tmp")
        with disk_errors("The new log"):
            self._descriptor = open_private(temporary, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
            try:
                self._fill(rows)
                os.fsync(self._descriptor)
                temporary.rename(path)
                sync_directory(self._folder)
            except BaseException:
                self.close()
                temporary.unlink(missing_ok=True)
                raise

    def _fill(self, rows: Iterable[Row]) -> None:
        count = 0
        self._put([("", BEGIN, encode({"generation": self._generation}))])
        for batch in _batches(rows):
            self._put(batch)
            count += len(batch)
        end = {"generation": self._generation, "count": count, "head": self._tag.hex()}
        self._put([("", END, encode(end))])

    def _put(self, rows: Sequence[Row]) -> None:
        content, self._sequence, self._tag = self._sealed(rows, self._sequence, self._tag)
        write_all(self._descriptor, content)
        self._end += len(content)

    def _drop_older(self) -> None:
        """The generations before have done their duty: their successor was read whole."""
        for number in _generations(self._folder):
            if number < self._generation:
                _path(self._folder, number).unlink(missing_ok=True)

    # --- reading -----------------------------------------------------------------------------

    def _read(self, replay: Replay) -> None:
        path = _path(self._folder, self._generation)
        with disk_errors("Opening the log"):
            self._descriptor = open_private(path, os.O_RDWR)
        with _mapped(self._descriptor) as content:
            for record in self._cipher.records(content):
                self._take(record, replay)
            size = len(content)
        if self._sequence == 0:
            raise StoreDamaged(
                "No record of this store can be read",
                "Nothing was changed. Keep the folder and ask your supervisor.",
            )
        for start, end in self.findings.damaged:
            self._quarantine(start, end)
        if self._end < size:
            self.findings.torn = (self._end, size)
            self._cut_tail(size)

    def _take(self, record: Record, replay: Replay) -> None:
        in_order = record.tag_before == self._tag
        damaged_before = record.start != self._end
        if damaged_before:
            self.findings.damaged.append((self._end, record.start))
        self._end = record.end
        if record.sequence <= self._sequence:  # an old record, put in again
            self.findings.broken_chain.append(record.sequence)
            return
        if not in_order and not damaged_before:
            self.findings.broken_chain.append(record.sequence)
        self._sequence, self._tag = record.sequence, record.tag
        replay(decode_rows(record.rows))

    def _cut_tail(self, size: int) -> None:
        """Take the bytes behind the last authentic record away, once they are kept elsewhere.

        Where there is no room for that they stay; the next record is written over them.
        """
        try:
            self._quarantine(self._end, size)
        except StoreFull:
            return
        with disk_errors("The torn end of the log"):
            os.ftruncate(self._descriptor, self._end)
            os.fdatasync(self._descriptor)

    def _quarantine(self, start: int, end: int) -> None:
        """Keep a span of the file, still sealed, under a name that says where it was."""
        folder = self._folder / "quarantine"
        make_private_directory(folder)
        kept = folder / f"log.{self._generation}.{start}-{end}"
        with disk_errors("The damaged part of the log"):
            if kept.exists() and kept.stat().st_size == end - start:
                kept = kept.with_name(f"{kept.name}.{os.urandom(4).hex()}")
            descriptor = open_private(kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            try:
                write_all(descriptor, os.pread(self._descriptor, end - start, start))
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
            sync_directory(folder)


def _path(folder: Path, generation: int) -> Path:
    return folder / f"log.{generation}"


def _generations(folder: Path) -> list[int]:
    """Numbers of the generations in `folder`, the highest first."""
    names = (path.name.partition(".")[2] for path in folder.glob("log.*"))
    return sorted((int(name) for name in names if name.isascii() and name.isdigit()), reverse=True)


def _current(folder: Path, key: bytes | bytearray, store: bytes) -> int:
    """The generation that counts: the highest whole one. Raises StoreDamaged where there is none.

    Where only one is there it counts, whole or not: it is all that there is.
    """
    found = _generations(folder)
    if not found:
        raise StoreDamaged("The log of the store is missing", "Keep the folder as it is.")
    for number in found[:-1]:
        if _is_whole(_path(folder, number), RecordCipher(key, store, number)):
            return number
    return found[-1]


def _is_whole(path: Path, cipher: RecordCipher) -> bool:
    with disk_errors("Opening the log"):
        descriptor = open_private(path, os.O_RDONLY)
    try:
        with _mapped(descriptor) as content:
            rows = (row for record in cipher.records(content) for row in decode_rows(record.rows))
            return any(not table and name == END for table, name, _ in rows)
    finally:
        os.close(descriptor)


@contextmanager
def _mapped(descriptor: int) -> Iterator["mmap.mmap"]:
    size = os.fstat(descriptor).st_size
    if not size:  # an empty file cannot be mapped
        with mmap.mmap(-1, 1) as nothing:
            yield nothing
        return
    with mmap.mmap(descriptor, size, access=mmap.ACCESS_READ) as content:
        yield content


def _batches(rows: Iterable[Row], count: int = 1000) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == count:
            yield batch
            batch = []
    if batch:
        yield batch
