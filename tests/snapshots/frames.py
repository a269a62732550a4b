"""A screen as a text that can be read and compared: its characters, and below them the inks.

Below a line stands where each ink begins, unless all of the line is plain:

    |Your work on 2 reports
    :0 bold, 4 ink, 13 cyan/paper

A colour has the name by which the theme knows it, another one its number; after a slash stands the
background, where it is not the paper's. What a blank or half a block has in other colours than
that is `picture`: those are its own.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from civictui.terminal.display.cells import HALVES, Cell, Row
from civictui.terminal.display.pens import BOLD, ITALIC, REVERSE, STRIKE, UNDERLINE
from civictui.terminal.tint import palette

MARKS = {
    BOLD: "bold",
    ITALIC: "italic",
    UNDERLINE: "underlined",
    REVERSE: "reverse",
    STRIKE: "struck",
}
NAMES = ("red", "green", "yellow", "blue", "magenta", "cyan")
COLOURS = 256


def frame(rows: list[Row], theme: str) -> list[str]:
    """The lines of a screen, each with its inks where it has any."""
    return [line for row in rows for line in _described(row, theme)]


def _described(row: Row, theme: str) -> Iterator[str]:
    yield f"|{''.join(sign for sign, _ in row).rstrip()}"
    runs = list(_runs(row, theme))
    if any(ink != "ink" for _, ink in runs):
        yield f":{', '.join(f'{x} {ink}' for x, ink in runs)}"


def _runs(row: Row, theme: str) -> Iterator[tuple[int, str]]:
    """Where each ink begins. A blank has that of the cell before it, if it looks the same."""
    x = 0
    inks: list[str] = []
    for cell in row:
        ink = _ink(cell, theme)
        goes_on = inks and cell[0] in ("", " ") and _paper(inks[-1]) == _paper(ink)
        inks.append(inks[-1] if goes_on else ink)
    for ink, run in groupby(inks):
        yield x, ink
        x += len(list(run))


def _paper(ink: str) -> tuple[str, bool]:
    lines = any(mark in ink for mark in ("underlined", "reverse", "struck"))
    return ink.partition(" ")[0].partition("/")[2], lines


def _ink(cell: Cell, theme: str) -> str:
    sign, pen = cell
    names = _names(theme)
    fore, back = _number(pen.fore), _number(pen.back)
    paper = names.get(back, back)
    marks = [word for bit, word in MARKS.items() if pen.marks & bit]
    if (sign == " " or sign in HALVES) and paper != "paper":
        return "picture"
    ink = names.get(fore, fore) if sign != " " or marks else "ink"
    return " ".join([ink if paper == "paper" else f"{ink}/{paper}", *marks])


def _number(code: str) -> str:
    """The number of a colour from its code: 38;5;80."""
    return code.rpartition(";")[2]


@lru_cache
def _names(theme: str) -> dict[str, str]:
    found = palette(theme, COLOURS)
    assert found
    names = dict(zip(map(str, found.sixteen[1:7]), NAMES, strict=True))
    return {**names, str(found.ink): "ink", str(found.dim): "dim", str(found.paper): "paper"}
