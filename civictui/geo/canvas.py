"""A canvas of terminal cells: lines as dots, text over them.

A cell is 2 dots wide and 4 high, which makes the dots about square. Lines are drawn by Pillow into
a raster of one bit a dot, which is packed into braille, or into ASCII where there is no braille.
"""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

ACROSS, DOWN = 2, 4
"""Dots of a cell."""

_BRAILLE = 0x2800
# The bit of each dot in a braille character, by row and column (Unicode, "Braille Patterns").
_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))


class Cell(NamedTuple):
    """One character, one column wide, and the name of its style ("" is plain)."""

    char: str
    style: str = ""


class Canvas:
    """`columns` x `rows` cells. Positions of lines are in dots, those of text in cells."""

    def __init__(self, columns: int, rows: int, *, ascii_only: bool = False) -> None:
        from PIL import Image, ImageDraw

        self.columns = columns
        self.rows = rows
        self._glyphs = _ascii_glyphs() if ascii_only else _braille_glyphs()
        self._raster = Image.new("1", (columns * ACROSS, rows * DOWN))
        self._pen = ImageDraw.Draw(self._raster)
        self._text: dict[tuple[int, int], Cell] = {}

    def dot(self, x: int, y: int) -> None:
        self._pen.point((x, y), 1)

    def line(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        self._pen.line([start, end], fill=1)

    def put(self, column: int, row: int, text: str, style: str = "") -> None:
        """Write over the dots; what does not fit in is cut off. One column a character."""
        for place, char in enumerate(text, column):
            if 0 <= place < self.columns and 0 <= row < self.rows:
                self._text[place, row] = Cell(char, style)

    def label(self, column: int, row: int, text: str, style: str = "") -> None:
        """Write where there is room: not over other text, nor touching it, nor cut off."""
        around = [(place, row) for place in range(column - 1, column + len(text) + 1)]
        fits = column >= 0 and column + len(text) <= self.columns
        if fits and not any(place in self._text for place in around):
            self.put(column, row, text, style)

    def cells(self, style: str = "") -> list[list[Cell]]:
        """All rows; dots are in `style`."""
        return [
            [
                self._text.get((column, row)) or _dots(glyph, style)
                for column, glyph in enumerate(glyphs)
            ]
            for row, glyphs in enumerate(self._packed())
        ]

    def _packed(self) -> Iterator[str]:
        """Rows of dots as rows of characters.

        The columns of a row of dots are bytes 0 or 1. Read as one long number, they can be shifted
        and added for the whole row at once, since no byte ever overflows.
        """
        dots = self._raster.convert("L").point(lambda value: value and 1).tobytes()
        width = self.columns * ACROSS
        for top in range(0, len(dots), width * DOWN):
            total = 0
            for row, bits in enumerate(_BITS):
                line = dots[top + row * width : top + (row + 1) * width]
                for column, bit in enumerate(bits):
                    total += int.from_bytes(line[column::ACROSS]) * bit
            yield total.to_bytes(self.columns).decode("latin-1").translate(self._glyphs)


def _dots(glyph: str, style: str) -> Cell:
    return Cell(glyph, "" if glyph == " " else style)


@cache
def _braille_glyphs() -> dict[int, str]:
    """By pattern. No dots are a blank: fonts draw the empty braille cell in odd ways."""
    return {0: " ", **{pattern: chr(_BRAILLE + pattern) for pattern in range(1, 256)}}


@cache
def _ascii_glyphs() -> dict[int, str]:
    return {pattern: _ascii_glyph(pattern) for pattern in range(256)}


def _ascii_glyph(pattern: int) -> str:
    """What comes nearest to a pattern: a blank, a point, a line, or a crossing."""
    rows = sum(1 for left, right in _BITS if pattern & (left | right))
    columns = sum(1 for side in (0, 1) if any(pattern & bits[side] for bits in _BITS))
    if rows < 2:
        return (" ", ".", "-")[columns if rows else 0]
    if columns == 1:
        return "|" if rows > 2 else ":"
    return "+"
