"""The sealed record log: append-only files, one record a transaction, in generations.

    log.0        the first generation      log.<n>      what a compaction made of the one before

A record is acknowledged after `fdatasync`. A sync that fails is never tried again (the kernel has
dropped the pages): the log becomes read-only until it is opened anew. Each generation begins with
BEGIN; one that a compaction made is whole when it has END. The highest one counts, and the one
before it goes when it was opened once. What is cut off or damaged goes to `quarantine/`, and so
does a whole generation in which something was lost, once its successor was opened.
"""

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from civictui.codec import Row, encode, encode_rows
from civictui.domain.errors import StoreDamaged, StoreError, StoreFull, StoreReadOnly
from civictui.storage.envelope import TAG_BYTES
from civictui.storage.files import (
    READ_ONLY,
    disk_errors,
    open_private,
    sync_directory,
    write_all,
)
from civictui.storage.generations import EPOCH, generations, is_whole, path_of
from civictui.storage.new_generation import NewGeneration
from civictui.storage.quarantine import Quarantine
from civictui.storage.reading import LogBytes
from civictui.storage.record import LARGEST_BYTES, RecordCipher
from civictui.storage.standing import Findings, Standing

_AGAIN = "Close the program and open the store anew."

Replay = Callable[[Sequence[Row]], None]


class RecordLog:
    """An open log. Not thread-safe: one thread owns the store."""

    def __init__(self, folder: Path, key: bytes | bytearray, store: bytes, number: int) -> None:
        self._folder = folder
        self._key = key
        self._store = store
        self._generation = number
        self._cipher = RecordCipher(key, store, number)
        self._descriptor = -1
        self._at = Standing()
        self._broken = ""
        self.read_only = False
        self.findings = Findings()

    @classmethod
    def create(cls, folder: Path, key: bytes | bytearray, store: bytes) -> "RecordLog":
        """Begin generation 0 in `folder`, durably; the file gets its name when it is whole."""
        log = cls(folder, key, store, 0)
        new = NewGeneration(folder, 0, log._cipher, log._at)
        new.write(())
        log._descriptor = new.descriptor
        return log

    @classmethod
    def open(
        cls,
        folder: Path,
        key: bytes | bytearray,
        store: bytes,
        replay: Replay,
        *,
        proved: Callable[[], bool] = lambda: False,
    ) -> "RecordLog":
        """Read the log of `folder`, giving every transaction's rows to `replay`.

        A torn tail is cut, but only when at least one record was authentic: a wrong key must
        never look like a torn tail. Where the disk cannot be written, nothing is. Raises
        StoreDamaged for a log of which nothing can be read, unless the key is `proved` otherwise:
        then the log is at fault, goes into quarantine, and a new one begins.
        """
        found = generations(folder)
        try:
            return cls._opened(folder, key, store, found, replay)
        except StoreDamaged:
            if not proved():
                raise
        return cls._anew(folder, key, store, found)

    @classmethod
    def _opened(
        cls,
        folder: Path,
        key: bytes | bytearray,
        store: bytes,
        found: Sequence[int],
        replay: Replay,
    ) -> "RecordLog":
        if not found:
            raise StoreDamaged("The log of the store is missing", "Keep the folder as it is.")
        log = cls(folder, key, store, found[0])
        try:
            log._read_all(found[1:], replay)
            if not log.read_only:
                log._mend()
                log._settle()
        except BaseException:
            log.close()
            raise
        return log

    @classmethod
    def _anew(
        cls, folder: Path, key: bytes | bytearray, store: bytes, found: Sequence[int]
    ) -> "RecordLog":
        """Begin again behind generations of which nothing can be read. Raises StoreFull."""
        for number in found:
            Quarantine(folder).keep_file(path_of(folder, number))
        log = cls(folder, key, store, found[0] + 1 if found else 0)
        new = NewGeneration(folder, log._generation, log._cipher, log._at)
        new.write(())
        log._descriptor = new.descriptor
        log.findings.unfinished = True
        return log

    @staticmethod
    def exists(folder: Path) -> bool:
        return bool(generations(folder))

    @property
    def sequence(self) -> int:
        """That of the last durable record; it goes on through all generations."""
        return self._at.sequence

    @property
    def size(self) -> int:
        """Bytes in the file."""
        return self._at.end

    @property
    def generation(self) -> int:
        return self._generation

    @property
    def epoch(self) -> int:
        """The highest epoch of a keyring that this log was told of."""
        return self._at.epoch

    @property
    def stamp(self) -> dict[str, Any]:
        """Where the log stands: what tells a store from an older copy of itself."""
        at = self._at
        return {"generation": self._generation, "sequence": at.sequence, "tag": at.tag.hex()}

    # --- writing -----------------------------------------------------------------------------

    def append(self, rows: Sequence[Row]) -> None:
        """Write one transaction and sync it. Raises StoreFull, StoreError; then nothing changed."""
        self._refuse_if_unusable()
        content = encode_rows(rows)
        if len(content) > LARGEST_BYTES - 2 * TAG_BYTES:
            raise StoreError("This is too much for one transaction", "Save less at once.")
        at = self._at
        record, tag = self._cipher.seal(at.sequence + 1, at.tag, content)
        self._write(record)
        at.end += len(record)
        at.sequence, at.tag = at.sequence + 1, tag

    def note_epoch(self, epoch: int) -> None:
        """Remember that the keyring has come this far. Raises StoreFull, StoreError."""
        self.append([("", EPOCH, encode({"epoch": epoch}))])
        self._at.epoch = epoch

    def compact(self, rows: Iterable[Row]) -> None:
        """Go on in a new generation that begins with `rows`: all that is alive.

        The old one stays until the new one was opened once. Raises StoreFull, StoreError; then
        the old one goes on.
        """
        self._refuse_if_unusable()
        number = self._generation + 1
        before = Standing(
            sequence=self._at.sequence, epoch=self._at.epoch, after_loss=self.findings.lost
        )
        cipher = RecordCipher(self._key, self._store, number)
        new = NewGeneration(self._folder, number, cipher, before)
        try:
            new.write(rows)
        except StoreError:
            if new.named:  # what this one took from now on would be hidden by it
                self._broken = "The new log could not be made durable"
            raise
        os.close(self._descriptor)
        self._generation, self._cipher = number, cipher
        self._descriptor, self._at = new.descriptor, new.standing

    def close(self) -> None:
        """Close the file and forget the key."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
            self._key = b""
            self._cipher.forget()

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
            os.lseek(self._descriptor, self._at.end, os.SEEK_SET)
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
            os.ftruncate(self._descriptor, self._at.end)
        except OSError as error:
            self._broken = f"The disk reported an error: {error.strerror}"

    # --- reading -----------------------------------------------------------------------------

    def _read_all(self, older: Sequence[int], replay: Replay) -> None:
        """Read this generation; where it is not whole, what it was made of before it.

        The rows of both are the same state, so that what was written last follows either.
        """
        if older and not is_whole(path_of(self._folder, self._generation), self._cipher):
            before = RecordLog(self._folder, self._key, self._store, older[0])
            try:
                before._read_all(older[1:], replay)
            finally:
                before.close()
            self._at.sequence, self._at.epoch = before.sequence, before.epoch
            self.findings.unfinished = True
        self._read(replay)

    def _read(self, replay: Replay) -> None:
        self._open_file()
        known, content = self._at.sequence, LogBytes(self._descriptor)
        for record in self._cipher.records(content):
            if rows := self._at.follow(record, self.findings):
                replay(rows)
        if self._at.sequence == 0 and content.failed:  # tomorrow it may be read again
            raise StoreError(
                "The disk cannot read the log", "Have it checked; nothing was changed."
            )
        if self._at.sequence == 0:
            raise StoreDamaged(
                "No record of this store can be read",
                "Nothing was changed. Keep the folder and ask your supervisor.",
            )
        if self._at.sequence == known and content.size:
            self.findings.damaged.append((0, content.size))
        elif self._at.end < content.size:
            self.findings.torn = (self._at.end, content.size)

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

    # --- after reading -----------------------------------------------------------------------

    def _mend(self) -> None:
        """Keep what is damaged, and cut what is torn, once that is kept elsewhere.

        Where there is no room it stays as it is; the next record is written over a torn end.
        """
        quarantine, content = Quarantine(self._folder), LogBytes(self._descriptor)
        name = f"log.{self._generation}"
        with suppress(StoreFull):
            for start, end in self.findings.damaged:
                quarantine.keep_span(content, start, end, name)
            if content.size > self._at.end:
                quarantine.keep_span(content, self._at.end, content.size, name)
                with disk_errors("The torn end of the log"):
                    os.ftruncate(self._descriptor, self._at.end)

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
            if number < self._generation and self._at.after_loss:
                Quarantine(self._folder).keep_file(path)
            elif number < self._generation:
                path.unlink(missing_ok=True)
