"""The files of a log: which generations there are, and whether one is whole."""

import os
from pathlib import Path

from civictui.codec import encode_rows
from civictui.storage.files import disk_errors, open_private
from civictui.storage.reading import LogBytes
from civictui.storage.record import RecordCipher

BEGIN, END, EPOCH = "BEGIN", "END", "EPOCH"
"""Rows of the log itself; their table has no name, and each is the only one of its record."""
_END_ROWS = encode_rows([("", END, b"0")]).partition(b"0")[0]
"""What the JSON of END begins with: the other records need not be decoded to know."""


LAST = 2**31
"""More compactions than there will ever be; a name beyond is nobody's log."""


def path_of(folder: Path, generation: int) -> Path:
    return folder / f"log.{generation}"


def generations(folder: Path) -> list[int]:
    """Numbers of the generations in `folder`, the highest first; other names are none."""
    with disk_errors("The folder of the store"):
        numbers = [int(name) for name in _numbers(folder) if len(name) <= 10]
        return sorted(
            (n for n in numbers if n < LAST and path_of(folder, n).is_file()), reverse=True
        )


def _numbers(folder: Path) -> list[str]:
    """As they are written: no leading zero, no sign."""
    names = (path.name.removeprefix("log.") for path in folder.glob("log.*"))
    return [name for name in names if name.isascii() and name.isdigit() and str(int(name)) == name]


def is_whole(path: Path, cipher: RecordCipher) -> bool:
    """Whether a generation has its END: what a compaction wrote is all there."""
    with disk_errors("Opening the log"):
        descriptor = open_private(path, os.O_RDONLY)
    try:
        records = cipher.records(LogBytes(descriptor))
        return any(record.rows.startswith(_END_ROWS) for record in records)
    finally:
        os.close(descriptor)
