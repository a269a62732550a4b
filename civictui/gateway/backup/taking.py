"""A back-up of a folder that is served or stands still; it waits for nobody and holds nobody up.

Small files are replaced as a whole by whoever writes them, so each is read as it was or as it
became. Record logs are read as `snapshot` says.
"""

import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from civictui import __version__
from civictui.domain.model import Doc, now_text
from civictui.domain.ports import Clock
from civictui.gateway.backup.container import BackupWriter
from civictui.gateway.backup.contents import DATABASE, OBJECTS, files_in, parts_of
from civictui.gateway.backup.snapshot import TRIES, moving, snapshot
from civictui.gateway.folder import GatewayFolder
from civictui.storage.files import disk_errors, open_private
from civictui.storage.generations import generations


@dataclass(slots=True)
class Taken:
    """What is in a back-up."""

    files: int = 0
    bytes: int = 0
    database: bool = False
    """Whether reports lie in the folder at all: else they are in a CouchDB."""
    objects: int = 0
    damaged: list[str] = field(default_factory=list)
    """Logs in which something cannot be read any more; they are copied as they are."""

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


class _Taking:
    def __init__(self, folder: GatewayFolder, writer: BackupWriter) -> None:
        self._folder = folder
        self._writer = writer
        self._taken = Taken()

    def all(self, *, maps: bool) -> Taken:
        for part in parts_of(self._folder.path, maps=maps):
            self._part(part)
        self._writer.finish()
        self._taken.files, self._taken.bytes = self._writer.files, self._writer.bytes
        return self._taken

    def _part(self, part: str) -> None:
        room = self._folder.path / part
        logs = {f"{part}/log.{number}" for number in generations(room)} if room.is_dir() else set()
        if logs:
            self._log(part, room)
        before = self._writer.files
        for path in files_in(self._folder.path, part):
            if path not in logs and not _is_generation(path, part, bool(logs)):
                self._file(path)
        if part == OBJECTS:
            self._taken.objects = self._writer.files - before

    def _log(self, part: str, room: Path) -> None:
        for _ in range(TRIES):
            with snapshot(room, self._folder.key(part), self._folder.store) as files:
                if all(self._writer.add(f"{part}/{f.name}", f.descriptor, f.size) for f in files):
                    self._taken.database |= part == DATABASE
                    self._taken.damaged += [f"{part}/{f.name}" for f in files if not f.sound]
                    return
        raise moving(room)

    def _file(self, path: str) -> None:
        """Once more where it shrinks meanwhile; what is gone by now was taken away."""
        for _ in range(TRIES):
            try:
                descriptor = open_private(self._folder.path / path, os.O_RDONLY)
            except FileNotFoundError:
                return
            try:
                if self._writer.add(path, descriptor, os.fstat(descriptor).st_size):
                    return
            finally:
                os.close(descriptor)
        raise moving(self._folder.path / path)


def _is_generation(path: str, part: str, has_log: bool) -> bool:
    """Whether this is a generation that has come since the snapshot was taken."""
    return has_log and Path(path).parent == Path(part) and Path(path).name.startswith("log.")
