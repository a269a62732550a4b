"""Private, durable files: the only place of the store that opens, writes and renames.

Every file is 0600, every directory 0700; links and files of another owner are refused. A write is
durable when the function returns: data synced, name synced. There are no temporary files in clear,
for what is written here is sealed already.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from civictui.domain.errors import StoreError, StoreFull, StoreReadOnly

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_FILE = {errno.ENXIO, errno.EISDIR, errno.ELOOP}
_MOVE_AWAY = "It does not belong here; move it away."
READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}
"""What a disk says on which nothing can be written."""


@contextmanager
def disk_errors(what: str) -> Iterator[None]:
    """Turn an OSError into the store's own words: full, read-only, or not usable."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StoreFull(
                f"No room on the disk: {what} was not written",
                "Free some space and try again; nothing that was saved before is lost.",
            ) from error
        if error.errno == errno.EROFS:
            raise StoreReadOnly(
                f"The disk is read-only: {what} was not written",
                "What is stored can be read. Have the disk checked before you go on.",
            ) from error
        raise StoreError(
            f"{what} failed: {error.strerror}", "Check the disk and the folder's rights."
        ) from error


def make_private_directory(path: Path) -> None:
    """Create `path` (0700) and what lies above it; refuse one that belongs to somebody else."""
    with disk_errors(f"The folder {path}"):
        missing = [folder for folder in (path, *path.parents) if not folder.exists()]
        for folder in (path.parent, path):
            if folder not in missing:
                _sync_name_once(folder)
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)  # `parents=True` would leave them 0755
            _sync_name_once(folder)  # a picture is durable when its folders are
        found = path.lstat()
    _refuse_foreign(path, found.st_uid)
    if not stat.S_ISDIR(found.st_mode):
        raise StoreError(f"{path} is no folder", "Name another one with --data-dir.")


_named: set[tuple[int, int]] = set()
"""Folders of which this process knows that their names are durable."""


def _sync_name_once(path: Path) -> None:
    """A folder that is there may have been made by somebody who was killed before the sync."""
    found = path.lstat()
    identity = (found.st_dev, found.st_ino)
    if identity not in _named:
        with suppress(PermissionError):  # a folder above ours, which we may pass but not read
            sync_directory(path.parent)
        _named.add(identity)


def open_private(path: Path, flags: int) -> int:
    """Open a regular file of this user, never through a link. Returns the descriptor.

    Raises FileNotFoundError as it is, so that a caller can tell "not there" from "not readable".
    """
    # O_NONBLOCK: what is no file, a pipe, must not keep us waiting; a file does not mind.
    flags |= os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    try:
        descriptor = os.open(path, flags, 0o600)
    except OSError as error:
        if error.errno in _NO_FILE:
            raise StoreError(f"{path} is no regular file", _MOVE_AWAY) from error
        raise
    found = os.fstat(descriptor)
    try:
        _refuse_foreign(path, found.st_uid)
        if not stat.S_ISREG(found.st_mode):
            raise StoreError(f"{path} is no regular file", _MOVE_AWAY)
    except StoreError:
        os.close(descriptor)
        raise
    return descriptor


def read_private(path: Path) -> bytes:
    """The whole content. Raises FileNotFoundError, StoreError."""
    try:
        descriptor = open_private(path, os.O_RDONLY)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}") from error
    with os.fdopen(descriptor, "rb") as file, disk_errors(f"Reading {path.name}"):
        return file.read()


def write_durably(path: Path, *parts: bytes, what: str = "") -> None:
    """Replace `path` as a whole: a crash leaves the old content or the new, never a mixture.

    `what` it is, for the person who reads that it was not written.
    """
    temporary = path.with_name(path.name + ".tmp")
    with disk_errors(what or path.name):
        descriptor = open_private(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        try:
            for part in parts:
                write_all(descriptor, part)
            os.fsync(descriptor)
            temporary.rename(path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise
        finally:
            os.close(descriptor)
        sync_directory(path.parent)


def make_durable(path: Path) -> None:
    """Sync a file that is there already, and its name: who wrote it may not have come so far."""
    with disk_errors(path.name):
        descriptor = open_private(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        sync_directory(path.parent)


def write_all(descriptor: int, content: bytes) -> None:
    """Write every byte, however few the system takes at a time."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def sync_directory(path: Path) -> None:
    """Make the names in `path` durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_foreign(path: Path, owner: int) -> None:
    if owner != os.geteuid():
        raise StoreError(
            f"{path} belongs to another user of this system",
            "Do it as that user, or name a folder of your own with --data-dir.",
        )
