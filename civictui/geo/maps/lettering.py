"""Text as cells of a terminal, of characters that take the same columns in every terminal.

On a map a name has dots, other names and a border to its right, and all of them move when a
terminal draws one of its characters wider or narrower than it was counted. So what they do not
agree about (emoji, flags, vowel signs with a width of their own, letters of tomorrow) is a question
mark, and what may or may not join others is left out.
"""

import unicodedata
from functools import lru_cache
from typing import NamedTuple

UNSURE = "?"

_JOINING = frozenset({"\u200c", "\u200d", *map(chr, range(0xFE00, 0xFE10))})
"""Joiners, and the selectors that make a letter of an emoji or the other way round."""
_MOST_MARKS = 3
"""On one letter; Vietnamese, Thai and Hebrew need no more, and a tower would reach other rows."""
_LAST_SIGN = 0x2600
"""Below are signs and arrows, from here on many that are emoji in some fonts."""
_OWN = frozenset("\N{CHECK MARK}\N{LOWER RIGHT PENCIL}")
"""Signs of the states of reports, which the lists have as well: one column, and no emoji."""
_SQUARES = range(0x3000, 0x3400)
"""Signs among the letters of East Asia, all of them wide."""
_JAMO = (range(0x1160, 0x1200), range(0xD7B0, 0xD800), (0x3164, 0xFFA0))
"""Parts of Korean syllables, which join or do not; NFC makes syllables of them."""


class Cell(NamedTuple):
    """One character and the name of its style ("" is plain).

    A character of two columns is followed by a cell with no character, so that a row has as many
    cells as columns.
    """

    char: str
    style: str = ""


def spread(text: str, style: str = "") -> list[Cell]:
    """A text as cells: a wide character takes two, a combining one joins the one before."""
    cells: list[Cell] = []
    base = marks = 0
    for char in unicodedata.normalize("NFC", text):
        columns = _columns(char)
        if char in _JOINING:
            continue
        if columns:
            base, marks = len(cells), 0
            cells += [Cell(char, style), Cell("", style)][:columns]
        elif columns is None:
            base, marks = len(cells), _MOST_MARKS
            cells.append(Cell(UNSURE, style))
        elif cells and marks < _MOST_MARKS:
            marks += 1
            cells[base] = Cell(cells[base].char + char, style)
    return cells


def is_sure(text: str) -> bool:
    """Whether nothing in it would become a question mark."""
    return text.isascii() or all(
        char in _JOINING or _columns(char) is not None
        for char in unicodedata.normalize("NFC", text)
    )


def width_of(text: str) -> int:
    """Columns that a text takes."""
    return len(text) if text.isascii() else len(spread(text))


def fitted(cells: list[Cell], columns: int) -> list[Cell]:
    """No more than so many; half of a wide character becomes a blank."""
    if 0 < columns < len(cells) and not cells[columns].char:
        return [*cells[: columns - 1], Cell(" ", cells[columns - 1].style)]
    return cells[:columns]


@lru_cache(4096)
def _columns(char: str) -> int | None:
    """0, 1 or 2; None where terminals are not of one mind."""
    kind, number = unicodedata.category(char), ord(char)
    if kind in {"Mn", "Me"}:
        return 0
    if kind[0] in "CM" or any(number in parts for parts in _JAMO):
        return None
    is_sign = (kind == "No" or kind[0] == "S") and char not in _OWN
    if is_sign and number >= _LAST_SIGN and number not in _SQUARES:
        return None
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
