"""A generation of the log while it is written: beside the one in use, named when it is whole."""

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from civictui.codec import Row, encode
from civictui.storage.files import NO_ROOM, disk_errors, open_private, sync_directory, write_all
from civictui.storage.generations import BEGIN, END, path_of
from civictui.storage.record import RecordCipher, in_records
from civictui.storage.standing import Standing

_ROWS_AT_ONCE = 1000


class NewGeneration:
    """`standing` is where the log stands before it: sequence and epoch go on from there."""

    def __init__(self, folder: Path, number: int, cipher: RecordCipher, standing: Standing) -> None:
        self._path = path_of(folder, number)
        self._number = number
        self._cipher = cipher
        self.standing = standing
        self.descriptor = -1
        self.named = False
        """Whether it may have its name: then it counts, durably or not."""

    def write(self, rows: Iterable[Row]) -> None:
        """Write `rows` between BEGIN and END, sync, and give the file its name.

        Raises StoreFull, StoreError; then the file is closed.
        """
        temporary = self._path.with_name(self._path.name + ".tmp")
        with disk_errors("The new log"):
            self.descriptor = open_private(temporary, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
            try:
                self._fill(rows)
                os.fsync(self.descriptor)
                self._rename(temporary)
                sync_directory(self._path.parent)
            except BaseException:
                os.close(self.descriptor)
                with suppress(OSError):
                    temporary.unlink(missing_ok=True)
                raise

    def _rename(self, temporary: Path) -> None:
        """From here on nobody can be sure that the name is not there; save on a full disk."""
        self.named = True
        try:
            temporary.rename(self._path)
        except OSError as error:
            self.named = error.errno not in NO_ROOM
            raise

    def _fill(self, rows: Iterable[Row]) -> None:
        begin = {"epoch": self.standing.epoch, "after_loss": self.standing.after_loss}
        self._put([("", BEGIN, encode({"generation": self._number, **begin}))])
        count, source = 0, iter(rows)
        while batch := list(islice(source, _ROWS_AT_ONCE)):
            self._put(batch)
            count += len(batch)
        head = self.standing.tag.hex()
        self._put([("", END, encode({"generation": self._number, "count": count, "head": head}))])

    def _put(self, rows: Sequence[Row]) -> None:
        at = self.standing
        for content in in_records(rows):
            at.sequence += 1
            record, at.tag = self._cipher.seal(at.sequence, at.tag, content)
            write_all(self.descriptor, record)
            at.end += len(record)
