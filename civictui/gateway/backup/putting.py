"""A back-up put into a new folder, or only looked through: one pass over the file.

Every byte is proved before it is used, the end of the file last. Until then all lies beside the new
folder, under a name that nothing serves; it gets its own when it is whole, opened, and durable.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol

from civictui.domain.errors import StoreDamaged, UsageError
from civictui.domain.model import Doc
from civictui.domain.ports import Clock
from civictui.gateway.audit import COMMAND_LINE, DONE, RESTORE, Audit
from civictui.gateway.backup.container import (
    ABOUT,
    END,
    FILE,
    PIECE,
    VOID,
    WHOLE,
    BackupReader,
    Item,
    damaged,
    path_in,
    said_in,
    size_in,
)
from civictui.gateway.backup.contents import DATABASE, KEY
from civictui.gateway.backup.new_folder import NewFolder
from civictui.gateway.database.opening import open_sealed_database
from civictui.gateway.database.restored import note_restored
from civictui.gateway.devices.records import forget_holdings
from civictui.gateway.folder import GatewayFolder
from civictui.storage.documents import Documents
from civictui.storage.envelope import KEY_BYTES
from civictui.storage.log import RecordLog


@dataclass(slots=True)
class Restored:
    """What a back-up holds, once all of it was proved."""

    gateway: str = ""
    made: str = ""
    program: str = ""
    """When it was made, RFC 3339, and by which version."""
    files: int = 0
    bytes: int = 0
    documents: int | None = None
    """In the restored database; None where nothing was restored, or they lie in a CouchDB."""
    damaged: list[str] = field(default_factory=list)
    """Files of which something could not be read: so they were when they were backed up."""

    def to_doc(self) -> Doc:
        return asdict(self)


class Sink(Protocol):
    """Where the files of a back-up go."""

    def begin(self, path: str) -> None: ...
    def write(self, content: bytes) -> None: ...
    def end(self) -> None: ...
    def void(self) -> None: ...


class Nowhere:
    """A sink for who only wants to know whether the back-up is whole."""

    def begin(self, path: str) -> None: ...
    def write(self, content: bytes) -> None: ...
    def end(self) -> None: ...
    def void(self) -> None: ...


def check(file: Path, key_file: Path) -> Restored:
    """Read all of a back-up. Raises UsageError, StoreDamaged."""
    return _read(file, _key_in(key_file), Nowhere())


def restore(file: Path, key_file: Path, target: Path, clock: Clock) -> Restored:
    """Make the folder `target` of a back-up; it may exist if it is empty.

    Raises UsageError, StoreDamaged, StoreFull, StoreError; then there is no such folder.
    """
    key = _key_in(key_file)
    with NewFolder(target) as new:
        found = _read(file, key, new)
        new.begin(KEY)
        new.write(key)
        new.end()
        _prove(new.path, found, clock)
        new.finish()
    return found


def _read(file: Path, key: bytes, sink: Sink) -> Restored:
    with _opened(file) as descriptor:
        reader = BackupReader(descriptor, key)
        found = _Passage(sink).all(reader.items())
    if found.gateway != reader.gateway.hex():
        raise damaged()
    return found


class _Passage:
    """From items to files: in the one order in which they make sense."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._found = Restored()
        self._size = -1
        """Bytes of the file under way; -1 between two files."""
        self._ended = False

    def all(self, items: Iterator[Item]) -> Restored:
        first = next(items, None)
        if first is None or first.kind != ABOUT:
            raise damaged()
        said = said_in(first)
        self._found.gateway = str(said.get("gateway", ""))
        self._found.made, self._found.program = str(said.get("made")), str(said.get("program"))
        for item in items:
            self._take(item)
        if not self._ended:
            raise damaged()
        return self._found

    def _take(self, item: Item) -> None:
        if self._ended:
            raise damaged()
        if item.kind in (FILE, END) and self._size < 0:
            self._file(item) if item.kind == FILE else self._end(item)
        elif item.kind in (PIECE, WHOLE, VOID) and self._size >= 0:
            self._part(item)
        else:
            raise damaged()

    def _file(self, item: Item) -> None:
        self._sink.begin(path_in(item))
        self._size = 0

    def _part(self, item: Item) -> None:
        if item.kind == PIECE:
            self._sink.write(item.content)
            self._size += len(item.content)
            return
        if item.kind == VOID:
            self._sink.void()
        elif size_in(item) != self._size:
            raise damaged()
        else:
            self._sink.end()
            self._found.files, self._found.bytes = (
                self._found.files + 1,
                self._found.bytes + self._size,
            )
        self._size = -1

    def _end(self, item: Item) -> None:
        said = said_in(item)
        paths = said.pop("damaged", [])
        counted = {"files": self._found.files, "bytes": self._found.bytes}
        if said != counted or not isinstance(paths, list):
            raise damaged()
        self._found.damaged = list(map(str, paths))
        self._ended = True


def _prove(path: Path, found: Restored, clock: Clock) -> None:
    """Open what was restored, as the gateway will; it is another database from now on."""
    folder = GatewayFolder.open(path, int(clock.now().timestamp()))
    if folder.id != found.gateway:
        raise damaged()
    if RecordLog.exists(path / DATABASE):
        with closing(open_sealed_database(folder)) as database:
            found.documents = int(Documents(database).info()["doc_count"])
    note_restored(folder)
    forget_holdings(folder)  # it was said to a gateway that had more
    with closing(Audit(folder, clock)) as audit, suppress(StoreDamaged):
        # One that was damaged before it was backed up is no reason to do without the reports.
        audit.note(RESTORE, "", COMMAND_LINE, DONE)


def _key_in(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            key = file.read(KEY_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}", "Name your copy of gateway.key."
        ) from error
    if len(key) != KEY_BYTES:
        raise UsageError(
            f"{path} does not hold {KEY_BYTES} bytes", "Name your copy of gateway.key."
        )
    return key


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}", "Name the file of serve backup."
        ) from error
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise UsageError(f"{path} is no file", "Name the file of serve backup.")
        yield descriptor
    finally:
        os.close(descriptor)
