"""The sealed record log: append-only files, one record a transaction, in generations.

    log.0        the first generation      log.<n>      what a compaction made of the one before

A record is acknowledged after `fdatasync`. A sync that fails is never tried again (the kernel has
dropped the pages): the log becomes read-only until it is opened anew. Each generation begins with
BEGIN; one that a compaction made is whole when it has END. The highest one counts, and the one
before it goes when it was opened once. What is cut off or damaged goes to `quarantine/`, and so
does a whole generation in which something was lost, once its successor was opened.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from civictui.codec import Row, decode_object, decode_rows, encode, encode_rows
from civictui.domain.errors import StoreDamaged, StoreError, StoreFull, StoreReadOnly
from civictui.storage.envelope import TAG_BYTES
from civictui.storage.files import (
    NO_ROOM,
    READ_ONLY,
    disk_errors,
    open_private,
    sync_directory,
    write_all,
)
from civictui.storage.generations import (
    BEGIN,
    END,
    EPOCH,
    generations,
    is_whole,
    path_of,
)
from civictui.storage.quarantine import Quarantine
from civictui.storage.reading import LogBytes
from civictui.storage.record import LARGEST_BYTES, NO_TAG, Record, RecordCipher, in_records

_AGAIN = "Close the program and open the store anew."

Replay = Callable[[Sequence[Row]], None]


@dataclass(slots=True)
class Findings:
    """What was not as written when the log was opened; each span is (first byte, end)."""

    torn: tuple[int, int] | None = None
    damaged: list[tuple[int, int]] = field(default_factory=list)
    broken_chain: list[int] = field(default_factory=list)
    unfinished: bool = False
    """The last generation is not whole: what it was made of was read, too."""

    @property
    def lost(self) -> bool:
        """Whether something that was once acknowledged may be gone.

        A torn tail alone is what a crash leaves of a transaction that nobody was told of.
        """
        return bool(self.damaged or self.broken_chain or self.unfinished)


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
        self._after_loss = False
        self._named = False
        self.read_only = False
        self.epoch = 0
        """The highest epoch of a keyring that this log was told of."""
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
        never look like a torn tail. Where the disk cannot be written, nothing is. Raises
        StoreDamaged.
        """
        found = generations(folder)
        if not found:
            raise StoreDamaged("The log of the store is missing", "Keep the folder as it is.")
        log = cls(folder, key, store, found[0])
        try:
            if len(found) > 1 and not is_whole(path_of(folder, found[0]), log._cipher):
                log._read_before(found[1:], replay)
            log._read(replay)
            if not log.read_only:
                log._settle()
        except BaseException:
            log.close()
            raise
        return log

    @staticmethod
    def exists(folder: Path) -> bool:
        return bool(generations(folder))

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

    @property
    def stamp(self) -> dict[str, Any]:
        """Where the log stands: what tells a store from an older copy of itself."""
        tag = self._tag.hex()
        return {"generation": self._generation, "sequence": self._sequence, "tag": tag}

    def append(self, rows: Sequence[Row]) -> None:
        """Write one transaction and sync it. Raises StoreFull, StoreError; then nothing changed."""
        self._refuse_if_unusable()
        content = encode_rows(rows)
        if len(content) > LARGEST_BYTES - 2 * TAG_BYTES:
            raise StoreError("This is too much for one transaction", "Save less at once.")
        record, tag = self._cipher.seal(self._sequence + 1, self._tag, content)
        self._write(record)
        self._end += len(record)
        self._sequence, self._tag = self._sequence + 1, tag

    def compact(self, rows: Iterable[Row]) -> None:
        """Go on in a new generation that begins with `rows`: all that is alive.

        The old one stays until the new one was opened once. Raises StoreFull, StoreError; then
        the old one goes on.
        """
        self._refuse_if_unusable()
        new = RecordLog(self._folder, self._key, self._store, self._generation + 1)
        new._sequence, new.epoch = self._sequence, self.epoch
        new._after_loss = self.findings.lost
        try:
            new._write_generation(rows)
        except StoreError:
            if new._named:  # durably or not: what this one took from now on would be hidden
                self._broken = "The new log could not be made durable"
                new.close()
            raise
        os.close(self._descriptor)
        self._generation, self._cipher = new._generation, new._cipher
        self._descriptor, self._end = new._descriptor, new._end
        self._sequence, self._tag = new._sequence, new._tag

    def note_epoch(self, epoch: int) -> None:
        """Remember that the keyring has come this far. Raises StoreFull, StoreError."""
        self.append([("", EPOCH, encode({"epoch": epoch}))])
        self.epoch = epoch

    def close(self) -> None:
        """Close the file and forget the key."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
            self._key = b""
            self._cipher.forget()

    # --- writing -----------------------------------------------------------------------------

    def _refuse_if_unusable(self) -> None:
        if self.read_only:
            raise StoreReadOnly(
                "The disk is read-only: nothing can be saved",
                "What is stored can be read. Have the disk checked before you go on.",
            )
        if self._broken:
            raise StoreError(self._broken, _AGAIN)

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
            # What may not be on the disk must not be read back as if it were.
            self._take_back()
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
        path = path_of(self._folder, self._generation)
        temporary = path.with_name(path.name + ".tmp")
        with disk_errors("The new log"):
            self._descriptor = open_private(temporary, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
            try:
                self._fill(rows)
                os.fsync(self._descriptor)
                self._rename(temporary, path)
            except BaseException:
                self.close()
                with suppress(OSError):
                    temporary.unlink(missing_ok=True)
                raise
            sync_directory(self._folder)

    def _rename(self, temporary: Path, path: Path) -> None:
        """From here on nobody can be sure that the new name is not there; save on a full disk."""
        self._named = True
        try:
            temporary.rename(path)
        except OSError as error:
            self._named = error.errno not in NO_ROOM
            raise

    def _fill(self, rows: Iterable[Row]) -> None:
        count = 0
        begin = {
            "generation": self._generation,
            "epoch": self.epoch,
            "after_loss": self._after_loss,
        }
        self._put([("", BEGIN, encode(begin))])
        for batch in _batches(rows):
            self._put(batch)
            count += len(batch)
        end = {"generation": self._generation, "count": count, "head": self._tag.hex()}
        self._put([("", END, encode(end))])

    def _put(self, rows: Sequence[Row]) -> None:
        for content in in_records(rows):
            self._sequence += 1
            record, self._tag = self._cipher.seal(self._sequence, self._tag, content)
            write_all(self._descriptor, record)
            self._end += len(record)

    def _settle(self) -> None:
        """Make durable what was read, before anybody is told of it.

        A process that was killed between a write and its sync leaves what the system still knows
        and a power cut would take.
        """
        with disk_errors("The log"):
            os.fdatasync(self._descriptor)
            sync_directory(self._folder)
        if not self.findings.lost:
            with suppress(OSError, StoreError):  # the next opening will do
                self._drop_older()

    def _drop_older(self) -> None:
        """The generations before have done their duty: their successor was read whole.

        One in which something was lost is kept, for whoever wants to look at it.
        """
        for number in generations(self._folder):
            path = path_of(self._folder, number)
            if number < self._generation and self._after_loss:
                Quarantine(self._folder).keep_file(path)
            elif number < self._generation:
                path.unlink(missing_ok=True)

    # --- reading -----------------------------------------------------------------------------

    def _read_before(self, older: Sequence[int], replay: Replay) -> None:
        """Where the last generation is not whole, what it was made of is read first.

        Its rows are the same state, so that the last generation's own may follow them.
        """
        before = RecordLog(self._folder, self._key, self._store, older[0])
        if len(older) > 1 and not is_whole(path_of(self._folder, older[0]), before._cipher):
            before._read_before(older[1:], replay)
        try:
            before._read(replay, keep=True)
        finally:
            before.close()
        self._sequence, self.epoch = before._sequence, before.epoch
        self.findings.unfinished = True

    def _read(self, replay: Replay, *, keep: bool = False) -> None:
        """Read this generation; with `keep`, change nothing on the disk."""
        self._open_file()
        known, content = self._sequence, LogBytes(self._descriptor)
        for record in self._cipher.records(content):
            self._take(record, replay)
        size = content.size
        if self._sequence == 0:
            raise StoreDamaged(
                "No record of this store can be read",
                "Nothing was changed. Keep the folder and ask your supervisor.",
            )
        if self._sequence == known and size:
            self.findings.damaged.append((0, size))
        if keep or self.read_only:
            return
        for start, end in self.findings.damaged:
            self._keep(start, end)
        if self._end < size:
            self.findings.torn = (self._end, size)
            self._cut_tail(size)

    def _open_file(self) -> None:
        path = path_of(self._folder, self._generation)
        with disk_errors("Opening the log"):
            try:
                self._descriptor = open_private(path, os.O_RDWR)
            except OSError as error:
                if error.errno not in READ_ONLY:
                    raise
                self._descriptor = open_private(path, os.O_RDONLY)
                self.read_only = True

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
        rows = decode_rows(record.rows)
        if rows and not rows[0][0]:
            self._note(rows)
        replay(rows)

    def _note(self, rows: Sequence[Row]) -> None:
        """Read what the log says of itself; such a row is the only one of its record."""
        for table, name, content in rows:
            if table or content is None or name not in {BEGIN, EPOCH}:
                continue
            said = decode_object(content)
            self.epoch = max(self.epoch, int(said.get("epoch", 0)))
            self._after_loss = self._after_loss or said.get("after_loss") is True

    def _keep(self, start: int, end: int) -> None:
        name = f"log.{self._generation}"
        Quarantine(self._folder).keep_span(LogBytes(self._descriptor), start, end, name)

    def _cut_tail(self, size: int) -> None:
        """Take the bytes behind the last authentic record away, once they are kept elsewhere.

        Where there is no room for that they stay; the next record is written over them.
        """
        try:
            self._keep(self._end, size)
        except StoreFull:
            return
        with disk_errors("The torn end of the log"):
            os.ftruncate(self._descriptor, self._end)
            os.fdatasync(self._descriptor)


def _batches(rows: Iterable[Row], count: int = 1000) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == count:
            yield batch
            batch = []
    if batch:
        yield batch
