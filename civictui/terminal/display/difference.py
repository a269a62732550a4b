"""What a terminal must be sent so that its screen becomes another one."""

from collections.abc import Sequence

from civictui.terminal.display.cells import EMPTY, Cell, Row, filled, is_narrow, is_sure, reach
from civictui.terminal.display.shift import best_shift, shifted
from civictui.terminal.display.stylus import Stylus

_ERASING = 3
"""Bytes that erasing to the end of a line costs."""
_MANY = 8
"""Cells to be blanked from which on it is tried to erase a line before writing into it."""

UNSURE = "?"
"""What stands in the last column for what may need more than that."""

Cursor = tuple[int, int] | None
"""Column and row where the terminal's cursor shows; None hides it."""


def write_frame(stylus: Stylus, sent: Sequence[Row], wanted: Sequence[Row], cursor: Cursor) -> None:
    """Bring a terminal that shows `sent` to show `wanted`: the row of the cursor last."""
    if shift := best_shift(sent, wanted):
        stylus.scroll(*shift)
        sent = shifted(sent, shift)
    changed = [y for y, (old, new) in enumerate(zip(sent, wanted, strict=True)) if old != new]
    last = cursor[1] if cursor else None
    for y in sorted(changed, key=lambda y: (y == last, y)):
        write_row(stylus, y, sent[y], wanted[y])
    stylus.show(cursor, wanted)


def write_row(stylus: Stylus, y: int, old: Row, new: Row) -> None:
    """One row: over what is there, or into an erased line where that is shorter."""
    plainly = stylus.fork()
    _write_changes(plainly, y, old, new)
    goes = sum(new[x] == EMPTY != old[x] for x in range(len(new)))
    if goes > _MANY:
        erased = stylus.fork()
        start = next(x for x in range(len(new)) if new[x] != old[x])
        erased.go(start, y)
        erased.erase_line()
        _write_changes(erased, y, old[:start] + filled(len(new) - start), new)
        if len(erased.text) < len(plainly.text):
            plainly = erased
    stylus.follow(plainly)


def _write_changes(stylus: Stylus, y: int, old: Row, new: Row) -> None:
    shown: list[Cell | None] = list(old)
    end = _end_of_text(new)
    x = 0
    while x < len(new):
        if x >= end and _erases(stylus, y, x, shown):
            return
        if shown[x] == new[x]:
            x += 1
            continue
        x -= not new[x][0]  # the right half alone cannot be written
        stylus.go(x, y, new)
        x += _write_cell(stylus, y, x, shown, new)


def _write_cell(stylus: Stylus, y: int, x: int, shown: list[Cell | None], new: Row) -> int:
    """Write the character at `x`; the columns it has.

    A doubtful one comes upon blanks, so that nothing is left of what was there where a terminal
    gives it less room; and what follows is written again, where one gives it more. In the last
    column there is no more: some would take it from what stands before.
    """
    width = 1 + (x + 1 < len(new) and not new[x + 1][0])
    sign, pen = new[x]
    if not is_sure(sign):
        stylus.use(pen)
        stylus.pieces.append(" " * width)
        stylus.x = None
        stylus.go(x, y)
        for at in range(x + width, min(x + reach(sign), len(new))):
            shown[at] = None
        if x + 1 == len(new) and not is_narrow(sign):
            sign = UNSURE
    stylus.write((sign, pen), width)
    return width


def _erases(stylus: Stylus, y: int, x: int, shown: list[Cell | None]) -> bool:
    """Blank the rest of the row from `x`, or leave it if it is blank, where that is cheaper."""
    marked = [at for at in range(x, len(shown)) if shown[at] != EMPTY]
    if marked and marked[-1] - marked[0] < _ERASING:
        return False
    if marked:
        if stylus.y != y or stylus.x is None or not x <= stylus.x <= marked[0]:
            stylus.go(marked[0], y)
        stylus.erase_line()
    return True


def _end_of_text(row: Row) -> int:
    """The column from which on there is nothing but blanks in the terminal's own colours."""
    return next((x + 1 for x in range(len(row) - 1, -1, -1) if row[x] != EMPTY), 0)
