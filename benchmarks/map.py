"""A frame of the map at 80x24: downtown San Francisco, cold and warm.

Warm is the next frame of a map that is moved; cold is one of which no tile was read yet, with the
libraries loaded. Beside them, in the same turns, what cannot be done without: for a warm frame
drawing the same lines with bare Pillow, already in the dots of the raster, and taking its bytes;
for a cold one also reading the same tiles from a bare MBTiles and inflating them. The third figure
reads these tiles with `mapbox-vector-tile`, as programs do that draw everything.
"""

import gzip
import sqlite3
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import mapbox_vector_tile
from _measure import medians
from PIL import Image, ImageDraw, ImagePath

from civictui.demo.base_map import shipped_map
from civictui.domain.model import GeoPoint
from civictui.geo.maps.area_map import Chart, Drawing, View, draw_view
from civictui.geo.maps.base_map import BaseMap
from civictui.geo.maps.tiles.archive import open_archive

CENTER = GeoPoint(37.7880, -122.4040)
COLUMNS, ROWS = 80, 23
SPANS = (500, 2_000, 10_000)
TURNS = 15
NOWHERE = Path("/nowhere")
Place = tuple[int, int, int]


def main() -> None:
    with TemporaryDirectory() as folder:
        tiles = _bare_copy(Path(folder) / "bare.mbtiles")
        for span in SPANS:
            _measure(View.of(CENTER, COLUMNS, ROWS, span), tiles)
        tiles.close()


def _measure(view: View, tiles: sqlite3.Connection) -> None:
    kept = BaseMap(NOWHERE, shipped_map())
    assert draw_view(view, base=kept).attribution
    lines, places = _lines(kept, view), _places(kept, view)
    warm, cold, bare, read, library = medians(
        partial(draw_view, view, base=kept),
        partial(_cold, view),
        partial(_bare, lines),
        partial(_inflated, tiles, places),
        partial(_library, tiles, places),
        turns=TURNS,
    )
    ascii_only, blocks = medians(
        partial(draw_view, view, base=kept, drawing=Drawing.ASCII),
        partial(draw_view, view, base=kept, drawing=Drawing.BLOCKS),
        turns=TURNS,
    )
    points = sum(len(line) for line in lines)
    size = f"{len(places)} tiles, {len(lines):,} lines, {points:,} points"
    print(f"map {view.span:,.0f} m across: {size}")
    print(f"  warm {warm * 1000:.1f} ms (bare Pillow {bare * 1000:.1f}: {warm / bare:.1f} times)")
    print(f"  warm in ASCII {ascii_only * 1000:.1f} ms, in half blocks {blocks * 1000:.1f}")
    ratio = cold / (bare + read)
    print(
        f"  cold {cold * 1000:.1f} ms (Pillow and reading {(bare + read) * 1000:.1f}: {ratio:.1f})"
    )
    print(f"  the same tiles read by mapbox-vector-tile {library * 1000:.0f} ms")


def _cold(view: View) -> Chart:
    return draw_view(view, base=BaseMap(NOWHERE, shipped_map()))


def _lines(base: BaseMap, view: View) -> list[ImagePath.Path]:
    """Every line and outline in sight, in the dots of the raster."""
    found = []
    for laid in base.sheet(view).laid:
        left, top, right, bottom = laid.sight(view.columns, view.rows)
        for shapes in (*laid.tile.areas.values(), *laid.tile.lines.values()):
            for shape in shapes:
                box = shape.box
                if box[0] <= right and box[2] >= left and box[1] <= bottom and box[3] >= top:
                    path = ImagePath.Path(shape.paths[0])
                    path.transform((laid.width, 0, laid.x, 0, laid.width, laid.y))
                    found.append(path)
    return found


def _bare(lines: list[ImagePath.Path]) -> bytes:
    raster = Image.new("1", (COLUMNS * 2, ROWS * 4))
    pen = ImageDraw.Draw(raster)
    for line in lines:
        pen.line(line, 1)
    return raster.tobytes()


def _places(base: BaseMap, view: View) -> list[Place]:
    """The tiles of a view: where they lie on it says which they are."""
    left, top, _, _ = view.window()
    found = []
    for laid in base.sheet(view).laid:
        count = round(1 / (laid.width * view.unit))
        x, y = (
            round((edge + at * view.unit) * count) for edge, at in ((left, laid.x), (top, laid.y))
        )
        found.append((count.bit_length() - 1, x, y))
    return found


def _bare_copy(path: Path) -> sqlite3.Connection:
    """The demo's map as MBTiles: one table, one index."""
    archive = open_archive(shipped_map())
    about = archive.about
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE tiles (z, x, y, content, PRIMARY KEY (z, x, y))")
    west, north = 163, 395  # of level 10, in which the whole map lies
    for zoom in range(max(10, about.min_zoom), about.max_zoom + 1):
        wide = 1 << (zoom - 10)
        for x in range(west * wide, (west + 1) * wide):
            for y in range(north * wide, (north + 1) * wide):
                if content := archive.tile(zoom, x, y):
                    packed = gzip.compress(content)
                    database.execute("INSERT INTO tiles VALUES (?, ?, ?, ?)", (zoom, x, y, packed))
    database.commit()
    archive.close()
    return database


def _inflated(database: sqlite3.Connection, places: list[Place]) -> list[bytes]:
    query = "SELECT content FROM tiles WHERE z=? AND x=? AND y=?"
    rows = [database.execute(query, place).fetchone() for place in places]
    return [gzip.decompress(row[0]) for row in rows if row]


def _library(database: sqlite3.Connection, places: list[Place]) -> list[object]:
    return [mapbox_vector_tile.decode(tile) for tile in _inflated(database, places)]


if __name__ == "__main__":
    main()
