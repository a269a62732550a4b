"""A canvas of terminal cells: areas and lines as dots, text over them.

A cell is 2 dots wide and 4 high, which makes the dots about square; half blocks have 1 x 2 of them.
Everything is drawn by Pillow into rasters of one byte a dot, which holds the rank of what covers
it, and packed into characters in the end. A cell has one colour: that of the strongest thing in it.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, cast

from civictui.geo.maps.glyphs import BITS, Drawing, glyphs
from civictui.geo.maps.lettering import Cell, fitted, spread, width_of
from civictui.geo.maps.view import ACROSS, DOWN

if TYPE_CHECKING:
    from PIL.Image import Image as Raster
    from PIL.ImagePath import Path

AREAS = ("park", "building", "water")
"""Styles of areas, the weakest first."""
LINES = ("net", "water", "border", "path", "coast", "rail", "road", "road-main", "way")
"""Styles of lines, the weakest first."""

_AREA = {"land": 0, **{style: rank for rank, style in enumerate(AREAS, 1)}}
# Land is no style: it takes away what was filled below it.
_LINE = {style: rank for rank, style in enumerate(LINES, len(AREAS) + 1)}
_STYLES = ("", *AREAS, *LINES)

# Which dots of 4 x 4 an area leaves, so that what lies in it stays visible.
_GRAIN = {
    "water": ("#...", "....", "..#.", "...."),
    "park": ("#.#.", ".#.#", "#.#.", ".#.#"),
    "building": ("#...", ".#..", "..#.", "...#"),
}
_FULL = {
    Drawing.ASCII: {"water": "~", "park": '"', "building": "#"},
    Drawing.BLOCKS: {"water": "░", "park": "▒", "building": "▓"},
}
"""What a cell shows that has nothing but an area in it, where dots are too coarse for a grain."""


class Canvas:
    """`columns` x `rows` cells. Positions of lines are in dots, those of text in cells."""

    def __init__(self, columns: int, rows: int, drawing: Drawing = Drawing.BRAILLE) -> None:
        from PIL import Image, ImageDraw

        self.columns = columns
        self.rows = rows
        self.drawing = drawing
        self.coarse = 2 if drawing is Drawing.BLOCKS else 1
        """How many of the caller's dots are one of ours, each way."""
        self._size = (columns * ACROSS // self.coarse, rows * DOWN // self.coarse)
        self._ground: Raster = Image.new("L", self._size)
        self._lines: Raster = Image.new("L", self._size)
        self._ground_pen = ImageDraw.Draw(self._ground)
        self._pen = ImageDraw.Draw(self._lines)
        self._text: dict[tuple[int, int], Cell] = {}

    def dot(self, x: int, y: int, style: str = "net") -> None:
        self._pen.point((x // self.coarse, y // self.coarse), _LINE[style])

    def line(
        self, start: tuple[float, float], end: tuple[float, float], style: str = "way"
    ) -> None:
        self._pen.line([(x / self.coarse, y / self.coarse) for x, y in (start, end)], _LINE[style])

    def path(self, path: "Path", style: str) -> None:
        """A line through all points of a path that is in the dots of the raster already."""
        self._pen.line(cast("Sequence[float]", path), _LINE[style])

    def area(self, rings: Sequence["Path"], style: str) -> None:
        """A filled ring, the first, with holes, the others; in the dots of the raster already."""
        outer, *holes = (cast("Sequence[float]", ring) for ring in rings)
        if not holes:
            self._ground_pen.polygon(outer, _AREA[style])
            return
        from PIL import Image, ImageDraw

        mask = Image.new("1", self._size)
        pen = ImageDraw.Draw(mask)
        pen.polygon(outer, 1)
        for hole in holes:
            pen.polygon(hole, 0)
        self._ground.paste(_AREA[style], (0, 0), mask)

    def put(self, column: int, row: int, text: str, style: str = "") -> None:
        """Write over the dots; what does not fit in is cut off."""
        for place, cell in enumerate(fitted(spread(text, style), self.columns - column), column):
            if 0 <= place < self.columns and 0 <= row < self.rows:
                self._text[place, row] = cell

    def is_free(self, column: int, row: int, width: int) -> bool:
        """Whether a text of that width has room: not over other text, nor touching it, nor cut."""
        around = range(column - 1, column + width + 1)
        fits = column >= 0 and column + width <= self.columns and 0 <= row < self.rows
        return fits and not any((place, row) in self._text for place in around)

    def label(self, column: int, row: int, text: str, style: str = "") -> bool:
        """Write where there is room. Whether there was."""
        free = self.is_free(column, row, width_of(text))
        if free:
            self.put(column, row, text, style)
        return free

    def cells(self) -> list[list[Cell]]:
        """All rows."""
        drawn = self._blocky() if self.drawing in _FULL else self._dotted()
        return [
            [self._text.get((column, row)) or cell for column, cell in enumerate(cells)]
            for row, cells in enumerate(drawn)
        ]

    # --- packing -----------------------------------------------------------------------------

    def _dotted(self) -> Iterator[list[Cell]]:
        """Areas as a grain of dots that keeps clear of the lines, so that both can be seen."""
        from PIL import ImageChops, ImageFilter

        raster = self._lines.copy()
        if self._ground.getbbox():
            near = self._lines.filter(ImageFilter.MaxFilter(3)).point(_ABSENT)
            for rank, style in enumerate(AREAS, 1):
                here = self._ground.point([255 * (value == rank) for value in range(256)])
                grain = ImageChops.multiply(here, _grain(style, self._size))
                raster.paste(rank, (0, 0), ImageChops.multiply(grain, near))
        return _packed(raster, glyphs(self.drawing), 1)

    def _blocky(self) -> Iterator[list[Cell]]:
        """Areas as whole cells, where no line is."""
        from PIL import Image

        full = _FULL[self.drawing]
        ground = self._ground.resize((self.columns, self.rows), Image.Resampling.NEAREST).tobytes()
        areas = [Cell(" "), *(Cell(full[style], style) for style in AREAS)]
        packed = _packed(self._lines, glyphs(self.drawing), self.coarse)
        for row, cells in enumerate(packed):
            below = ground[row * self.columns : (row + 1) * self.columns]
            yield [
                areas[rank] if rank and cell.char == " " else cell
                for cell, rank in zip(cells, below, strict=True)
            ]


_ABSENT = [255, *[0] * 255]
"""Turns "nothing there" into a mask."""


def _packed(raster: "Raster", characters: dict[int, str], coarse: int) -> Iterator[list[Cell]]:
    """Rows of dots as rows of cells.

    The columns of a row of dots are bytes 0 or 1. Read as one long number, they can be shifted
    and added for the whole row at once, since no byte ever overflows.
    """
    width = raster.width
    across, down = ACROSS // coarse, DOWN // coarse
    ranks = raster.tobytes()
    dots = ranks.translate(_ONES)
    for top in range(0, len(ranks), width * down):
        total, strongest = 0, []
        for row in range(down):
            start = top + row * width
            for column in range(across):
                lit = dots[start + column : start + width : across]
                total += int.from_bytes(lit) * BITS[row * coarse][column]
                strongest.append(ranks[start + column : start + width : across])
        chars = total.to_bytes(width // across).decode("latin-1").translate(characters)
        ranked = map(max, *strongest)
        yield [Cell(char, _STYLES[rank]) for char, rank in zip(chars, ranked, strict=True)]


_ONES = bytes([0, *[1] * 255])


@cache
def _grain(style: str, size: tuple[int, int]) -> "Raster":
    """The mask of an area's dots for rasters of a size."""
    from PIL import Image

    lines = _GRAIN[style]
    width, height = size
    rows = [bytes(255 * (line[x % 4] == "#") for x in range(width)) for line in lines]
    return Image.frombytes("L", size, b"".join(rows[y % 4] for y in range(height)))


__all__ = ["AREAS", "LINES", "Canvas", "Cell"]
