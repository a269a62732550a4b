"""A back-up of a folder that is served or stands still; it waits for nobody and holds nobody up.

Small files are replaced as a whole by whoever writes them, so each is read as it was or as it
became. Record logs are read as `snapshot` says.
"""

import os
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from civictui import __version__
from civictui.domain.model import Doc, now_text
from civictui.domain.ports import Clock
from civictui.gateway.backup.container import BackupWriter
from civictui.gateway.backup.contents import DATABASE, OBJECTS, files_in, maps_in, parts_of
from civictui.gateway.backup.snapshot import TRIES, moving, snapshot
from civictui.gateway.folder import GatewayFolder
from civictui.storage.files import disk_errors, open_private


@dataclass(slots=True)
class Taken:
    """What is in a back-up."""

    files: int = 0
    bytes: int = 0
    database: bool = False
    """Whether reports lie in the folder at all: else they are in a CouchDB."""
    objects: int = 0
    damaged: list[str] = field(default_factory=list)
    """Files in which something cannot be read any more; they are copied as they are. What is
    sealed is looked into where it is a log."""

    def to_doc(self) -> Doc:
        return asdict(self)


def take(folder: GatewayFolder, descriptor: int, clock: Clock, *, maps: bool = True) -> Taken:
    """Write a back-up into an open file. To make that durable, and to note it, is the caller's.

    Raises StoreError, StoreFull.
    """
    about = {"gateway": folder.id, "made": now_text(clock.now()), "program": __version__}
    with disk_errors("The back-up"):
        writer = BackupWriter(descriptor, folder.key("backup"), folder.store, about)
        return _Taking(folder, writer).all(maps=maps)


def _open_ours(path: Path) -> int:
    return open_private(path, os.O_RDONLY)


def _open_map(path: Path) -> int:
    """Maps are public: a link to one, or somebody else's file, serves as well."""
    return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)


class _Taking:
    def __init__(self, folder: GatewayFolder, writer: BackupWriter) -> None:
        self._folder = folder
        self._writer = writer
        self._taken = Taken()

    def all(self, *, maps: bool) -> Taken:
        for part in parts_of(self._folder.path):
            self._part(part)
        for path in maps_in(self._folder.path) if maps else ():
            self._file(path, _open_map)
        self._taken.damaged = sorted({*self._taken.damaged, *self._writer.unreadable})
        self._writer.finish(self._taken.damaged)
        self._taken.files, self._taken.bytes = self._writer.files, self._writer.bytes
        return self._taken

    def _part(self, part: str) -> None:
        before = self._writer.files
        if (self._folder.path / part).is_dir():
            self._log(part)
        for path in files_in(self._folder.path, part):
            if not _is_generation(path, part):
                self._file(path)
        if part == OBJECTS:
            self._taken.objects = self._writer.files - before

    def _log(self, part: str) -> None:
        """The generations of the record log in this room; most have none."""
        room = self._folder.path / part
        with snapshot(room, self._folder.key(part), self._folder.store) as files:
            for file in files:
                path = f"{part}/{file.name}"
                if not self._writer.add(path, file.descriptor, file.size):
                    raise moving(room)  # the disk has failed: whoever writes it took a record back
                self._taken.damaged += [] if file.sound else [path]
            self._taken.database |= part == DATABASE and bool(files)

    def _file(self, path: str, opened: Callable[[Path], int] = _open_ours) -> None:
        """Once more where it shrinks meanwhile; what is gone by now was taken away."""
        for _ in range(TRIES):
            try:
                descriptor = opened(self._folder.path / path)
            except FileNotFoundError:
                return
            try:
                if self._writer.add(path, descriptor, os.fstat(descriptor).st_size):
                    return
            finally:
                os.close(descriptor)
        raise moving(self._folder.path / path)


def _is_generation(path: str, part: str) -> bool:
    """Whether it is a record log's: in the snapshot, or come since."""
    return re.fullmatch(r"log\.\d+", path.removeprefix(f"{part}/")) is not None
