"""The folder with the maps: what is in it, and how a map comes in and goes.

Maps are public data and lie here as they came, not sealed: they are read in pieces, and are the
same for every user of this terminal.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from civictui.domain.errors import MapError
from civictui.domain.text import one_line
from civictui.geo.base_map import ENDINGS, files_of
from civictui.geo.tiles.archive import About, open_archive

_PART = ".part"
_LONGEST_NAME = 80


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
        size = path.stat().st_size
        try:
            yield Kept(path, size, checked(path))
        except MapError as error:
            yield Kept(path, size, None, str(error))


def checked(path: Path) -> About:
    """What a map says of itself, after one of its tiles was read as a trial. Raises MapError."""
    from civictui.geo.tiles.tile import read_tile

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
    about = checked(source)
    target = folder / _name_for(source)
    if target.exists():
        raise MapError(f"There is a map {target.name} already", "Remove that one first.")
    part = target.with_name(f".{target.name}{_PART}")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copyfile(source, part)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.rename(target)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise MapError(f"The map could not be copied: {error.strerror or error}") from error
    return Kept(target, target.stat().st_size, about)


def remove(folder: Path, name: str) -> Path:
    """Delete a map, named with or without its ending. Raises MapError."""
    found = [path for path in files_of(folder) if name in {path.name, path.stem}]
    if len(found) != 1:
        there = ", ".join(path.name for path in files_of(folder)) or "none"
        problem = "There are two maps" if found else "There is no map"
        raise MapError(f"{problem} {one_line(name)[:_LONGEST_NAME]}", f"Maps: {one_line(there)}.")
    try:
        found[0].unlink()
    except OSError as error:
        raise MapError(f"The map could not be removed: {error.strerror or error}") from error
    return found[0]


def _name_for(source: Path) -> str:
    with source.open("rb") as file:
        ending = ENDINGS[1] if file.read(7) == b"PMTiles" else ENDINGS[0]
    stem = source.stem
    if one_line(stem) != stem or not stem.isprintable() or stem.startswith((".", "-")):
        raise MapError(f"{_shown(source)} is no name for a map", "Give the file another name.")
    return f"{stem[:_LONGEST_NAME]}{ending}"


def _shown(path: Path) -> str:
    return one_line(path.name)[:_LONGEST_NAME] or "This"
