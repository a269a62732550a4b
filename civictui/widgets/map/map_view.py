"""The map of a place, with its coordinates, distance and direction in words below."""

from collections.abc import Iterable, Sequence
from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical

from civictui.domain.model import GeoPoint, Spot
from civictui.geo import distance, notation
from civictui.geo.maps.area_map import Kind, Mark
from civictui.widgets.map.atlas import Atlas
from civictui.widgets.map.chart_view import ChartView, Frame
from civictui.widgets.map.crowd import Crowd
from civictui.widgets.map.frames import credit, drawn, legend, view_of
from civictui.widgets.words_line import WordsLine

_TEXT_ROWS = 2
"""Where and how far; what the signs mean."""

_SMALLEST_MAP = 5
"""Rows, that of the scale among them, below which a map tells nothing: there are words alone."""

OFF = "The map: switched off"


class MapView(Vertical):
    """A place among others. It draws into whatever size it has, and again after a resize."""

    DEFAULT_CSS = "MapView { height: 12; } MapView > ChartView { height: 1fr; }"

    def __init__(self, atlas: Atlas) -> None:
        super().__init__()
        self._atlas = atlas
        self._point: GeoPoint | None = None
        self._spots: list[Spot] = []
        self._position: GeoPoint | None = None
        self._is_off = False

    def compose(self) -> ComposeResult:
        yield ChartView()
        yield WordsLine(id="where")
        yield WordsLine(id="legend")

    def show(
        self, point: GeoPoint | None, spots: Iterable[Spot], position: GeoPoint | None = None
    ) -> None:
        """Draw the report at `point` in the middle, `spots` around it, the person at `position`."""
        self._point, self._position = point, position
        self._spots = list(spots)
        self._say()
        self._draw()

    def switch(self, *, off: bool) -> None:
        """Say where the place is in words alone, or draw it again."""
        if off != self._is_off:
            self._is_off = off
            self.query_one("#legend", WordsLine).show(OFF if off else "")
            self._draw()

    def on_mount(self) -> None:
        self._say()

    def on_resize(self) -> None:
        self._draw()

    def on_chart_view_resized(self) -> None:
        self._draw()

    def _explain(self, frame: Frame) -> None:
        if self._is_off:
            return
        words = legend(frame.signs, ascii_only=self._atlas.ascii_only, chosen="this report")
        self.query_one("#legend", WordsLine).show(words, credit(frame, self._atlas))

    @property
    def words(self) -> str:
        """From a known position how far away it is and where; then its coordinates."""
        if self._point is None:
            return "no location"
        where = notation.show(self._point)
        if self._position is None:
            return where
        far = distance.show_distance(distance.exact_meters(self._position, self._point))
        wind = distance.compass(distance.bearing(self._position, self._point))
        return f"{far} {wind} of you · {where}"

    def _say(self) -> None:
        self.query_one("#where", WordsLine).show(self.words)

    def _draw(self) -> None:
        chart = self.query_one(ChartView)
        has_room = self.size.height - _TEXT_ROWS >= _SMALLEST_MAP
        chart.display = bool(self._point) and has_room and not self._is_off
        columns, rows = chart.room
        if self._point and chart.display and columns and rows:
            here = [Mark(self._position, Kind.HERE)] if self._position else []
            others = [*here, Mark(self._point, Kind.SELECTED)]
            make = partial(_frame, self._point, self._spots, others, columns, rows, self._atlas)
            chart.draw(make, self._explain)


def _frame(
    point: GeoPoint,
    spots: Sequence[Spot],
    others: Sequence[Mark],
    columns: int,
    rows: int,
    atlas: Atlas,
) -> Frame:
    crowd = Crowd(spots)
    return drawn(view_of(point, crowd, others, columns, rows), crowd, others, atlas)
