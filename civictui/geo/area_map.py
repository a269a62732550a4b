"""A map of the reports around a place, drawn with characters alone.

It shows where things lie to each other: marks on a light net of latitudes and longitudes, a bar of
round metres, and where north is. No street is on it. Pure functions: from places to cells.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from civictui.domain.model import GeoPoint
from civictui.geo.canvas import ACROSS, DOWN, Canvas, Cell
from civictui.geo.projection import from_world, meters_per_world, offset, to_world

NEIGHBOURS = 3
"""How many other marks the chosen span brings into sight, where there are as many."""

DEFAULT_SPAN, SMALLEST_SPAN, LARGEST_SPAN = 1_000.0, 150.0, 20_000.0
"""Metres from the left edge to the right: without neighbours, and the limits of the choice."""

_MARGIN = 1.15
_WIDER = 4
_FAINT = 2
"""The net has a dot in every second cell, so that it stays behind the marks."""


class Kind(StrEnum):
    """What a mark stands for; the value is also the name of its style."""

    REPORT = "report"
    HERE = "here"
    SELECTED = "selected"


SIGNS = {Kind.REPORT: "o", Kind.HERE: "@", Kind.SELECTED: "X"}
"""Every kind has a sign of its own, one column wide in every font; colour only adds to it."""


@dataclass(frozen=True, slots=True)
class Mark:
    point: GeoPoint
    kind: Kind = Kind.REPORT


@dataclass(frozen=True, slots=True)
class View:
    """What of the world is seen: `unit` is the part of the world's width that a dot covers."""

    center: GeoPoint
    columns: int
    rows: int
    unit: float

    @classmethod
    def of(cls, center: GeoPoint, columns: int, rows: int, span: float) -> "View":
        dots = span / (columns * ACROSS)
        return cls(center, columns, rows, dots / meters_per_world(center.latitude))

    @property
    def meters_per_column(self) -> float:
        return self.unit * ACROSS * meters_per_world(self.center.latitude)

    def dot(self, point: GeoPoint) -> tuple[float, float]:
        """Where a place is, in dots from the upper left corner; perhaps outside."""
        x, y = offset(self.center, point)
        return self.columns * ACROSS / 2 + x / self.unit, self.rows * DOWN / 2 + y / self.unit

    def cell(self, point: GeoPoint) -> tuple[int, int]:
        x, y = self.dot(point)
        return math.floor(x / ACROSS), math.floor(y / DOWN)

    def corners(self) -> tuple[float, float, float, float]:
        """West, south, east, north; west or east may be beyond 180 degrees, never both."""
        x, y = to_world(self.center)
        across, down = self.unit * self.columns, self.unit * self.rows * DOWN / 2
        south, north = from_world(x, y + down).latitude, from_world(x, y - down).latitude
        return (x - across - 0.5) * 360, south, (x + across - 0.5) * 360, north


def draw(
    center: GeoPoint,
    marks: Sequence[Mark],
    columns: int,
    rows: int,
    *,
    ascii_only: bool = False,
    span: float | None = None,
) -> list[list[Cell]]:
    """`rows` lists of `columns` cells; the last row has the scale and the direction of north.

    `span` is how many metres there are from the left edge to the right; without it, as many as
    bring a few neighbours into sight. Styles: "report", "selected", "here", "scale", "frame"
    (labels and north) and "net".
    """
    if columns < 1 or rows < 2:
        return [[Cell(" ")] * columns for _ in range(rows)]
    span = span or choose_span(center, marks, columns, rows - 1)
    view = View.of(center, columns, rows - 1, span)
    canvas = Canvas(columns, rows - 1, ascii_only=ascii_only)
    _put_marks(canvas, view, marks)
    _draw_way(canvas, view, marks)
    _draw_net(canvas, view)
    return [*canvas.cells("net"), scale_row(columns, view.meters_per_column, ascii_only)]


def choose_span(center: GeoPoint, marks: Sequence[Mark], columns: int, rows: int) -> float:
    """Metres across that show the nearest reports around `center`, within the limits.

    The person is brought into sight too, unless that would press the reports into a few cells.
    """
    shape = columns * ACROSS / (rows * DOWN)
    reports = [mark.point for mark in marks if mark.kind is not Kind.HERE]
    needed = sorted(_span_to(center, point, shape) for point in reports)
    # What lies in the middle, the selected report itself among it, needs no room.
    around = [span for span in needed if 1 < span <= LARGEST_SPAN]
    span = max(SMALLEST_SPAN, around[:NEIGHBOURS][-1]) if around else DEFAULT_SPAN
    here = [_span_to(center, mark.point, shape) for mark in marks if mark.kind is Kind.HERE]
    return max([span, *(wider for wider in here if wider <= _WIDER * span)])


def _span_to(center: GeoPoint, point: GeoPoint, shape: float) -> float:
    """Metres across a map of that `shape` (width to height) that just shows `point`."""
    x, y = offset(center, point)
    return 2 * _MARGIN * meters_per_world(center.latitude) * max(abs(x), abs(y) * shape)


def scale_row(columns: int, meters_per_column: float, ascii_only: bool) -> list[Cell]:
    """A bar of a round number of metres, at most a third of the width, and where north is."""
    meters = _round_below(columns * meters_per_column / 3)
    inner = max(0, round(meters / meters_per_column) - 2)
    left, middle, right = "|-|" if ascii_only else "├─┤"
    words = f"{meters / 1000:g} km" if meters >= 1000 else f"{meters:g} m"
    bar = f"{left}{middle * inner}{right} {words}"
    north = "N^"
    if len(bar) + len(north) >= columns:
        return [Cell(char, "scale") for char in bar[:columns].ljust(columns)]
    gap = " " * (columns - len(bar) - len(north))
    return [Cell(char, "scale") for char in bar + gap] + [Cell(char, "frame") for char in north]


def _draw_net(canvas: Canvas, view: View) -> None:
    """Round latitudes and longitudes, each with its degrees at the edge where there is room."""
    west, south, east, north = view.corners()
    for latitude, label in _lines(south, north):
        row = view.cell(GeoPoint(latitude, view.center.longitude))[1]
        for column in range(0, view.columns, _FAINT):
            canvas.dot(column * ACROSS, row * DOWN + 1)
        canvas.label(0, row, label, "frame")
    for longitude, label in _lines(west, east):
        column = math.floor((longitude - west) / 360 / view.unit / ACROSS)
        for row in range(view.rows):
            canvas.dot(column * ACROSS, row * DOWN + 1)
        canvas.label(column - len(label) // 2, 0, label, "frame")


def _lines(low: float, high: float) -> Iterator[tuple[float, str]]:
    """Two to seven round numbers between `low` and `high` degrees, each with its text."""
    step = _round_below((high - low) / 2)
    decimals = max(0, -math.floor(math.log10(step)))
    for number in range(math.ceil(low / step), math.floor(high / step) + 1):
        degrees = number * step
        yield degrees, f"{(degrees + 180) % 360 - 180:.{decimals}f}"


def _draw_way(canvas: Canvas, view: View, marks: Sequence[Mark]) -> None:
    """The straight line from the person to the selected report, where both are in sight."""
    ends = [
        view.dot(mark.point)
        for kind in (Kind.HERE, Kind.SELECTED)
        for mark in marks
        if mark.kind == kind and _inside(view, view.cell(mark.point))
    ]
    if len(ends) == 2:
        canvas.line(ends[0], ends[1])


def _put_marks(canvas: Canvas, view: View, marks: Sequence[Mark]) -> None:
    """The person over the reports, the selected report over all; several in a cell are counted."""
    count: dict[tuple[int, int], int] = {}
    for kind in Kind:
        for cell in (view.cell(mark.point) for mark in marks if mark.kind is kind):
            if not _inside(view, cell):
                continue
            count[cell] = count.get(cell, 0) + (kind is Kind.REPORT)
            several = kind is Kind.REPORT and count[cell] > 1
            sign = str(min(count[cell], 9)) if several else SIGNS[kind]
            canvas.put(*cell, sign, kind.value)


def _inside(view: View, cell: tuple[int, int]) -> bool:
    return 0 <= cell[0] < view.columns and 0 <= cell[1] < view.rows


def _round_below(value: float) -> float:
    """The largest of 1, 2, 5, 10, 20, 50 ... (and of 0.5, 0.2 ...) that is not above `value`."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(power * digit for digit in (5, 2, 1) if power * digit <= value or digit == 1)
