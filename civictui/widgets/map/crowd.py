"""Many reports on one map: which are in sight, and one mark for those that share a cell."""

import heapq
import math
from array import array
from collections.abc import Iterable
from itertools import chain
from typing import TypeAlias

from civictui.domain.model import GeoPoint, RowState, Spot
from civictui.geo.maps.area_map import Mark, View
from civictui.geo.maps.view import ACROSS, DOWN
from civictui.geo.projection import to_world
from civictui.widgets.words import SIGNS

MOST_COUNTED = 9
SEVERAL = "+"

_ASCII = {
    RowState.QUEUED: "^",
    RowState.SENDING: ">",
    RowState.SENT: "o",
    RowState.NEEDS_YOU: "!",
    RowState.CONFLICT: "=",
}
"""As near to the rows' signs as what ASCII maps are drawn with (- + #) leaves room for."""
_ASCII_SEVERAL = "*"


Cells: TypeAlias = dict[tuple[int, int], list[int]]


def sign_of(state: RowState, *, ascii_only: bool) -> str:
    """The sign of a report's state on a map; one cell wide."""
    return _ASCII.get(state, "o") if ascii_only else SIGNS[state]


class Crowd:
    """Places, with where each lies on the map's square worked out once. Never changes.

    Its questions take some ten milliseconds where there are 50,000: ask them in a thread.
    """

    def __init__(self, spots: Iterable[Spot] = ()) -> None:
        self.spots = list(spots)
        self._xs = array("d")
        self._ys = array("d")
        for spot in self.spots:
            x, y = to_world(spot.point)
            self._xs.append(x)
            self._ys.append(y)

    def renewed(self, spots: list[Spot]) -> "Crowd":
        """The crowd of these spots: this one where they are its own."""
        return self if spots == self.spots else Crowd(spots)

    def cells(self, view: View) -> Cells:
        """By cell in sight, the numbers of the spots in it."""
        found: Cells = {}
        left, top, _, _ = view.window()
        across, down = view.unit * ACROSS, view.unit * DOWN
        columns, rows = view.columns, view.rows
        for number, (x, y) in enumerate(zip(self._xs, self._ys, strict=True)):
            column, row = int((x - left) % 1 / across), math.floor((y - top) / down)
            if column < columns and 0 <= row < rows:
                found.setdefault((column, row), []).append(number)
        return found

    def marks(self, view: View, cells: Cells, *, ascii_only: bool = False) -> list[Mark]:
        """One mark for each cell that has spots: the sign of the state, or how many there are."""
        return [
            Mark(view.point(*cell), sign=self._sign(numbers, ascii_only))
            for cell, numbers in cells.items()
        ]

    def nearest(self, view: View, cells: Cells, most: int) -> list[Spot]:
        """The spots in these cells, those nearest to the centre first."""
        x, y = to_world(view.center)

        def far(number: int) -> float:
            across = (self._xs[number] - x + 0.5) % 1 - 0.5
            return across * across + (self._ys[number] - y) ** 2

        numbers = heapq.nsmallest(most, chain.from_iterable(cells.values()), key=far)
        return [self.spots[number] for number in numbers]

    def _sign(self, numbers: list[int], ascii_only: bool) -> str:
        if len(numbers) == 1:
            return sign_of(self.spots[numbers[0]].state, ascii_only=ascii_only)
        if len(numbers) <= MOST_COUNTED:
            return str(len(numbers))
        return _ASCII_SEVERAL if ascii_only else SEVERAL


def cell_of(view: View, place: GeoPoint) -> tuple[int, int]:
    """The cell of one place, reckoned like those of a crowd; perhaps outside."""
    x, y = to_world(place)
    left, top, _, _ = view.window()
    column = int((x - left) % 1 / (view.unit * ACROSS))
    return column, math.floor((y - top) / (view.unit * DOWN))
