"""Make the base map that the demo ships: downtown San Francisco, without what is never drawn.

    python tools/make_demo_map.py SOURCE_DIR

SOURCE_DIR has `basemap/` with sf-downtown.mbtiles (tilemaker, OpenMapTiles schema) and the same
extract as GeoJSON. Left out are layers, features and words that the program does not look at,
footpaths, and buildings of levels at which they are not shown. The extract was made without the
polygons of the oceans, so the bay is made here from its coast line. The same sources give the same
file.

OpenStreetMap data, under the Open Database License: wherever it is drawn, it says whose it is.
"""

import gzip
import json
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mapbox_vector_tile
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from shapely import Polygon, box, line_merge, unary_union
from shapely.affinity import affine_transform
from shapely.geometry import mapping, shape

from civictui.domain.model import GeoPoint
from civictui.geo.maps.tiles.schema import KEYS, LAYERS, NEAR_LAYERS, role_of
from civictui.geo.projection import to_world

TARGET = Path("civictui/demo/assets/san_francisco.pmtiles")
EXTENT = 4096
ATTRIBUTION = "© OpenStreetMap contributors"
CLOSEST = 14
EAST = -122.3
"""A meridian beyond every tile of the extract."""
COAST_FROM = 11
"""The level from which on the coast line is finer than what the extract has of the ocean."""


def main(source: Path) -> None:
    basemap = source / "basemap"
    sea = _sea(basemap / "sf-downtown-roads-water-parks.geojson")
    database = sqlite3.connect(f"file:{basemap / 'sf-downtown.mbtiles'}?mode=ro", uri=True)
    tiles = {}
    for zoom, x, row, content in database.execute("SELECT * FROM tiles"):
        y = (1 << zoom) - 1 - row
        tiles[zoom, x, y] = _tile(gzip.decompress(content), zoom, x, y, sea)
    bounds = database.execute("SELECT value FROM metadata WHERE name='bounds'").fetchone()[0]
    _write(tiles, [round(float(number) * 10_000_000) for number in bounds.split(",")])
    print(f"{TARGET}: {TARGET.stat().st_size} bytes, {len(tiles)} tiles")


def _tile(content: bytes, zoom: int, x: int, y: int, sea: Any) -> bytes:
    decoded = mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})
    layers = []
    for name, layer in decoded.items():
        near = zoom == CLOSEST
        if name not in LAYERS or (name in NEAR_LAYERS and not near):
            continue
        if features := list(_features(name, layer["features"], near)):
            layers.append({"name": name, "features": features})
    if zoom >= COAST_FROM:
        _flood(layers, _in_tile(sea, zoom, x, y))
    options = {"y_coord_down": True, "extents": EXTENT}
    encoded: bytes = mapbox_vector_tile.encode(layers, default_options=options)
    return gzip.compress(encoded, 9, mtime=0)


def _features(layer: str, features: Any, near: bool) -> Iterator[dict[str, Any]]:
    for feature in features:
        said = {key: value for key, value in feature["properties"].items() if key in KEYS}
        role = role_of(layer, said)
        if role.style == "path" or (role.near and not near) or not (role.style or role.name):
            continue
        yield {"geometry": feature["geometry"], "properties": said}


def _sea(geojson: Path) -> Any:
    """The bay east of the city, in the unit square: what lies to the right of its coast line."""
    features = json.loads(geojson.read_text("utf-8"))["features"]
    lines = [
        shape(feature["geometry"])
        for feature in features
        if feature["properties"].get("natural") == "coastline"
        and feature["geometry"]["type"] == "LineString"
    ]
    merged = line_merge(unary_union(lines))
    longest = max(getattr(merged, "geoms", [merged]), key=lambda line: line.length)
    coast = [_worldly(*place) for place in longest.coords]
    if coast[0][1] < coast[-1][1]:
        raise SystemExit("The coast line does not run from south to north")
    east = _worldly(EAST, 0)[0]
    return Polygon([*coast, (east, coast[-1][1]), (east, coast[0][1])])


def _worldly(longitude: float, latitude: float) -> tuple[float, float]:
    return to_world(GeoPoint(latitude, longitude))


def _in_tile(sea: Any, zoom: int, x: int, y: int) -> Any:
    scale = (1 << zoom) * EXTENT
    placed = affine_transform(sea, [scale, 0, 0, scale, -x * EXTENT, -y * EXTENT])
    edge = EXTENT // 64
    return placed.intersection(box(-edge, -edge, EXTENT + edge, EXTENT + edge))


def _flood(layers: list[dict[str, Any]], sea: Any) -> None:
    """The bay as one piece with what the extract has of the ocean."""
    water = next((layer for layer in layers if layer["name"] == "water"), None)
    if water is None:
        water = {"name": "water", "features": []}
        layers.append(water)
    oceans = [item for item in water["features"] if item["properties"].get("class") == "ocean"]
    whole = unary_union([sea, *(shape(item["geometry"]).buffer(0) for item in oceans)])
    water["features"] = [item for item in water["features"] if item not in oceans]
    if not whole.is_empty:
        properties = {"class": "ocean"}
        water["features"].append({"geometry": mapping(whole), "properties": properties})
    if not water["features"]:
        layers.remove(water)


def _write(tiles: dict[tuple[int, int, int], bytes], bounds: list[int]) -> None:
    header = {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_zoom": min(zoom for zoom, _, _ in tiles),
        "max_zoom": CLOSEST,
        **dict(zip(("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7"), bounds, strict=True)),
    }
    with TARGET.open("wb") as file:
        writer: Any = Writer(file)  # type: ignore[no-untyped-call]
        for place in sorted(tiles, key=lambda place: zxy_to_tileid(*place)):
            writer.write_tile(zxy_to_tileid(*place), tiles[place])
        writer.finalize(header, {"attribution": ATTRIBUTION, "name": "San Francisco"})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
