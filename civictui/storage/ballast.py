"""Room that is kept for the report in hand: files of no content, freed when the disk is full.

    <data folder>/ballast/0 to 7      128 KiB of random bytes each

Several small files rather than a large one, for a disk may run out of names before bytes.
"""

import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import ParamSpec, TypeVar

from civictui.domain.errors import StoreError, StoreFull
from civictui.storage.files import disk_errors, make_private_directory, write_durably

P = ParamSpec("P")
T = TypeVar("T")

PIECES, PIECE_BYTES = 8, 128 * 1024
_NAMES = tuple(str(number) for number in range(PIECES))
SPARE_BYTES = 16 * PIECES * PIECE_BYTES
"""With less than this free, no ballast is taken in."""


class Ballast:
    """The ballast of one data folder, shared by all its stores."""

    def __init__(self, data: Path) -> None:
        self._folder = data / "ballast"

    @property
    def is_here(self) -> bool:
        return len(self._pieces()) == PIECES

    def take_in(self) -> None:
        """Fill up what is missing, where there is plenty of room. Raises StoreError for no folder.

        Without room there is no ballast: nothing depends on it.
        """
        if self.is_here or _free_bytes(self._folder.parent) < SPARE_BYTES:
            return
        make_private_directory(self._folder)
        try:
            for name in _NAMES:
                write_durably(self._folder / name, os.urandom(PIECE_BYTES))
        except StoreError:
            with suppress(StoreError):
                self.throw_out()

    def throw_out(self) -> bool:
        """Free the room; says whether there was any."""
        pieces = self._pieces()
        with disk_errors("The ballast"):
            for piece in pieces:
                piece.unlink(missing_ok=True)
        return bool(pieces)

    def save(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`call(*args)`, and where the disk is full, once more without the ballast.

        Raises StoreFull when that does not help either; then nothing was changed.
        """
        try:
            return call(*args, **kwargs)
        except StoreFull:
            if not self.throw_out():
                raise
        return call(*args, **kwargs)

    def _pieces(self) -> list[Path]:
        """The files that this class has written, and nothing else that may lie there."""
        if not _is_own_folder(self._folder):
            return []
        return [path for name in _NAMES if _is_piece(path := self._folder / name)]


def _is_own_folder(path: Path) -> bool:
    """Never through a link: what is thrown out must be what was taken in."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


def _is_piece(path: Path) -> bool:
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size <= PIECE_BYTES


def _free_bytes(folder: Path) -> int:
    with disk_errors("The data folder"):
        found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize
