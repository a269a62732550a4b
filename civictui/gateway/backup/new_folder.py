"""The folder that a restore makes: filled beside its place, and there as a whole or not at all."""

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from civictui.domain.errors import StoreError, UsageError
from civictui.gateway.backup.container import misplaced
from civictui.storage.files import (
    disk_errors,
    make_private_directory,
    open_private,
    sync_directory,
    write_all,
)

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_OCCUPIED = {errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR}


class NewFolder:
    """A sink for the files of a back-up. Whatever ends `with` before `finish` takes all away.

    A kill leaves `<name>.<8 digits>.part` beside; nothing reads that, and it may be deleted.
    """

    def __init__(self, target: Path) -> None:
        """Raises UsageError where `target` cannot become the new folder."""
        self._target = Path(os.path.abspath(target))  # noqa: PTH100 - links are not followed
        _refuse_occupied(self._target)
        self.path = self._target.with_name(f"{self._target.name}.{os.urandom(4).hex()}.part")
        self._file = -1
        self._at = self.path

    def __enter__(self) -> Self:
        try:
            self.path.mkdir(mode=0o700)
        except OSError as error:
            raise UsageError(
                f"No folder can be made in {self._target.parent}: {error.strerror}",
                "Name one whose parent folder you may write, or do it as root and chown it.",
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()
        shutil.rmtree(self.path, ignore_errors=True)  # after `finish` it has another name

    def begin(self, path: str) -> None:
        """`path` is one of `container.path_in`. Raises StoreDamaged where it is there already."""
        self._at = self.path / path
        make_private_directory(self._at.parent)
        with disk_errors("The new folder"):
            try:
                self._file = open_private(self._at, _NEW)
            except FileExistsError as error:
                raise misplaced(path) from error

    def write(self, content: bytes) -> None:
        with disk_errors("The new folder"):
            write_all(self._file, content)

    def end(self) -> None:
        self._close()

    def void(self) -> None:
        self._close()
        self._at.unlink()

    def finish(self) -> None:
        """Make all of it durable, then give it its name. Raises UsageError, StoreError."""
        with disk_errors("The new folder"):
            os.sync()  # all at once; what follows finds little left, but tells of errors
            _sync_all(self.path)
            try:
                self.path.rename(self._target)
            except OSError as error:
                if error.errno in _OCCUPIED:
                    raise _occupied(self._target) from error
                if error.errno == errno.EBUSY:
                    raise StoreError(
                        f"{self._target} is where a disk is mounted",
                        "Name a folder that does not exist, on that disk.",
                    ) from error
                raise
            sync_directory(self._target.parent)

    def _close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def _refuse_occupied(target: Path) -> None:
    with suppress(FileNotFoundError, NotADirectoryError):
        if target.is_symlink() or next(target.iterdir(), None) is not None:
            raise _occupied(target)
    if target.exists() and not target.is_dir():
        raise _occupied(target)


def _occupied(target: Path) -> UsageError:
    return UsageError(
        f"{target} is there already, and not an empty folder",
        "Name a folder that does not exist; no back-up is put over another gateway.",
    )


def _sync_all(folder: Path) -> None:
    for above, _, names in os.walk(folder, topdown=False):
        for name in names:
            descriptor = open_private(Path(above) / name, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        sync_directory(Path(above))
