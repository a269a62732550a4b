"""The folder with the maps: what is in it, and how a map comes in and goes.

Maps are public data and lie here as they came, not sealed: they are read in pieces, and are the
same for every user of this terminal.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from civictui.domain.errors import MapError
from civictui.domain.text import one_line
from civictui.geo.maps.base_map import ENDINGS, files_of
from civictui.geo.maps.tiles.archive import About, open_archive

_PART = ".part"
_LONGEST_NAME = 80
"""Bytes; with what is added it stays below what every disk takes."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A map in the folder; `about` is None, and `fault` a sentence, where it cannot be used."""

    path: Path
    bytes: int
    about: About | None
    fault: str = ""

    @property
    def name(self) -> str:
        return self.path.name


def kept(folder: Path) -> list[Kept]:
    """Every map in the folder, by name, with those that cannot be used."""
    return list(_kept(folder))


def _kept(folder: Path) -> Iterator[Kept]:
    for path in files_of(folder):
        try:
            size = path.stat().st_size
        except OSError:  # a link that leads nowhere, or removed just now
            continue
        try:
            yield Kept(path, size, checked(path))
        except MapError as error:
            yield Kept(path, size, None, str(error))


def checked(path: Path) -> About:
    """What a map says of itself, after one of its tiles was read as a trial. Raises MapError."""
    from civictui.geo.maps.tiles.tile import read_tile

    with _told(f"{_shown(path)} cannot be read"):
        if not path.is_file():
            raise MapError(f"{_shown(path)} is no file")
    archive = open_archive(path)
    try:
        about = archive.about
        count = 1 << about.min_zoom
        x, y = about.middle
        place = min(count - 1, int(x * count)), min(count - 1, int(y * count))
        read_tile(archive.tile(about.min_zoom, *place), near=True)
        return about
    finally:
        archive.close()


def add(folder: Path, source: Path) -> Kept:
    """Check a map and copy it into the folder; it is there as a whole or not at all.

    Raises MapError.
    """
    checked(source)
    with _told("The map could not be copied"):
        target = folder / _name_for(source)
        _make(folder)
        with _alone(folder):
            if os.path.lexists(target):
                raise MapError(f"There is a map {target.name} already", "Remove that one first.")
            about = _copied(source, target)
        return Kept(target, target.stat().st_size, about)


def remove(folder: Path, name: str) -> Path:
    """Delete a map, named with or without its ending. Raises MapError."""
    found = [path for path in files_of(folder) if name in {path.name, path.stem}]
    if len(found) != 1:
        there = ", ".join(path.name for path in files_of(folder)) or "none"
        problem = "There are two maps" if found else "There is no map"
        raise MapError(f"{problem} {one_line(name)[:_LONGEST_NAME]}", f"Maps: {one_line(there)}.")
    with _told("The map could not be removed"):
        found[0].unlink()
    return found[0]


def _copied(source: Path, target: Path) -> About:
    """Raises MapError, OSError; nothing is left then."""
    part = target.with_name(f".{target.name}{_PART}")
    try:
        shutil.copyfile(source, part)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        about = _checked_again(part, source)
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    return replace(about, name=target.stem)


def _checked_again(part: Path, source: Path) -> About:
    try:
        return checked(part)
    except MapError as error:
        said = f"{_shown(source)} was changed while it was copied"
        raise MapError(said, "Add it again when it is whole.") from error


def _make(folder: Path) -> None:
    """With what lies above it; `parents=True` would open that to everybody."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One program at a time adds; what one that was killed has left goes before."""
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):  # a disk from elsewhere that knows no locks
            fcntl.flock(lock, fcntl.LOCK_EX)
        for left in folder.glob(f".*{_PART}"):
            left.unlink(missing_ok=True)
        yield
    finally:
        os.close(lock)


@contextmanager
def _told(problem: str) -> Iterator[None]:
    """What the disk does not want, as a MapError."""
    try:
        yield
    except OSError as error:
        raise MapError(f"{problem}: {error.strerror or error}") from error


def _name_for(source: Path) -> str:
    with source.open("rb") as file:
        ending = ENDINGS[1] if file.read(7) == b"PMTiles" else ENDINGS[0]
    stem = source.stem
    if one_line(stem) != stem or not stem.isprintable() or stem.startswith((".", "-")):
        raise MapError(f"{_shown(source)} is no name for a map", "Give the file another name.")
    short = stem.encode()[:_LONGEST_NAME].decode(errors="ignore").rstrip()
    return f"{short}{ending}"


def _shown(path: Path) -> str:
    return one_line(path.name)[:_LONGEST_NAME] or "This"
