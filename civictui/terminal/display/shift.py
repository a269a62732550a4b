"""Lines that only moved up or down: a list that scrolls by one, a text that is paged.

A terminal moves them by itself within a scrolling region. The top line of the screen is never part
of it: what leaves the screen there, some terminals keep.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from operator import ne
from typing import NamedTuple

from civictui.terminal.display.cells import EMPTY, Row, filled

LEAST = 40
"""Cells that a shift must save: its own sequences take 20 to 30 bytes."""
_TRIED = 3


class Shift(NamedTuple):
    """The lines `top` to `bottom` go up by `by`, down where it is negative."""

    top: int
    bottom: int
    by: int


def best_shift(sent: Sequence[Row], wanted: Sequence[Row]) -> Shift | None:
    """The shift after which least is left to be sent; None where none is worth its bytes."""
    changed = [y for y, (old, new) in enumerate(zip(sent, wanted, strict=True)) if old != new]
    if len(changed) < 3:
        return None
    best, most = None, LEAST
    for by, _ in _distances(sent, wanted, changed).most_common(_TRIED):
        shift, saved = _widest(sent, wanted, by)
        if shift and saved > most:
            best, most = shift, saved
    return best


def shifted(rows: Sequence[Row], shift: Shift) -> list[Row]:
    """The rows of a terminal after a shift."""
    top, bottom, by = shift
    moved = rows[top : bottom + 1]
    fresh = [filled(len(rows[0])) for _ in range(abs(by))]
    moved = [*moved[by:], *fresh] if by > 0 else [*fresh, *moved[:by]]
    return [*rows[:top], *moved, *rows[bottom + 1 :]]


def _distances(sent: Sequence[Row], wanted: Sequence[Row], changed: list[int]) -> Counter[int]:
    """How far lines have gone, and how many: by those that are the same to the last cell."""
    places: defaultdict[int, list[int]] = defaultdict(list)
    for y, row in enumerate(sent):
        if any(cell != EMPTY for cell in row):
            places[hash(tuple(row))].append(y)
    return Counter(
        came_from - y
        for y in changed
        for came_from in places.get(hash(tuple(wanted[y])), ())
        if came_from != y
    )


def _widest(sent: Sequence[Row], wanted: Sequence[Row], by: int) -> tuple[Shift | None, int]:
    """The best run of lines that go by `by`, and how many cells it saves."""
    height, empty = len(sent), filled(len(sent[0]))
    still = [sum(map(ne, old, new)) for old, new in zip(sent, wanted, strict=True)]
    best, most, start, sum_ = None, 0, 1, 0
    for y in range(max(1, 1 - by), min(height, height - by)):
        if sum_ <= 0:
            start, sum_ = y, 0
        sum_ += still[y] - sum(map(ne, sent[y + by], wanted[y]))
        shift = Shift(start, y + by, by) if by > 0 else Shift(start + by, y, by)
        fresh = range(y + 1, y + by + 1) if by > 0 else range(start + by, start)
        saved = sum_ + sum(still[at] - sum(map(ne, empty, wanted[at])) for at in fresh)
        if saved > most:
            best, most = shift, saved
    return best, most
