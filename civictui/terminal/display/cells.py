"""Text cut into cells. A cell is what stands in one column: a character with all that joins it.

A wide character has two cells, the second of which is empty. Columns are counted as the toolkit
counts them, for it has laid the screen out; a terminal may count otherwise where Unicode's versions
and fonts differ. Such characters are *doubtful*: what a terminal does with one is not relied upon.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from rich.cells import cell_len, split_graphemes

from civictui.terminal.display.pens import PLAIN, Pen, blank
from civictui.terminal.harmless import harmless

Cell = tuple[str, Pen]
"""A character, and how it is drawn; ("", pen) is the right half of the cell before it."""
Row = list[Cell]

EMPTY: Final[Cell] = (" ", PLAIN)
HALVES: Final = {"▄": "▀", "▀": "▄"}
_BLOCKS: Final = re.compile("[▄▀█]")
_JOINER: Final = "\u200d"
_MOST_MARKS: Final = 6
"""Code points of a character and the marks on it: more of them would cover the lines around."""
_MOST_JOINED: Final = 12
"""Code points of several characters that are one: a family with all colours of skin has 11."""
_OLD_WIDE: Final = ((0x1100, 0x115F), (0x2E80, 0x303E), (0x3041, 0x4DBF), (0x4E00, 0x9FFF),
                    (0xA960, 0xA97C), (0xAC00, 0xD7A3), (0xF900, 0xFAFF),
                    (0xFF01, 0xFF60), (0xFFE0, 0xFFE6))  # fmt: skip
"""Ideographs, syllables and full-width forms: wide in every table there ever was."""


@lru_cache(2048)
def cells(text: str, pen: Pen) -> tuple[Cell, ...]:
    """`text` in cells, as many as `cell_len` counts.

    What could steer a terminal has no width, and is left out: no filter above is relied upon.
    """
    empty = (" ", blank(pen))
    if text.isascii() and text.isprintable():
        return tuple((sign, pen) if sign != " " else empty for sign in text)
    cut: list[Cell] = []
    text = _with_something_to_join(harmless(text))
    if pen.fore and pen.back == other_ground(pen.fore) and not pen.marks:
        text = _BLOCKS.sub(" ", text)  # of one colour in both halves
    for start, end, width in split_graphemes(text)[0]:
        sign = text[start:end]  # with no width: a mark that has nothing to stand on
        if len(sign) > 1:
            sign = _bounded(sign)
        cut += [(sign, pen) if sign != " " else empty, ("", pen)][:width]
    return tuple(cut)


def _with_something_to_join(text: str) -> str:
    """A joiner at the beginning joins nothing: the layout counts what comes after it as nothing."""
    while text.startswith(_JOINER):
        text = text[2:]
    return text


def _bounded(sign: str) -> str:
    """A character with no more joined to it than a character has.

    A joiner at its end would join what stands beside it: a terminal looks at the cell before, and
    not at how its cursor came to be after it.
    """
    joined = _JOINER in sign
    sign = sign[: _MOST_JOINED if joined else _MOST_MARKS]
    return sign.rstrip(_JOINER) if joined else sign


@lru_cache(2048)
def is_sure(sign: str) -> bool:
    """Whether every terminal moves its cursor over this character as far as we count."""
    if len(sign) != 1:
        return False
    if sign.isascii():
        return True
    if not sign.isprintable() or unicodedata.category(sign)[0] == "M":
        return False
    if unicodedata.east_asian_width(sign) in "WF":
        return cell_len(sign) == 2 and any(a <= ord(sign) <= b for a, b in _OLD_WIDE)
    return cell_len(sign) == 1 and ord(sign) < 0x1F000


@lru_cache(2048)
def reach(sign: str) -> int:
    """The most columns that a terminal may use for a character: all its parts side by side."""
    return cell_len(sign) if is_sure(sign) else 2 * len(sign)


@lru_cache(2048)
def is_narrow(sign: str) -> bool:
    """Whether no part of a character can have two columns: its marks have one at the most."""
    return all(
        unicodedata.category(part)[0] == "M"
        or part == "\u200c"
        or (is_sure(part) and cell_len(part) == 1)
        for part in sign
    )


@lru_cache(4096)
def upside_down(sign: str, pen: Pen) -> Cell | None:
    """The other half block, which looks the same with its colours changed round; None for others.

    Only where both are colours by name: the terminal's own two are no codes for each other.
    """
    if sign not in HALVES or not (pen.fore and pen.back) or pen.marks:
        return None
    return HALVES[sign], Pen(other_ground(pen.back), other_ground(pen.fore))


def other_ground(code: str) -> str:
    """The code of the same colour for the background, or from there for the foreground."""
    first, *rest = code.split(";")
    number = int(first)
    back = 40 <= number < 50 or number >= 100
    return ";".join([str(number - 10 if back else number + 10), *rest])


def filled(width: int) -> Row:
    """An empty row."""
    return [EMPTY] * width
