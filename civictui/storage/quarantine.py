"""Where damaged things go: kept, still sealed, under a name that says where they were."""

import os
from pathlib import Path

from civictui.storage.files import (
    disk_errors,
    make_private_directory,
    open_private,
    sync_directory,
    write_all,
)
from civictui.storage.reading import PIECE_BYTES, LogBytes


class Quarantine:
    """The folder `quarantine/` of one store, made when it is needed. Nothing in it is read."""

    def __init__(self, store: Path) -> None:
        self.folder = store / "quarantine"

    def keep_span(self, content: LogBytes, start: int, end: int, name: str) -> None:
        """Copy the bytes from `start` to `end` of a file, durably. Raises StoreFull."""
        kept = self._place(f"{name}.{start}-{end}")
        with disk_errors("The damaged part of the log"):
            target = open_private(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
            try:
                for at in range(start, end, PIECE_BYTES):
                    write_all(target, content.read(at, min(PIECE_BYTES, end - at)))
                os.fsync(target)
            except OSError:
                kept.unlink(missing_ok=True)
                raise
            finally:
                os.close(target)
            sync_directory(self.folder)

    def keep_file(self, path: Path) -> Path:
        """Move a file here; the other folder forgets it durably, too."""
        kept = self._place(path.name)
        with disk_errors(f"The damaged file {path.name}"):
            path.rename(kept)
            sync_directory(self.folder)
            sync_directory(path.parent)
        return kept

    def _place(self, name: str) -> Path:
        make_private_directory(self.folder)
        kept = self.folder / name
        return kept.with_name(f"{name}.{os.urandom(4).hex()}") if kept.exists() else kept
