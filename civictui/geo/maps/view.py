"""What of the world is seen on a map of characters, and what is marked on it. Pure values."""

import math
from dataclasses import dataclass, replace
from enum import StrEnum

from civictui.domain.model import GeoPoint
from civictui.geo.projection import from_world, meters_per_world, offset, to_world

ACROSS, DOWN = 2, 4
"""Dots of a cell, which make a dot about square."""

NEAREST = 20.0
"""Metres from the left edge to the right below which no map becomes clearer."""


COARSE, COARSEST = 60_000.0, 500_000.0
"""Metres across: from the first the outline of the world is shown where nothing better is known,
from the second its sea and its names, too."""


class Kind(StrEnum):
    """What a mark stands for; the value is also the name of its style."""

    REPORT = "report"
    HERE = "here"
    SELECTED = "selected"
    PIN = "pin"


SIGNS = {Kind.REPORT: "o", Kind.HERE: "@", Kind.SELECTED: "X", Kind.PIN: "+"}
"""Every kind has a sign of its own, one column wide in every font; colour only adds to it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at a place. `sign` stands in for the kind's own (one column wide, such as the sign
    of a report's state); `label` is written beside it where there is room.
    """

    point: GeoPoint
    kind: Kind = Kind.REPORT
    sign: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class View:
    """A window on the world: `unit` is the part of the world's width that a dot covers.

    `rows` are those of the map alone, without the line below it.
    """

    center: GeoPoint
    columns: int
    rows: int
    unit: float

    @classmethod
    def of(cls, center: GeoPoint, columns: int, rows: int, span: float) -> "View":
        """`span` is how many metres there are from the left edge to the right."""
        dots = span / (columns * ACROSS)
        return cls(center, columns, rows, dots / meters_per_world(center.latitude))

    @property
    def meters_per_column(self) -> float:
        return self.unit * ACROSS * meters_per_world(self.center.latitude)

    @property
    def span(self) -> float:
        """Metres from the left edge to the right, at the height of the centre."""
        return self.meters_per_column * self.columns

    def dot(self, point: GeoPoint) -> tuple[float, float]:
        """Where a place is, in dots from the upper left corner; perhaps outside."""
        x, y = offset(self.center, point)
        return self.columns * ACROSS / 2 + x / self.unit, self.rows * DOWN / 2 + y / self.unit

    def cell(self, point: GeoPoint) -> tuple[int, int]:
        """The column and the row of a place; perhaps outside."""
        x, y = self.dot(point)
        return math.floor(x / ACROSS), math.floor(y / DOWN)

    def point(self, column: int, row: int) -> GeoPoint:
        """The place in the middle of a cell."""
        x, y = to_world(self.center)
        across = (column + 0.5) * ACROSS - self.columns * ACROSS / 2
        down = (row + 0.5) * DOWN - self.rows * DOWN / 2
        return from_world(x + across * self.unit, y + down * self.unit)

    def holds(self, cell: tuple[int, int]) -> bool:
        return 0 <= cell[0] < self.columns and 0 <= cell[1] < self.rows

    def zoomed(self, factor: float) -> "View":
        """The same centre, everything so many times as large, within the limits."""
        nearest = NEAREST / meters_per_world(self.center.latitude) / (self.columns * ACROSS)
        farthest = 1 / (self.columns * ACROSS)
        return replace(self, unit=max(nearest, min(farthest, self.unit / factor)))

    def panned(self, columns: float, rows: float) -> "View":
        """So many cells to the east and to the south."""
        x, y = to_world(self.center)
        moved = from_world(x + columns * ACROSS * self.unit, y + rows * DOWN * self.unit)
        return replace(self, center=moved)

    def at(self, center: GeoPoint) -> "View":
        """The same size and scale (in dots of the world) around another place."""
        return replace(self, center=center)

    def sized(self, columns: int, rows: int) -> "View":
        """The same centre and scale on another number of cells."""
        return replace(self, columns=columns, rows=rows)

    def window(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom in the unit square; left and right may be beyond 0 and 1."""
        x, y = to_world(self.center)
        across, down = self.unit * self.columns * ACROSS / 2, self.unit * self.rows * DOWN / 2
        return x - across, y - down, x + across, y + down

    def corners(self) -> tuple[float, float, float, float]:
        """West, south, east, north; west or east may be beyond 180 degrees, never both."""
        left, top, right, bottom = self.window()
        south, north = from_world(0, bottom).latitude, from_world(0, top).latitude
        return (left - 0.5) * 360, south, (right - 0.5) * 360, north
