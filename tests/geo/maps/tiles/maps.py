"""Map files and tiles for the tests: those that were copied in, and some that are made here."""

import gzip
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import mapbox_vector_tile
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

BASEMAP = Path(__file__).parents[3] / "data" / "basemap"
WEST_VILLAGE = BASEMAP / "nyc-west-village.mbtiles"
WORLD_TILE = BASEMAP / "openmaptiles-world-z0.mvt"
CROSSING = (14, 4823, (1 << 14) - 1 - 10225)
"""Zoom, x, y of a tile in the West Village."""

Place = tuple[int, int, int]


def stored(path: Path) -> dict[Place, bytes]:
    """The tiles of an MBTiles file as they are in it, y from the north."""
    with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as database:
        rows = database.execute("SELECT * FROM tiles").fetchall()
    database.close()
    return {(zoom, x, (1 << zoom) - 1 - row): content for zoom, x, row, content in rows}


def tile_of(**layers: Sequence[Mapping[str, Any]]) -> bytes:
    """A tile with these layers; y grows southwards, and the extent is 4096."""
    described = [{"name": name, "features": features} for name, features in layers.items()]
    options = {"y_coord_down": True}
    encoded: bytes = mapbox_vector_tile.encode(described, default_options=options)
    return encoded


def line(*points: tuple[int, int], **properties: object) -> dict[str, Any]:
    return {
        "geometry": {"type": "LineString", "coordinates": points},
        "properties": properties,
    }


def square(left: int, top: int, right: int, bottom: int, **properties: object) -> dict[str, Any]:
    ring = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    return {"geometry": {"type": "Polygon", "coordinates": [ring]}, "properties": properties}


def place(x: int, y: int, **properties: object) -> dict[str, Any]:
    return {"geometry": {"type": "Point", "coordinates": (x, y)}, "properties": properties}


def mbtiles(path: Path, tiles: Mapping[Place, bytes], *, packed: bool = True, **words: str) -> Path:
    """A new MBTiles file; contents are compressed unless they are meant to lie as they are."""
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE metadata (name text, value text)")
        database.execute(
            "CREATE TABLE tiles (zoom_level integer, tile_column integer, tile_row integer,"
            " tile_data blob)"
        )
        database.executemany("INSERT INTO metadata VALUES (?, ?)", words.items())
        for (zoom, x, y), content in tiles.items():
            row = (1 << zoom) - 1 - y
            data = gzip.compress(content) if packed else content
            database.execute("INSERT INTO tiles VALUES (?, ?, ?, ?)", (zoom, x, row, data))
    database.close()
    return path


def pmtiles(path: Path, tiles: Mapping[Place, bytes], **header: object) -> Path:
    """A new PMTiles file with these contents, compressed already unless the header says not."""
    whole = {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": -740_136_900,
        "min_lat_e7": 407_330_200,
        "max_lon_e7": -739_996_000,
        "max_lat_e7": 407_396_900,
        **header,
    }
    with path.open("wb") as file:
        writer: Any = Writer(file)  # type: ignore[no-untyped-call]
        for at in sorted(tiles, key=lambda at: zxy_to_tileid(*at)):
            writer.write_tile(zxy_to_tileid(*at), tiles[at])
        writer.finalize(whole, {"attribution": "<b>© OpenStreetMap</b> contributors"})
    return path
