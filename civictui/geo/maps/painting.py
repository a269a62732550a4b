"""Tiles onto a canvas: areas, then lines, the weakest first, then names."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from PIL import ImagePath

from civictui.geo.maps.canvas import AREAS, LINES, Canvas
from civictui.geo.maps.names import Piece, put_names
from civictui.geo.maps.tiles.tile import Box, Shape, Tile
from civictui.geo.maps.view import ACROSS, DOWN

Spot = tuple[float, float]
_ALL = (0.0, 1.0)
_LONG = 4_000.0
"""Dots from which on a line is cut to the map before it is drawn."""
_PATHS = 1.6
"""Metres of a dot from which on paths are left out: every street has them on both sides."""


@dataclass(frozen=True, slots=True)
class Laid:
    """A tile, and where it lies: its upper left corner and its width in cells of the map's dots."""

    tile: Tile
    x: float
    y: float
    width: float

    def sight(self, columns: int, rows: int) -> Box:
        """What of it is on a map of so many cells, in the unit square of the tile."""
        left, top = -self.x / self.width, -self.y / self.width
        return left, top, left + columns * ACROSS / self.width, top + rows * DOWN / self.width


def paint(canvas: Canvas, laid: Sequence[Laid], meters_per_column: float) -> None:
    """Draw all of them as one map."""
    for style in AREAS:
        for tile, shape in _in_sight(canvas, laid, style, areas=True):
            canvas.area(_moved(canvas, tile, shape), style)
    for style in LINES:
        if style == "path" and meters_per_column > _PATHS * ACROSS:
            continue
        for tile, shape in _in_sight(canvas, laid, style, areas=False):
            path = _moved(canvas, tile, shape)[0]
            if _length(tile, shape) < _LONG:
                canvas.path(path, style)
            else:
                for start, end in _clipped(canvas, path):
                    canvas.line(start, end, style)
    put_names(canvas, _pieces(canvas, laid), meters_per_column)


def _length(tile: Laid, shape: Shape) -> float:
    left, top, right, bottom = shape.box
    return max(right - left, bottom - top) * tile.width


def _clipped(canvas: Canvas, path: ImagePath.Path) -> Iterator[tuple[Spot, Spot]]:
    """What of a long line is on the map, in the map's dots, piece by piece.

    Pillow walks along every line dot by dot, also where there is no raster.
    """
    width, height = canvas.columns * ACROSS, canvas.rows * DOWN
    points = [(x * canvas.coarse, y * canvas.coarse) for x, y in path]
    for (x, y), (to_x, to_y) in pairwise(points):
        across, down = to_x - x, to_y - y
        ends = [0.0, 1.0]
        for place, step, most in ((x, across, width), (y, down, height)):
            near, far = sorted(((-1 - place) / step, (most - place) / step)) if step else _ALL
            inside = step or -1 <= place <= most
            ends = [max(ends[0], near), min(ends[1], far)] if inside else [1.0, 0.0]
        if ends[0] < ends[1]:
            first, last = ((x + part * across, y + part * down) for part in ends)
            yield first, last


def _in_sight(
    canvas: Canvas, laid: Sequence[Laid], style: str, *, areas: bool
) -> Iterator[tuple[Laid, Shape]]:
    for tile in laid:
        left, top, right, bottom = tile.sight(canvas.columns, canvas.rows)
        kinds = tile.tile.areas if areas else tile.tile.lines
        for shape in kinds.get(style, ()):
            box = shape.box
            if box[0] <= right and box[2] >= left and box[1] <= bottom and box[3] >= top:
                yield tile, shape


def _moved(canvas: Canvas, tile: Laid, shape: Shape) -> list[ImagePath.Path]:
    """The paths of a shape in the dots of the canvas."""
    scale = tile.width / canvas.coarse
    matrix = (scale, 0.0, tile.x / canvas.coarse, 0.0, scale, tile.y / canvas.coarse)
    moved = []
    for path in shape.paths:
        copy = ImagePath.Path(path)
        copy.transform(matrix)
        moved.append(copy)
    return moved


def _pieces(canvas: Canvas, laid: Sequence[Laid]) -> Iterator[Piece]:
    for tile in laid:
        left, top, right, bottom = tile.sight(canvas.columns, canvas.rows)
        matrix = (
            tile.width / ACROSS, 0.0, tile.x / ACROSS, 0.0, tile.width / DOWN, tile.y / DOWN,
        )  # fmt: skip
        for name in tile.tile.names:
            box = name.box
            if box[0] <= right and box[2] >= left and box[1] <= bottom and box[3] >= top:
                yield Piece(name, matrix)
