"""The character map of a place, with its coordinates, distance and direction in words below."""

from collections.abc import Sequence
from itertools import groupby
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from civictui.domain.model import GeoPoint
from civictui.geo import distance, notation
from civictui.geo.area_map import SIGNS, Kind, Mark, draw
from civictui.geo.canvas import Cell

_TEXT_ROWS = 2
"""Where and how far; what the signs mean."""

_SMALLEST_MAP = 4
"""Rows below which a map tells nothing: there are the words alone."""


class MapView(Widget):
    """A place among others. It draws into whatever size it has, and again after a resize."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"map-view--{style}" for style in (*(kind.value for kind in Kind), "scale", "frame", "net")
    }

    # Signs tell the marks apart; colours only help.
    DEFAULT_CSS = """
    MapView { height: 12; }
    MapView > .map-view--selected { text-style: bold reverse; }
    MapView > .map-view--here { color: $success; text-style: bold; }
    MapView > .map-view--report { color: $warning; }
    MapView > .map-view--net { text-style: dim; }
    """

    def __init__(self, *, ascii_only: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._ascii_only = ascii_only
        self._point: GeoPoint | None = None
        self._marks: tuple[Mark, ...] = ()
        self._position: GeoPoint | None = None
        self._rows: list[list[Cell]] | None = None

    def show(
        self, point: GeoPoint | None, marks: Sequence[Mark], position: GeoPoint | None = None
    ) -> None:
        """Draw the report at `point` in the middle, `marks` around it, the person at `position`."""
        chosen = [Mark(point, Kind.SELECTED)] if point else []
        here = [Mark(position, Kind.HERE)] if position else []
        self._point, self._position = point, position
        self._marks = (*marks, *here, *chosen)
        self._redraw()

    def on_resize(self) -> None:
        self._redraw()

    def render_line(self, y: int) -> Strip:
        """One line of the map or of the words below it."""
        rows = self._drawn()
        if not 0 <= y < len(rows):
            return Strip.blank(self.size.width, self.rich_style)
        segments = [
            Segment("".join(cell.char for cell in cells), self._style(name))
            for name, cells in groupby(rows[y], key=lambda cell: cell.style)
        ]
        return Strip(segments, len(rows[y]))

    @property
    def words(self) -> str:
        """Coordinates, and from a known position how far away they are and where."""
        if self._point is None:
            return "no location"
        where = notation.show(self._point)
        if self._position is None:
            return where
        far = distance.show_distance(distance.exact_meters(self._position, self._point))
        wind = distance.compass(distance.bearing(self._position, self._point))
        return f"{where}  {far} {wind} of you"

    @property
    def legend(self) -> str:
        """The signs that this map can have."""
        kinds = {mark.kind for mark in self._marks}
        meanings = {
            Kind.SELECTED: "this report",
            Kind.REPORT: "others (2-9: several)",
            Kind.HERE: "you",
        }
        return "  ".join(f"{SIGNS[k]} {text}" for k, text in meanings.items() if k in kinds)

    def _redraw(self) -> None:
        self._rows = None
        self.refresh()

    def _drawn(self) -> list[list[Cell]]:
        if self._rows is None:
            self._rows = self._draw(*self.size)
        return self._rows

    def _draw(self, columns: int, rows: int) -> list[list[Cell]]:
        words = [_line(text, columns) for text in (self.words, self.legend)]
        if self._point is None or rows - _TEXT_ROWS < _SMALLEST_MAP:
            return words[:rows]
        room = rows - _TEXT_ROWS
        chart = draw(self._point, self._marks, columns, room, ascii_only=self._ascii_only)
        return [*chart, *words]

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"map-view--{name}") if name else self.rich_style


def _line(text: str, columns: int) -> list[Cell]:
    return [Cell(char) for char in text[:columns].ljust(columns)]
