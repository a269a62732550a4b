"""The files of a log: which generations there are, and whether one is whole."""

import os
from pathlib import Path

from civictui.codec import decode_rows
from civictui.storage.files import disk_errors, open_private
from civictui.storage.reading import LogBytes
from civictui.storage.record import RecordCipher

BEGIN, END, EPOCH = "BEGIN", "END", "EPOCH"
"""Rows of the log itself; their table has no name."""


def path_of(folder: Path, generation: int) -> Path:
    return folder / f"log.{generation}"


def generations(folder: Path) -> list[int]:
    """Numbers of the generations in `folder`, the highest first."""
    with disk_errors("The folder of the store"):
        names = [path.name.partition(".")[2] for path in folder.glob("log.*")]
    return sorted((int(name) for name in names if name.isascii() and name.isdigit()), reverse=True)


def is_whole(path: Path, cipher: RecordCipher) -> bool:
    """Whether a generation has its END: what a compaction wrote is all there."""
    with disk_errors("Opening the log"):
        descriptor = open_private(path, os.O_RDONLY)
    try:
        records = cipher.records(LogBytes(descriptor))
        rows = (row for record in records for row in decode_rows(record.rows))
        return any(not table and name == END for table, name, _ in rows)
    finally:
        os.close(descriptor)
