"""What a map file offers, whichever its format. Formats: MBTiles 1.3, PMTiles 3."""

import os
import stat
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from civictui.domain.errors import MapError
from civictui.domain.model import GeoPoint
from civictui.domain.text import one_line
from civictui.geo.projection import to_world

LARGEST_TILE = 8 * 1024 * 1024
"""Bytes of a tile when inflated; real ones have at most some hundred thousand."""
LARGEST_WORDS = 1024 * 1024
"""Bytes of the description in a file, inflated."""
_GZIP = b"\x1f\x8b"
_ANY_HEADER = 32 + zlib.MAX_WBITS

OSM = "© OpenStreetMap contributors"
"""What is said of a map that names nobody: nearly all are made from this data, which demands it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a file says of itself, made safe."""

    name: str
    attribution: str
    bounds: tuple[float, float, float, float]
    """West, south, east, north in degrees."""
    min_zoom: int
    max_zoom: int

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of the bounds, in the unit square."""
        west, south, east, north = self.bounds
        return to_world(GeoPoint((south + north) / 2, (west + east) / 2))


class Archive(Protocol):
    """An open map file. It is read by one thread at a time."""

    @property
    def about(self) -> About: ...

    def tile(self, zoom: int, x: int, y: int) -> bytes:
        """A tile, inflated, b"" where there is none; y counts from the north. Raises MapError."""

    def close(self) -> None:
        """Twice does no harm; whoever forgets it loses nothing but time."""


def open_archive(path: Path) -> Archive:
    """Open a map file by what it begins with. Raises MapError."""
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            start = file.read(16) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else b""
    except OSError as error:
        raise MapError(f"{path.name} cannot be read: {error.strerror or error}") from error
    if start.startswith(b"PMTiles"):
        from civictui.geo.maps.tiles.pmtiles import PMTiles

        return PMTiles(path)
    if start.startswith(b"SQLite format 3\0"):
        from civictui.geo.maps.tiles.mbtiles import MBTiles

        return MBTiles(path)
    raise MapError(f"{path.name} is no map", "A map is an .mbtiles or a .pmtiles of vector tiles.")


def _without_waiting(path: str, flags: int) -> int:
    """For `open`: a pipe has nothing to read, instead of waiting for its other end."""
    return os.open(path, flags | os.O_NONBLOCK)


def inflated(content: bytes, most: int = LARGEST_TILE) -> bytes:
    """Gzip or zlib undone, and never more than `most` bytes of it. Raises MapError."""
    if not content.startswith((_GZIP, b"\x78")):
        if len(content) > most:
            raise MapError("A tile in the map is too large")
        return content
    machine = zlib.decompressobj(_ANY_HEADER)
    try:
        plain = machine.decompress(content, most + 1)
    except zlib.error as error:
        raise MapError("A tile in the map is damaged") from error
    if len(plain) > most:
        raise MapError("A tile in the map is too large")
    if not machine.eof:
        raise MapError("A tile in the map is cut off")
    return plain


def credit(text: object) -> str:
    """An attribution as words, without what stood in tags. OpenStreetMap where nobody is named."""
    words, inside = [], False
    for char in str(text or "")[:2000]:
        inside = char == "<" or (inside and char != ">")
        if not inside and char != ">":
            words.append(char)
    plain = "".join(words).replace("&copy;", "©").replace("&amp;", "&")
    said = one_line(plain)[:120]
    if "openstreetmap" in said.casefold() or not said:
        return OSM
    return said
