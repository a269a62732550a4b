"""How dots become characters: braille, half blocks, or plain ASCII."""

from enum import StrEnum
from functools import cache

_BRAILLE = 0x2800
BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
"""The bit of each dot of a cell, by row and column (Unicode, "Braille Patterns")."""


class Drawing(StrEnum):
    """Which characters a map is drawn with."""

    BRAILLE = "braille"
    BLOCKS = "blocks"
    ASCII = "ascii"


@cache
def glyphs(drawing: Drawing) -> dict[int, str]:
    """The character of each pattern of dots."""
    if drawing is Drawing.BLOCKS:
        return {pattern: _block(pattern) for pattern in range(256)}
    if drawing is Drawing.ASCII:
        return {pattern: _ascii(pattern) for pattern in range(256)}
    # No dots are a blank: fonts draw the empty braille cell in odd ways.
    return {0: " ", **{pattern: chr(_BRAILLE + pattern) for pattern in range(1, 256)}}


def _block(pattern: int) -> str:
    upper, lower = pattern & 0x1B, pattern & 0xE4
    return " ▄▀█"[(2 if upper else 0) + (1 if lower else 0)]


def _ascii(pattern: int) -> str:
    """What comes nearest to a pattern: a blank, a point, a line, or a crossing."""
    left, right = ([row for row in range(4) if pattern & BITS[row][side]] for side in (0, 1))
    rows = sorted({*left, *right})
    if len(rows) < 2:
        return _flat(bool(left) + bool(right), rows)
    if not left or not right:
        return "|" if len(rows) > 2 else ":"
    return _slanting(left, right, rows)


def _flat(columns: int, rows: list[int]) -> str:
    if columns < 2:
        return " " if not rows else "'" if rows[0] < 2 else "."
    return "_" if rows[0] == 3 else "-"


def _slanting(left: list[int], right: list[int], rows: list[int]) -> str:
    lean = sum(left) / len(left) - sum(right) / len(right)
    if len(left) + len(right) > 6 or abs(lean) < 1:
        return "+" if len(rows) > 2 else "-"
    return "/" if lean > 0 else "\\"
