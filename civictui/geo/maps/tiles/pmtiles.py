"""PMTiles: tiles in one file behind directories, by the functions of the library `pmtiles`.

Its own reader reads header and root anew for every tile and inflates without a limit; here both
are read once, and what is too large is refused before the library sees it. Source: PMTiles 3.
"""

import gzip
import os
import re
import weakref
from collections import OrderedDict
from pathlib import Path

from pmtiles.tile import (
    Compression,
    Entry,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from civictui.codec import BadJson, decode
from civictui.domain.errors import MapError
from civictui.geo.maps.tiles.archive import LARGEST_TILE, LARGEST_WORDS, About, credit, inflated

_HEADER = 127
_DEGREE = 10_000_000
_LARGEST_DIRECTORY = 512 * 1024
"""Bytes, inflated: some 40,000 entries. Writers keep to a few thousand."""
_KEPT = 8
"""Directories that are kept, the last ones used."""
_DEEPEST = 4
_ENDLESS = re.compile(rb"[\x80-\xff]{10}")
"""A number of more than 64 bits; the library would read on and on."""


class PMTiles:
    """One file, read in pieces as they are needed."""

    def __init__(self, path: Path) -> None:
        self._name = path.name
        self._kept: OrderedDict[tuple[int, int], list[Entry]] = OrderedDict()
        try:
            self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError as error:
            raise MapError(f"{path.name} cannot be read: {error.strerror}") from error
        self._end = weakref.finalize(self, os.close, self._file)
        try:
            self.about = self._read_about(path)
            self._directory(self._header["root_offset"], self._header["root_length"])
        except MapError:
            self.close()
            raise

    def tile(self, zoom: int, x: int, y: int) -> bytes:
        number = zxy_to_tileid(zoom, x, y)
        offset, length = self._header["root_offset"], self._header["root_length"]
        for _ in range(_DEEPEST):
            entry = find_tile(self._directory(offset, length), number)
            if entry is None:
                return b""
            if entry.run_length:
                start = self._header["tile_data_offset"] + entry.offset
                return inflated(self._piece(start, entry.length, LARGEST_TILE))
            offset = self._header["leaf_directory_offset"] + entry.offset
            length = entry.length
        raise MapError(f"{self._name} leads from one directory into the next")

    def close(self) -> None:
        self._end()

    def _read_about(self, path: Path) -> About:
        try:
            header = deserialize_header(self._piece(0, _HEADER, _HEADER))
        except (MagicNumberNotFound, SpecVersionUnsupported, ValueError, IndexError) as error:
            raise MapError(f"{path.name} is no PMTiles of version 3") from error
        self._header = header
        if header["tile_type"] is not TileType.MVT:
            raise MapError(f"{path.name} holds pictures", "Vector tiles are needed.")
        if header["tile_compression"] not in {Compression.GZIP, Compression.NONE}:
            raise MapError(f"{path.name} is compressed in a way that is not known here")
        if header["internal_compression"] is not Compression.GZIP:
            raise MapError(f"{path.name} has directories that are not known here")
        last = header["tile_data_offset"] + header["tile_data_length"] - 1
        if last > 0:
            self._piece(last, 1, 1)  # a download that was broken off is told at once
        corners = ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")
        west, south, east, north = (header[name] / _DEGREE for name in corners)  # type: ignore[literal-required]
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise MapError(f"{path.name} lies nowhere on the earth")
        low, high = header["min_zoom"], header["max_zoom"]
        if not 0 <= low <= high <= 22:
            raise MapError(f"{path.name} has tiles of impossible sizes")
        return About(
            name=path.stem,
            attribution=credit(self._words().get("attribution")),
            bounds=(west, south, east, north),
            min_zoom=low,
            max_zoom=high,
        )

    def _words(self) -> dict[str, object]:
        """The description, empty where there is none that can be read."""
        offset, length = self._header["metadata_offset"], self._header["metadata_length"]
        try:
            words = decode(inflated(self._piece(offset, length, LARGEST_WORDS), LARGEST_WORDS))
        except (BadJson, MapError):
            return {}
        return words if isinstance(words, dict) else {}

    def _directory(self, offset: int, length: int) -> list[Entry]:
        if (offset, length) in self._kept:
            self._kept.move_to_end((offset, length))
            return self._kept[offset, length]
        plain = inflated(self._piece(offset, length, _LARGEST_DIRECTORY), _LARGEST_DIRECTORY)
        if _ENDLESS.search(plain):
            raise MapError(f"{self._name} has a directory with impossible numbers")
        try:
            # The library inflates by itself, all parts that a gzip may have: it gets what was
            # looked at, packed once more (level 0 only wraps it).
            found = deserialize_directory(gzip.compress(plain, 0))
        except (EOFError, OSError, ValueError) as error:
            raise MapError(f"{self._name} has a damaged directory") from error
        self._kept[offset, length] = found
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found

    def _piece(self, offset: int, length: int, most: int) -> bytes:
        if length > most or offset >= 1 << 62:
            raise MapError(f"{self._name} has a part that is too large")
        try:
            found = os.pread(self._file, length, offset)
        except OSError as error:
            raise MapError(f"{self._name} cannot be read: {error.strerror}") from error
        if len(found) < length:
            raise MapError(f"{self._name} is cut off", "Copy or download it again.")
        return found
