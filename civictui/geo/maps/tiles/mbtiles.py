"""MBTiles: tiles in a table of SQLite. Rows count from the south.

Source: MBTiles specification 1.3.
"""

import math
import os
import sqlite3
import time
import weakref
from pathlib import Path
from urllib.parse import quote

from civictui.domain.errors import MapError
from civictui.domain.text import one_line
from civictui.geo.maps.tiles.archive import LARGEST_TILE, About, credit, inflated

_WORLD = (-180.0, -85.0511, 180.0, 85.0511)
_STEPS = 1_000
"""Steps of SQLite's machine between two looks at the clock."""
_SECONDS = 1.0
"""Of the processor; a query that takes more was made to take long. Real ones take a thousandth."""
_HEAP = 64 * 1024 * 1024
"""Bytes for SQLite as a whole, in this program: a view can join and hold what it likes."""
_LONGEST = 10_000
"""Characters of a word of the description."""
_DEEPEST = 22
_MAY = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ})
"""A view may look up and join. Functions and recursion are for those who want to be slow."""
_ZOOMS = "SELECT zoom_level FROM tiles ORDER BY zoom_level"
"""Ends at the first row of the index, also through the view that many files have for a table."""


class MBTiles:
    """Opened to be read, and as if nobody else could write: no lock, no journal beside it."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        self._slow = ""
        try:
            address = f"file:{quote(os.fsencode(path.absolute()))}?mode=ro&immutable=1"
            self._database = sqlite3.connect(address, uri=True, check_same_thread=False)
            self._end = weakref.finalize(self, self._database.close)
            self._database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_TILE)
            self._database.execute("PRAGMA trusted_schema = OFF")
            self._database.execute(f"PRAGMA hard_heap_limit = {_HEAP}")
            self._database.execute("PRAGMA temp_store = MEMORY")
            self._database.set_authorizer(_authorized)
        except sqlite3.Error as error:
            raise self._unusable(error) from error
        try:
            self.about = self._read_about(path)
        except MapError:
            self.close()
            raise

    def tile(self, zoom: int, x: int, y: int) -> bytes:
        row = (1 << zoom) - 1 - y
        found = self._ask(
            "SELECT tile_data FROM tiles WHERE zoom_level=? AND tile_column=? AND tile_row=?",
            (zoom, x, row),
        )
        content = found[0][0] if found else b""
        if not isinstance(content, bytes):
            raise MapError(f"{self._name} has a tile that is none")
        return inflated(content)

    def close(self) -> None:
        self._end()

    def _read_about(self, path: Path) -> About:
        if self._ask("SELECT 1 FROM sqlite_master WHERE type='table' AND rootpage=0 LIMIT 1", ()):
            raise MapError(f"{self._name} has tables of a kind that no map needs")
        words = self._ask("SELECT name, value FROM metadata LIMIT 200", (), _LONGEST)
        said = {str(name): str(value) for name, value in words}
        if said.get("format", "pbf") not in {"pbf", "mvt"}:
            kind = one_line(said["format"])[:20]
            raise MapError(f"{self._name} holds pictures ({kind})", "Vector tiles are needed.")
        low, high = self._zooms(said)
        return About(
            name=path.stem,
            attribution=credit(said.get("attribution")),
            bounds=_bounds(said.get("bounds", "")),
            min_zoom=low,
            max_zoom=high,
        )

    def _zooms(self, said: dict[str, str]) -> tuple[int, int]:
        """From the table, whose index knows; what the description says may be wrong."""
        found = [self._ask(f"{_ZOOMS} {order} LIMIT 1", ()) for order in ("ASC", "DESC")]
        if not all(found):
            raise MapError(f"{self._name} has no tiles")
        low, high = (rows[0][0] for rows in found)
        if not (isinstance(low, int) and isinstance(high, int)):
            raise MapError(f"{self._name} has tiles of no size")
        if not 0 <= low <= high <= _DEEPEST:
            raise MapError(f"{self._name} has tiles of impossible sizes")
        return low, high

    def _ask(
        self, query: str, values: tuple[int, ...], most: int = LARGEST_TILE
    ) -> list[tuple[object, ...]]:
        """All rows; of each value `most` bytes or characters. Raises MapError."""
        if self._slow:
            raise MapError(self._slow)
        end = time.thread_time() + _SECONDS
        self._database.set_progress_handler(lambda: time.thread_time() > end, _STEPS)
        try:
            found = self._database.execute(query, values)
            return [tuple(_cut(value, most) for value in row) for row in found]
        except (sqlite3.Error, OverflowError, UnicodeError, MemoryError) as error:
            fault = self._unusable(error)
            if time.thread_time() > end:
                self._slow = str(fault)  # it would be as slow for every tile
            raise fault from error

    def _unusable(self, error: Exception) -> MapError:
        return MapError(f"{self._name} cannot be read as MBTiles: {one_line(str(error))[:100]}")


def _authorized(action: int, *_: object) -> int:
    return sqlite3.SQLITE_OK if action in _MAY else sqlite3.SQLITE_DENY


def _cut(value: object, most: int) -> object:
    return value[:most] if isinstance(value, str | bytes) else value


def _bounds(text: str) -> tuple[float, float, float, float]:
    """What the description says, the whole world where that is nothing sensible."""
    try:
        west, south, east, north = (float(number) for number in text.split(","))
    except ValueError:
        return _WORLD
    numbers = (west, south, east, north)
    sane = all(map(math.isfinite, numbers)) and -180 <= west < east <= 180
    return numbers if sane and -90 <= south < north <= 90 else _WORLD
