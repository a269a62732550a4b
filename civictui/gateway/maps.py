"""The base maps that a gateway gives out, tile by tile, to terminals that pack their day.

They are public files in `maps/` of the gateway's folder, as they came and not sealed; whoever is
signed in may have any tile.
"""

import gzip
import hashlib
import threading
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from civictui.domain.errors import MapError
from civictui.domain.model import TilePlace, TileSet
from civictui.geo.maps.base_map import files_of
from civictui.geo.maps.tiles.archive import Archive, open_archive

ROOM = "maps"
MOST_BYTES = 1024 * 1024
"""In one answer; a single tile that is larger goes alone."""
MOST_MAPS = 100
"""The first ones by name; terminals take no more either, and each is a file held open."""
_LENGTH = 4
_LEVEL = 6


class Maps:
    """What lies in the folder. Blocking; may be used by several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._open: dict[str, tuple[TileSet, Archive]] = {}
        self._seen: dict[str, str] = {}

    def sets(self) -> list[TileSet]:
        """Every map that can be used."""
        with self._lock:
            self._refresh()
            return [tiles for tiles, _ in self._open.values()]

    def tiles(
        self, name: str, places: Sequence[TilePlace], most: int, version: str | None = None
    ) -> bytes | None:
        """The tiles of a map in the order asked for, as many as `most` bytes hold, one at least.

        Each is its length in 4 bytes and its content, compressed by gzip; a length of 0 says that
        the map has no such tile. None for a map that is not here, or not in this version.
        """
        with self._lock:
            self._refresh()
            found = self._open.get(name)
            if found is None or version not in {None, found[0].version}:
                return None
            return _framed(found[1], places, min(most, MOST_BYTES))

    def _refresh(self) -> None:
        """Open what was added or replaced, close what was removed."""
        paths = filter(_can_be_named, files_of(self._folder))
        present = {path.name: _version(path) for path in islice(paths, MOST_MAPS)}
        if present == self._seen:
            return
        for _, archive in self._open.values():
            archive.close()
        self._open, self._seen = {}, present
        for name, version in present.items():
            opened = _opened(self._folder / name, version)
            if opened:
                self._open[name] = opened


def _opened(path: Path, version: str) -> tuple[TileSet, Archive] | None:
    """A map with what it says of itself; None for one that cannot be used."""
    try:
        archive = open_archive(path)
    except MapError:
        return None
    about = archive.about
    said = TileSet(
        name=path.name,
        version=version,
        attribution=about.attribution,
        bounds=about.bounds,
        min_zoom=about.min_zoom,
        max_zoom=about.max_zoom,
    )
    return said, archive


def _can_be_named(path: Path) -> bool:
    """Whether JSON can say its name: on a disk it may be any bytes."""
    try:
        path.name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _version(path: Path) -> str:
    """Changes with the file; "" for one that is gone."""
    try:
        found = path.stat()
    except OSError:
        return ""
    said = f"{found.st_ino} {found.st_size} {found.st_mtime_ns}".encode()
    return hashlib.sha256(said).hexdigest()[:16]


def _framed(archive: Archive, places: Sequence[TilePlace], most: int) -> bytes:
    frames = bytearray()
    for place in places:
        content = _packed(archive, place)
        if frames and len(frames) + _LENGTH + len(content) > most:
            break
        frames += len(content).to_bytes(_LENGTH, "big") + content
    return bytes(frames)


def _packed(archive: Archive, place: TilePlace) -> bytes:
    """A tile, compressed; b"" where there is none, or none that can be read."""
    try:
        content = archive.tile(*place)
    except MapError:
        return b""
    return gzip.compress(content, _LEVEL, mtime=0) if content else b""
