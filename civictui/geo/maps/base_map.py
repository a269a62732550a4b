"""The maps that lie in a folder or are packed, drawn under the marks.

Nothing is read before it is asked for.
"""

import math
import threading
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from civictui.domain.errors import MapError
from civictui.domain.model import GeoPoint
from civictui.geo.maps.tiles.archive import About, Archive, open_archive
from civictui.geo.maps.tiles.packed import NOTHING, Packed, packed_maps
from civictui.geo.maps.view import ACROSS, View
from civictui.geo.projection import to_world

if TYPE_CHECKING:
    from civictui.geo.maps.painting import Laid
    from civictui.geo.maps.tiles.shelf import Shelf

ENDINGS = (".mbtiles", ".pmtiles")
"""How the names of map files end."""

_DOTS = 128
"""A tile is at least so many dots wide, and less than twice as many."""
_BEYOND = 6
"""How many levels a map is shown beyond its last one; then it is too coarse to be true."""
_BEFORE = 4
"""How many levels before its first one; then it is a few dots."""
_MOST_TILES = 32
"""Of one map in one view; 200 x 60 cells need at most 15."""
_MOST_BYTES = 32 * 1024 * 1024
"""Of them, read; what is beyond is left blank. A dense city has less than half of this."""
_ROUNDING = 1e-9
_NEAR = 4.0
"""Metres of a dot below which buildings and paths are drawn."""


class Sheet(NamedTuple):
    """What the maps have for a view: tiles, whose data it is, how much of the view they cover."""

    laid: "Sequence[Laid]" = ()
    attribution: str = ""
    part: float = 0.0
    """0 to 1."""


class BaseMap:
    """Every map in `folder`, one that came with the program, and what `packed` says is packed.

    May be used by several threads, but not by one with an event loop: a sealed store is waited for.
    """

    def __init__(
        self,
        folder: Path,
        builtin: Path | None = None,
        packed: Callable[[], Packed] = lambda: NOTHING,
    ) -> None:
        self._folder = folder
        self._builtin = builtin
        self._packed = packed
        self._unpacked: object = None
        self._lock = threading.Lock()
        self._archives: list[Archive] | None = None
        self._shelf: Shelf | None = None
        self._faults: dict[str, str] = {}
        self._changed: object = None

    @property
    def faults(self) -> list[str]:
        """What was wrong with maps and tiles that could not be used, one sentence each."""
        tiles = self._shelf.faults if self._shelf else {}
        return [*self._faults.values(), *tiles.values()]

    def maps(self) -> list[About]:
        """The maps that can be used, the finest and smallest first."""
        with self._lock:
            return [archive.about for archive in self._opened()]

    def covers(self, point: GeoPoint) -> bool:
        """Whether a map reaches to a place."""
        return any(_holds(about, point) for about in self.maps())

    def sheet(self, view: View) -> Sheet:
        """What the maps know of a view. What cannot be read is left out (see `faults`)."""
        laid: list[Laid] = []
        owners: list[str] = []
        part = 0.0
        with self._lock:
            for archive in self._opened():
                found = list(_within(self._laid(archive, view), _MOST_BYTES))
                laid += found
                if any(not piece.tile.is_empty for piece in found):
                    owners.append(archive.about.attribution)
                    part = max(part, _part(archive.about, view))
                if part >= 1:
                    break
        return Sheet(laid, ", ".join(dict.fromkeys(owners)), part)

    def _opened(self) -> list[Archive]:
        """The archives, opened anew when a map was added, removed or packed."""
        packed = self._packed()
        changed = self._unpacked != packed.stamp or self._changed != _changed(self._folder)
        if self._archives is None or changed:
            self._close()
            self._unpacked = packed.stamp
            found = [archive for path in self._paths() if (archive := self._open(path))]
            found += packed_maps(packed)
            self._archives = sorted(found, key=lambda archive: _fineness(archive.about))
        return self._archives

    def _close(self) -> None:
        for archive in self._archives or ():
            archive.close()
        self._archives = self._shelf = None
        self._faults.clear()
        self._changed = _changed(self._folder)

    def _paths(self) -> list[Path]:
        return [*files_of(self._folder), *([self._builtin] if self._builtin else [])]

    def _open(self, path: Path) -> Archive | None:
        try:
            return open_archive(path)
        except MapError as error:
            self._faults[path.name] = str(error)
            return None

    def _laid(self, archive: Archive, view: View) -> "Iterator[Laid]":
        """The tiles of a map that a view needs, and where they lie on it."""
        from civictui.geo.maps.painting import Laid
        from civictui.geo.maps.tiles.shelf import Shelf

        if self._shelf is None:
            self._shelf = Shelf()
        zoom = _zoom(archive.about, view)
        if zoom is None:
            return
        near = view.meters_per_column / ACROSS < _NEAR
        left, top, _, _ = view.window()
        count = 1 << zoom
        for x, y in _places(archive.about, view, count):
            tile = self._shelf.tile(archive, (zoom, x % count, y), near=near)
            corner = (x / count - left) / view.unit, (y / count - top) / view.unit
            yield Laid(tile, *corner, 1 / count / view.unit)


def files_of(folder: Path) -> list[Path]:
    """The map files in a folder, by name; none where there is no such folder."""
    try:
        return sorted(path for path in folder.iterdir() if path.suffix in ENDINGS)
    except OSError:
        return []


def _within(tiles: "Iterator[Laid]", room: int) -> "Iterator[Laid]":
    for laid in tiles:
        room -= laid.tile.size
        if room < 0:
            return
        yield laid


def _changed(folder: Path) -> object:
    """Something else when a map was added, removed, or written over in its place."""
    return [(path.name, _stamp(path)) for path in files_of(folder)]


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size


def _zoom(about: About, view: View) -> int | None:
    """The level whose tiles are of the right size, None where the map has nothing of use."""
    wanted = math.floor(math.log2(1 / (view.unit * _DOTS)))
    zoom = max(about.min_zoom, min(about.max_zoom, wanted))
    if wanted - zoom > _BEYOND or zoom - wanted > _BEFORE:
        return None
    needed = sum(len(columns) * len(rows) for columns, rows in _blocks(about, view, 1 << zoom))
    return zoom if needed <= _MOST_TILES else None


def _places(about: About, view: View, count: int) -> Iterator[tuple[int, int]]:
    for columns, rows in _blocks(about, view, count):
        yield from product(columns, rows)


def _blocks(about: About, view: View, count: int) -> list[tuple[range, range]]:
    """Blocks of columns and rows of tiles that lie both in a view and in the bounds of a map.

    Columns go on beyond the date line: below 0, and from `count`.
    """
    found = []
    for left, top, right, bottom in _shared(about, view):
        columns = range(math.floor(left * count), math.ceil(right * count))
        rows = range(max(0, math.floor(top * count)), min(count, math.ceil(bottom * count)))
        found.append((columns, rows))
    return found


def _shared(about: About, view: View) -> Iterator[tuple[float, float, float, float]]:
    """What a map and a view have in common, in the unit square: once, or on both sides of the
    date line.
    """
    left, top, right, bottom = view.window()
    west, south, east, north = about.bounds
    low_x, low_y = to_world(GeoPoint(north, west))
    high_x, high_y = to_world(GeoPoint(south, east))
    for turn in (-1, 0, 1):
        x, y = max(left, low_x + turn), max(top, low_y)
        to_x, to_y = min(right, high_x + turn), min(bottom, high_y)
        if x < to_x and y < to_y:
            yield x, y, to_x, to_y


def _part(about: About, view: View) -> float:
    """How much of a view a map covers, 0 to 1."""
    left, top, right, bottom = view.window()
    whole = (right - left) * (min(1.0, bottom) - max(0.0, top))
    shared = sum((x2 - x1) * (y2 - y1) for x1, y1, x2, y2 in _shared(about, view))
    return min(1.0, shared / whole + _ROUNDING) if whole > 0 else 0.0


def _holds(about: About, point: GeoPoint) -> bool:
    west, south, east, north = about.bounds
    return west <= point.longitude <= east and south <= point.latitude <= north


def _fineness(about: About) -> tuple[int, float]:
    """Finer maps come before coarser ones, small ones before large ones."""
    west, south, east, north = about.bounds
    return -about.max_zoom, (east - west) * (north - south)
