"""The stylus: where the terminal's cursor is and what its pen is, and the cheapest way on."""

from collections.abc import Sequence
from copy import copy
from functools import lru_cache

from civictui.terminal.display.cells import Cell, Row, is_sure, upside_down
from civictui.terminal.display.dialect import Dialect
from civictui.terminal.display.pens import PLAIN, Pen, blank, change

LONGEST_GAP = 6
"""Unchanged cells that may be written again to get over them: any move costs fewer bytes."""

ANEW = "\x0f\x1b(B\x1b[r\x1b[?7l\x1b[m\x1b[H\x1b[2J"
"""ASCII in both sets, the whole screen scrolls, no wrapping, the plain pen, home, all erased."""


class Stylus:
    """Writes for one terminal. What it writes is in `text`.

    `x` is None where the terminal may count otherwise than we, or has come to the end of a line:
    some wait there before the next column, some do not. `y` is always known while wrapping is off.
    """

    def __init__(self, dialect: Dialect, width: int) -> None:
        """Begin on a terminal of which nothing is known: it is cleared."""
        self.dialect = dialect
        self.width = width
        self.x: int | None = 0
        self.y: int | None = 0
        self.pen = PLAIN
        self.shown: bool | None = None
        self.pieces = [ANEW]

    def fork(self) -> "Stylus":
        """The same state, and nothing written: to try what something would cost."""
        twin = copy(self)
        twin.pieces = []
        return twin

    def follow(self, twin: "Stylus") -> None:
        """Take what a fork has written, and where it is."""
        written = self.pieces + twin.pieces
        self.__dict__.update(twin.__dict__)
        self.pieces = written

    @property
    def text(self) -> str:
        return "".join(self.pieces)

    def take(self) -> str:
        """What was written, once."""
        text, self.pieces = self.text, []
        return text

    # --- moving ---

    def go(self, x: int, y: int, row: Row | None = None) -> None:
        """To a cell; `row` is what the terminal shows in that line between here and there."""
        if (x, y) == (self.x, self.y):
            return
        shortest = way(self.x, self.y, x, y, self.dialect)
        over = self._overwritten(x, y, row) if row else ""
        self.pieces.append(over if over and len(over.encode()) <= len(shortest) else shortest)
        self.x, self.y = x, y

    def _overwritten(self, x: int, y: int, row: Row) -> str:
        """The cells between here and there in one line, where this pen may write them; else ""."""
        if self.y != y or self.x is None or not 0 < x - self.x <= LONGEST_GAP:
            return ""
        gap = row[self.x : x]
        if all(self._writes(cell) and is_sure(cell[0]) for cell in gap):
            return "".join(sign for sign, _ in gap)
        return ""

    def lose(self) -> None:
        """Where the terminal's cursor is now is its own affair."""
        self.x = self.y = None

    # --- writing ---

    def write(self, cell: Cell, width: int) -> None:
        """One character of `width` columns. Where a terminal may count otherwise, `x` is lost."""
        if not self._writes(cell):
            cell = self._cheaper_half(cell)
            self.use(cell[1])
        sign = cell[0]
        self.pieces.append(sign)
        self.x = None if self.x is None or not is_sure(sign) else self.x + width
        if self.x == self.width:
            self.x = None

    def _cheaper_half(self, cell: Cell) -> Cell:
        """A lower half block is an upper one in the other's colours: whichever is near the pen."""
        sign, pen = cell
        other = upside_down(sign, pen)
        if other and len(self._change(other[1])) < len(self._change(pen)):
            return other
        return cell

    def _change(self, pen: Pen) -> str:
        return change(self.pen, pen, single=self.dialect.single)

    def use(self, pen: Pen) -> None:
        self.pieces.append(self._change(pen))
        self.pen = pen

    def _writes(self, cell: Cell) -> bool:
        """Whether this cell comes out right with the pen in hand; blanks do with many."""
        sign, pen = cell
        return pen == (blank(self.pen) if sign == " " else self.pen)

    def erase_line(self) -> None:
        """Blank from here to the end of the line, in the terminal's own colours.

        With a coloured pen some terminals would erase in its colour, some not.
        """
        if blank(self.pen) != PLAIN:
            self.use(PLAIN)
        self.pieces.append("\x1b[K")

    def scroll(self, top: int, bottom: int, by: int) -> None:
        """Move the lines `top` to `bottom` up by `by`, down where it is negative."""
        if blank(self.pen) != PLAIN:
            self.use(PLAIN)
        self.pieces.append(f"\x1b[{top + 1};{bottom + 1}r")
        if by > 0:
            self.pieces.append(f"\x1b[{bottom + 1}H" + "\n" * by)
        else:
            self.pieces.append(f"\x1b[{top + 1}H" + "\x1bM" * -by)
        self.pieces.append("\x1b[r")
        self.lose()  # most terminals are at home now, one kept its place

    def show(self, cursor: tuple[int, int] | None, rows: Sequence[Row]) -> None:
        """Leave the cursor in sight at a cell; None hides it, wherever it is."""
        if cursor:
            self.go(*cursor, rows[cursor[1]])
        if self.shown is not bool(cursor):
            self.shown = bool(cursor)
            self.pieces.append("\x1b[?25h" if cursor else "\x1b[?25l")


@lru_cache(8192)
def way(x0: int | None, y0: int | None, x: int, y: int, dialect: Dialect) -> str:
    """The shortest sequence that brings the cursor from one cell, known or not, to another."""
    ways = [_absolute(x, y)]
    if y0 is not None:
        ways += [
            down + across
            for down in _vertical(y0, y, dialect)
            for across in _horizontal(x0, x, dialect)
        ]
    return min(ways, key=len)


def _absolute(x: int, y: int) -> str:
    row, column = str(y + 1) if y else "", f";{x + 1}" if x else ""
    return f"\x1b[{row}{column}H"


def _vertical(y0: int, y: int, dialect: Dialect) -> list[str]:
    if y > y0:
        return [_times(y - y0, "B"), *(["\n" * (y - y0)] if dialect.linefeed else [])]
    return [_times(y0 - y, "A"), "\x1bM" * (y0 - y)] if y < y0 else [""]


def _horizontal(x0: int | None, x: int, dialect: Dialect) -> list[str]:
    ways = ["\r" + (_times(x, "C") if x else "")]
    if dialect.columns:
        ways.append(f"\x1b[{x + 1}G")
    if x0 is None:
        return ways
    if x > x0:
        return [*ways, _times(x - x0, "C")]
    return [*ways, _times(x0 - x, "D"), "\b" * (x0 - x)] if x < x0 else [""]


def _times(count: int, letter: str) -> str:
    return f"\x1b[{count if count > 1 else ''}{letter}"
