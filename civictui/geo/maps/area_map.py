"""A map around a place, drawn with characters: what a base map knows, and marks over it.

Where no base map reaches there is a light net of latitudes and longitudes, and the outline of the
world. Below it a bar of round metres, whose map it is, and where north is. Reads files and takes
some milliseconds: call it in a thread.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from civictui.domain.model import GeoPoint
from civictui.domain.text import one_line
from civictui.geo.maps.base_map import BaseMap, Sheet
from civictui.geo.maps.canvas import Canvas, Cell
from civictui.geo.maps.glyphs import Drawing
from civictui.geo.maps.lettering import fitted, spread, width_of
from civictui.geo.maps.view import ACROSS, COARSE, COARSEST, DOWN, SIGNS, Kind, Mark, View
from civictui.geo.projection import meters_per_world, offset

NEIGHBOURS = 3
"""How many other marks the chosen span brings into sight, where there are as many."""

DEFAULT_SPAN, SMALLEST_SPAN, LARGEST_SPAN = 1_000.0, 150.0, 20_000.0
"""Metres from the left edge to the right: without neighbours, and the limits of the choice."""

_ENOUGH = 0.1
"""The part of a view that base maps cover from which they need no net around them."""
_MARGIN = 1.15
_WIDER = 4
_FAINT = 2
"""The net has a dot in every second cell, so that it stays behind the marks."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn map: rows of cells, the last one with scale, attribution and north.

    `attribution` names whose data is drawn, in full, "" where it is nobody's: it has to be in sight
    wherever the chart is, and the last row has it unless it is too narrow.
    """

    rows: list[list[Cell]]
    attribution: str = ""


def draw_view(
    view: View,
    marks: Sequence[Mark] = (),
    *,
    drawing: Drawing = Drawing.BRAILLE,
    base: BaseMap | None = None,
) -> Chart:
    """`view.rows` rows of map and one below, each of `view.columns` cells. Never fails: a base map
    that cannot be read is as if it were not there (`BaseMap.faults` says so).

    Styles: of marks "report", "selected", "here", "pin"; of the map "road", "road-main", "path",
    "rail", "water", "park", "building", "coast", "border", "name"; "scale", "frame" (degrees and
    north), "credit", "net", and "way" (the line from the person to the selected report).
    """
    if view.columns < 1 or view.rows < 1:
        return Chart([[Cell(" ")] * max(0, view.columns) for _ in range(max(0, view.rows) + 1)])
    canvas = Canvas(view.columns, view.rows, drawing)
    _put_marks(canvas, view, marks)
    _draw_way(canvas, view, marks)
    sheet = base.sheet(view) if base else Sheet()
    if sheet.part < _ENOUGH:
        _draw_surroundings(canvas, view)
    if sheet.laid:
        from civictui.geo.maps.painting import paint

        paint(canvas, sheet.laid, view.meters_per_column)
    credit = sheet.attribution
    foot = foot_row(view.columns, view.meters_per_column, drawing is Drawing.ASCII, credit)
    return Chart([*canvas.cells(), foot], credit)


def _draw_surroundings(canvas: Canvas, view: View) -> None:
    """What is known of everywhere: the world's outline, or a net where that is no map by itself."""
    if view.span >= COARSE:
        from civictui.geo.maps.world import draw_world

        draw_world(canvas, view)
    if view.span < COARSEST:
        _draw_net(canvas, view)


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


def foot_row(
    columns: int, meters_per_column: float, ascii_only: bool, attribution: str = ""
) -> list[Cell]:
    """A bar of a round number of metres, whose data it is, and where north is.

    What has no room goes, in this order: north, the middle of the bar, the bar.
    """
    if columns < 1:
        return []
    credit = attribution.replace("©", "(c)") if ascii_only else attribution
    bar = _bar(columns, meters_per_column, ascii_only)
    for left, right in ((bar, "N^"), (bar, ""), (bar.rpartition("  ")[2], ""), ("", "")):
        gap = columns - len(left) - len(right) - width_of(credit)
        if gap >= 2 * bool(left) + bool(right and credit) or not left:
            break
    before = max(0, gap - bool(right and credit))
    cells = [
        *spread(left + " " * before, "scale"),
        *spread(credit, "credit"),
        *spread(" " * (gap - before) + right, "frame"),
    ]
    return fitted([*cells, *[Cell(" ", "scale")] * columns], columns)


def _bar(columns: int, meters_per_column: float, ascii_only: bool) -> str:
    """A line as long as a round number of metres, at most a third of the width, and its words."""
    meters = _round_below(columns * meters_per_column / 3)
    inner = max(0, round(meters / meters_per_column) - 2)
    left, middle, right = "|-|" if ascii_only else "├─┤"
    words = f"{meters / 1000:g} km" if meters >= 1000 else f"{meters:g} m"
    return f"{left}{middle * inner}{right} {words}"


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
        if mark.kind == kind and view.holds(view.cell(mark.point))
    ]
    if len(ends) == 2:
        canvas.line(ends[0], ends[1], "way")


def _put_marks(canvas: Canvas, view: View, marks: Sequence[Mark]) -> None:
    """The person over the reports, the selected report and the pin over all; reports that fall
    into one cell are counted. Labels come last, where there is room to the right or the left.
    """
    count: dict[tuple[int, int], int] = {}
    placed = []
    for kind in Kind:
        for mark in (mark for mark in marks if mark.kind is kind):
            cell = view.cell(mark.point)
            if not view.holds(cell):
                continue
            count[cell] = count.get(cell, 0) + (kind is Kind.REPORT)
            several = kind is Kind.REPORT and count[cell] > 1
            sign = _number(count[cell]) if several else mark.sign or SIGNS[kind]
            canvas.put(*cell, sign[:1], kind.value)
            if mark.label:
                placed.append((cell, mark))
    for (column, row), mark in placed:
        _beside(canvas, column, row, mark)


def _beside(canvas: Canvas, column: int, row: int, mark: Mark) -> None:
    label = one_line(mark.label)
    for place in (column + 2, column - 1 - width_of(label)):
        if canvas.label(place, row, label, mark.kind.value):
            return


def _number(several: int) -> str:
    return str(several) if several < 10 else "+"


def _round_below(value: float) -> float:
    """The largest of 1, 2, 5, 10, 20, 50 ... (and of 0.5, 0.2 ...) that is not above `value`."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(power * digit for digit in (5, 2, 1) if power * digit <= value or digit == 1)


__all__ = [
    "DEFAULT_SPAN",
    "LARGEST_SPAN",
    "SIGNS",
    "SMALLEST_SPAN",
    "Chart",
    "Drawing",
    "Kind",
    "Mark",
    "View",
    "choose_span",
    "draw_view",
]
