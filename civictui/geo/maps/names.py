"""Names on a map: which ones, and where there is room for them.

A name of a street goes where the street runs along with it, upright where the street is; that of a
place over its place. The weightiest are set first, and no more than leave the map readable.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from civictui.geo.maps.canvas import Canvas
from civictui.geo.maps.glyphs import Drawing
from civictui.geo.maps.lettering import is_sure, width_of
from civictui.geo.maps.tiles.schema import DISTRICT, TOWN
from civictui.geo.maps.tiles.tile import Name

Matrix = tuple[float, float, float, float, float, float]
"""From the unit square of a tile to cells."""

_ROOM = 0.085
"""The part of the cells that names may take."""
_MOST_TRIED = 120
_SPOTS = 9
"""How many places along a street are tried."""
_LONGEST = 26
_COVERED, _WIDTH = 0.6, 0.4
"""How many cells of its street a name needs in sight, and how many columns, for each of its own."""

_SHORT = {
    "Street": "St", "Avenue": "Ave", "Boulevard": "Blvd", "Road": "Rd", "Drive": "Dr", "Lane": "Ln",
    "Place": "Pl", "Square": "Sq", "Court": "Ct", "Terrace": "Ter", "Highway": "Hwy",
    "Freeway": "Fwy", "Parkway": "Pkwy", "Saint": "St", "Mount": "Mt",
}  # fmt: skip
_STREET_WEIGHTS = range(20, 37)
_WORD = re.compile(r"\w+")


class Piece(NamedTuple):
    """A name in a tile, and how that tile lies on the map."""

    name: Name
    matrix: Matrix


@dataclass(slots=True)
class _Called:
    """All pieces on the map that have one name."""

    weight: int
    pieces: list[Piece] = field(default_factory=list)


def put_names(canvas: Canvas, pieces: Iterable[Piece], meters_per_column: float) -> None:
    """Write the names that fit."""
    room = int(canvas.columns * canvas.rows * _ROOM)
    for tried, (text, called) in enumerate(_by_weight(canvas, pieces, meters_per_column)):
        if room <= 0 or tried >= _MOST_TRIED:
            return
        if len(text) <= room and _put(canvas, text, called):
            room -= len(text)


def _by_weight(
    canvas: Canvas, pieces: Iterable[Piece], meters: float
) -> Iterator[tuple[str, _Called]]:
    found: dict[str, _Called] = {}
    for piece in pieces:
        name = piece.name
        if not _fits_scale(name.weight, meters):
            continue
        called = found.get(name.text)
        if called is None:
            called = found[name.text] = _Called(name.weight)
        called.weight = max(called.weight, name.weight)
        called.pieces.append(piece)
    ranked = sorted(
        found.items(), key=lambda pair: (-pair[1].weight, -len(pair[1].pieces), pair[0])
    )
    for _, called in ranked:
        text = _written(called.pieces[0].name, canvas.drawing is Drawing.ASCII)
        if 1 < width_of(text) <= _LONGEST:
            yield text, called


def _fits_scale(weight: int, meters: float) -> bool:
    """Towns where several may be in sight, parts of them where one is, streets where they part."""
    if weight >= TOWN:
        return meters > 40
    if weight in _STREET_WEIGHTS:
        return meters < (150 if weight > 32 else 60 if weight > 24 else 35)
    return weight > DISTRICT or meters < 250


def _written(name: Name, ascii_only: bool) -> str:
    """In few characters; "" where ASCII cannot say it, or no terminal surely."""
    for text in (name.text, name.latin):
        short = _WORD.sub(lambda word: _SHORT.get(word[0], word[0]), text)
        if not ascii_only:
            if is_sure(short):
                return short
            continue
        plain = unicodedata.normalize("NFKD", short)
        plain = "".join(char for char in plain if not unicodedata.combining(char))
        if plain.isascii() and plain.strip():
            return plain
    return ""


def _put(canvas: Canvas, text: str, called: _Called) -> bool:
    along = [piece for piece in called.pieces if piece.name.along]
    if along:
        return _put_along(canvas, text, _touched(canvas, along))
    for name, matrix in called.pieces:
        x, y = _at(name.path[0], matrix)
        for row in (int(y), int(y) - 1, int(y) + 1):
            if canvas.label(int(x) - width_of(text) // 2, row, text, "name"):
                return True
    return False


def _at(point: tuple[float, float], matrix: Matrix) -> tuple[float, float]:
    return point[0] * matrix[0] + matrix[2], point[1] * matrix[4] + matrix[5]


def _touched(canvas: Canvas, pieces: Sequence[Piece]) -> list[tuple[int, int]]:
    """The cells through which a street runs, row by row."""
    from PIL import Image, ImageDraw, ImagePath

    raster = Image.new("L", (canvas.columns, canvas.rows))
    pen = ImageDraw.Draw(raster)
    for name, matrix in pieces:
        path = ImagePath.Path(name.path)
        path.transform(matrix)
        pen.line(path, 255)
    content = raster.tobytes()
    return [
        (found.start() % canvas.columns, found.start() // canvas.columns)
        for found in re.finditer(b"\xff", content)
    ]


def _put_along(canvas: Canvas, text: str, cells: Sequence[tuple[int, int]]) -> bool:
    """Level where the street is long enough from west to east, else letter below letter."""
    width = width_of(text)
    if len(cells) < _COVERED * width:
        return False
    columns = {column for column, _ in cells}
    rows = {row for _, row in cells}
    if len(columns) >= 2 * len(rows) or len(rows) < len(text) + 2:
        return len(columns) >= _WIDTH * width and _level(canvas, text, cells)
    return _upright(canvas, text, cells)


def _level(canvas: Canvas, text: str, cells: Sequence[tuple[int, int]]) -> bool:
    width, there = width_of(text), set(cells)
    spots = cells[:: max(1, len(cells) // _SPOTS)]
    starts = {(column - width // 2, row) for column, row in spots}
    covered = {
        (column, row): sum((column + at, row) in there for at in range(width))
        for column, row in starts
    }
    for column, row in sorted(starts, key=lambda start: (-covered[start], start)):
        if canvas.label(column, row, text, "name"):
            return True
    return False


def _upright(canvas: Canvas, text: str, cells: Sequence[tuple[int, int]]) -> bool:
    """One letter a row, along the street; not for letters that change with their neighbours."""
    if not text.isascii():
        return False
    by_row: dict[int, list[int]] = {}
    for column, row in cells:
        by_row.setdefault(row, []).append(column)
    tops = sorted(by_row)[1 : -len(text)]
    middle = len(tops) // 2
    for top in (*tops[middle :: max(1, len(tops) // _SPOTS)], *tops[:middle]):
        places = _downwards(by_row, top, len(text))
        if places and all(canvas.is_free(*place, 2) for place in places):
            for (column, row), char in zip(places, text, strict=True):
                canvas.put(column, row, char, "name")
            return True
    return False


def _downwards(by_row: Mapping[int, Sequence[int]], top: int, rows: int) -> list[tuple[int, int]]:
    """A cell in each of so many rows, none far from the one above; none where the street ends."""
    column = by_row[top][0]
    places = []
    for row in range(top, top + rows):
        nearest = min(by_row.get(row, ()), key=lambda near: abs(near - column), default=column + 9)
        if abs(nearest - column) > 1:
            return []
        column = nearest
        places.append((column, row))
    return places
