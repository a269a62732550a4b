"""The outline of the world: coasts, borders and names of countries, where no tiles are.

The asset is compressed: three lists of paths (land, coasts, borders), each a count and then for
every path its number of points and those, as pairs of little-endian numbers of 16 bits; behind
them the names as JSON, `[-size, x, y, name]`, the largest country first. 0 to 65,535 are the edges
of the Web Mercator square: 600 m at the equator, finer than the source. Source: Natural Earth
1:110m, public domain.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from PIL import ImagePath

from civictui.codec import decode
from civictui.geo.maps.canvas import Canvas
from civictui.geo.maps.names import Matrix, Piece, put_names
from civictui.geo.maps.tiles.tile import Box, Name
from civictui.geo.maps.view import ACROSS, COARSEST, DOWN, View

_EDGE = 65_535
_COUNTRY = 98
_BORDERS = 15_000_000.0
"""Metres across from which on borders would lie in every cell."""
_WHOLE: Box = (0.0, 0.0, 1.0, 1.0)

Shape = tuple[ImagePath.Path, Box]


@dataclass(frozen=True, slots=True)
class _World:
    """Everything in the unit square."""

    land: tuple[Shape, ...]
    coasts: tuple[Shape, ...]
    borders: tuple[Shape, ...]
    names: tuple[Name, ...]


def draw_world(canvas: Canvas, view: View) -> None:
    """Draw what can be seen of it: coasts and borders, from afar the sea and names too."""
    world, filled = _world(), view.span >= COARSEST
    pieces: list[Piece] = []
    for matrix, sight in _turns(view):
        dots = _for_dots(canvas, matrix)
        if filled:
            _fill(canvas, world, dots, sight)
        borders = world.borders if view.span < _BORDERS else ()
        for shapes, style in ((borders, "border"), (world.coasts, "coast")):
            for path in _in_sight(shapes, sight):
                canvas.path(_moved(path, dots), style)
        pieces += [Piece(name, matrix) for name in world.names]
    if filled:
        put_names(canvas, pieces, view.meters_per_column)


def _turns(view: View) -> Iterator[tuple[Matrix, Box]]:
    """The world as often as it is in sight: into cells, and which part of the square is seen."""
    left, top, right, bottom = view.window()
    wide, high = 1 / view.unit / ACROSS, 1 / view.unit / DOWN
    for turn in range(int(left // 1), int(right // 1) + 1):
        matrix = (wide, 0.0, (turn - left) * wide, 0.0, high, -top * high)
        yield matrix, (left - turn, top, right - turn, bottom)


def _for_dots(canvas: Canvas, matrix: Matrix) -> Matrix:
    across, down = ACROSS / canvas.coarse, DOWN / canvas.coarse
    wide, _, x, _, high, y = matrix
    return (wide * across, 0.0, x * across, 0.0, high * down, y * down)


def _fill(canvas: Canvas, world: _World, dots: Matrix, sight: Box) -> None:
    square = ImagePath.Path([(0, 0), (1, 0), (1, 1), (0, 1)])
    canvas.area([_moved(square, dots)], "water")
    for path in _in_sight(world.land, sight):
        canvas.area([_moved(path, dots)], "land")


def _in_sight(shapes: tuple[Shape, ...], sight: Box) -> Iterator[ImagePath.Path]:
    left, top, right, bottom = sight
    for path, box in shapes:
        if box[0] <= right and box[2] >= left and box[1] <= bottom and box[3] >= top:
            yield path


def _moved(path: ImagePath.Path, matrix: Matrix) -> ImagePath.Path:
    copy = ImagePath.Path(path)
    copy.transform(matrix)
    return copy


@cache
def _world() -> _World:
    content = zlib.decompress(files("civictui.geo").joinpath("assets", "world.bin").read_bytes())
    kinds, at = [], 0
    for _ in range(3):
        shapes, at = _read(content, at)
        kinds.append(tuple(shapes))
    return _World(kinds[0], kinds[1], kinds[2], tuple(_names(content[at:])))


def _read(content: bytes, at: int) -> tuple[list[Shape], int]:
    (paths,) = struct.unpack_from("<H", content, at)
    at += 2
    found = []
    for _ in range(paths):
        (points,) = struct.unpack_from("<H", content, at)
        path = ImagePath.Path(list(struct.unpack_from(f"<{2 * points}H", content, at + 2)))
        path.transform((1 / _EDGE, 0, 0, 0, 1 / _EDGE, 0))
        found.append((path, path.getbbox()))
        at += 2 + 4 * points
    return found, at


def _names(content: bytes) -> Iterator[Name]:
    for place, (_, x, y, text) in enumerate(decode(content)):
        point = ImagePath.Path([(x / _EDGE, y / _EDGE)])
        yield Name(text, text, _COUNTRY - place // 8, point, _WHOLE, along=False)
