"""The log, read record by record as opening does, but changing nothing on the disk."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from civictui.codec import Row, decode_object, decode_rows
from civictui.domain.errors import StoreError
from civictui.storage.checks.findings import Checkup
from civictui.storage.files import disk_errors, open_private
from civictui.storage.generations import BEGIN, END, EPOCH, generations, is_whole, path_of
from civictui.storage.reading import LogBytes
from civictui.storage.record import NO_TAG, Record, RecordCipher

_FROM_COPIES = (
    "What the server has comes down again, what is unsent from second copies."
    " --repair goes on in a new log and keeps the old one in quarantine."
)


@dataclass(slots=True)
class LogReading:
    """The rows that a log leaves, by table and id, and how far it goes."""

    tables: dict[str, dict[str, bytes]] = field(default_factory=dict)
    sequence: int = 0
    epoch: int = 0
    records: int = 0

    def rows(self, table: str) -> dict[str, bytes]:
        """The JSON of each row, by id."""
        return self.tables.get(table, {})

    def take(self, rows: Sequence[Row]) -> None:
        for table, key, content in rows:
            if not table:
                self._note(key, content or b"{}")
            elif content is None:
                self.tables.get(table, {}).pop(key, None)
            else:
                self.tables.setdefault(table, {})[key] = content

    def _note(self, name: str, content: bytes) -> None:
        if name in {BEGIN, EPOCH}:
            self.epoch = max(self.epoch, int(decode_object(content).get("epoch", 0)))


def read_log(folder: Path, key: bytes | bytearray, store: bytes, checkup: Checkup) -> LogReading:
    """Read the generations that count, the older first, and say what is not as written."""
    reading, numbers = LogReading(), generations(folder)
    if not numbers:
        checkup.loss("log", "there is no log", "Keep the folder, and ask your supervisor.")
        return reading
    counting = _counting(folder, key, store, numbers)
    for number in reversed(counting):
        _Generation(folder, number, RecordCipher(key, store, number), reading, checkup).read()
    for number in counting[:-1]:
        checkup.fault(f"log.{number}", "this log is not whole", _FROM_COPIES)
    for number in numbers[len(counting) :]:
        checkup.note(f"log.{number}", "an earlier log; the whole one that replaced it is here")
    checkup.facts["log generation"] = numbers[0]
    checkup.facts["log records"] = reading.records
    return reading


def _counting(
    folder: Path, key: bytes | bytearray, store: bytes, numbers: Sequence[int]
) -> list[int]:
    """The last generation, and where it is not whole what it was made of, newest first."""
    found = []
    for number in numbers:
        found.append(number)
        if is_whole(path_of(folder, number), RecordCipher(key, store, number)):
            break
    return found


class _Generation:
    """One file of the log."""

    def __init__(
        self, folder: Path, number: int, cipher: RecordCipher, reading: LogReading, checkup: Checkup
    ) -> None:
        self._path = path_of(folder, number)
        self._cipher = cipher
        self._reading = reading
        self._checkup = checkup
        self._end = 0
        self._tag = NO_TAG
        self._rows = 0

    def read(self) -> None:
        """Take in what it holds; say where it is not as written."""
        try:
            with disk_errors("The log"):
                descriptor = open_private(self._path, os.O_RDONLY)
        except StoreError as error:
            self._checkup.loss(self._path.name, str(error), error.advice)
            return
        try:
            self._read(LogBytes(descriptor))
        finally:
            os.close(descriptor)

    def _read(self, content: LogBytes) -> None:
        self._checkup.facts["log bytes"] = content.size
        for record in self._cipher.records(content):
            self._take(record)
        if self._end == 0:
            self._checkup.loss(self._path.name, "no record of it can be read", _FROM_COPIES)
        elif self._end < content.size:
            self._fault(
                f"bytes {self._end} to {content.size}",
                "the end is no record: damage, or what a crash left of an unfinished write",
            )

    def _take(self, record: Record) -> None:
        expected = record.tag_before == self._tag
        if record.start != self._end:
            self._loss(f"bytes {self._end} to {record.start}", "these cannot be read")
            expected = True  # what the chain lacks is said already
        self._end = record.end
        if record.sequence <= self._reading.sequence:
            self._loss(f"record {record.sequence}", "an earlier record was put in again")
            return
        if not expected:
            self._loss(f"record {record.sequence}", "records before it were taken out or moved")
        self._reading.sequence, self._reading.records = record.sequence, self._reading.records + 1
        self._replay(decode_rows(record.rows), record)
        self._tag = record.tag

    def _replay(self, rows: Sequence[Row], record: Record) -> None:
        self._reading.take(rows)
        for table, name, content in rows[:1]:
            if not table and name == END and content:
                self._compare(decode_object(content), record)
        self._rows += sum(bool(row[0]) for row in rows)

    def _compare(self, end: dict[str, object], record: Record) -> None:
        """What a compaction says that it wrote, with what is there."""
        if end.get("count") != self._rows or end.get("head") != self._tag.hex():
            self._loss(f"record {record.sequence}", "the log before it is not what was compacted")

    def _fault(self, where: str, what: str) -> None:
        self._checkup.fault(f"{self._path.name}, {where}", what, _FROM_COPIES)

    def _loss(self, where: str, what: str) -> None:
        self._checkup.loss(f"{self._path.name}, {where}", what, _FROM_COPIES)
