"""A map on the screen: drawn in a thread, sent to the terminal as far as it has changed."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from civictui.domain.model import Spot
from civictui.geo.maps.area_map import Chart, Kind, View
from civictui.geo.maps.canvas import AREAS, LINES, Cell
from civictui.widgets.background import in_background

FOOT = 1
"""Rows below the map itself: scale, attribution, north."""

STYLES = (*(kind.value for kind in Kind), *AREAS, *LINES, "name", "scale", "frame", "credit")

Place = tuple[int, int]
"""Column and row of a cell."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A map as it was drawn: what of the world it shows, and what is found on it."""

    view: View
    chart: Chart
    near: tuple[Spot, ...] = ()
    """The reports in sight, those nearest to the centre first."""
    count: int = 0
    """How many are in sight; `near` may have fewer."""
    signs: frozenset[str] = frozenset()
    """Those of the marks."""
    faults: tuple[str, ...] = ()
    """What was wrong with maps that could not be used, one sentence each."""

    @property
    def credit(self) -> str:
        """Whose data it is, where the chart's last row has no room to say so."""
        said = any(cell.style == "credit" for cell in self.chart.rows[-1])
        return "" if said else self.chart.attribution


class ChartView(Widget):
    """The last frame stays until the next is ready; of several asked for, the last is drawn."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"map--{style}" for style in STYLES}

    # Signs and characters tell things apart; colours only help.
    DEFAULT_CSS = """
    ChartView { height: 1fr; width: 100%; }
    ChartView > .map--report { color: $warning; text-style: bold reverse; }
    ChartView > .map--selected, ChartView > .map--pin { text-style: bold reverse; }
    ChartView > .map--here { color: $success; text-style: bold reverse; }
    ChartView > .map--way { color: $success; }
    ChartView > .map--water, ChartView > .map--coast { color: ansi_blue; }
    ChartView > .map--park { color: ansi_green; }
    ChartView > .map--road-main { color: ansi_yellow; }
    ChartView > .map--rail, ChartView > .map--border { color: ansi_magenta; }
    ChartView > .map--building, ChartView > .map--path { text-style: dim; }
    ChartView > .map--net, ChartView > .map--credit { text-style: dim; }
    ChartView > .map--name { color: $accent; }
    """

    class Resized(Message):
        """There is another room for the map."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._rows: list[list[Cell]] = []
        self._strips: list[Strip] = []
        self._over: Mapping[Place, Cell] = {}
        self._wanted: tuple[Callable[[], Frame], Callable[[Frame], object]] | None = None
        self._drawing = False

    @property
    def room(self) -> tuple[int, int]:
        """Columns and rows of a view that fits."""
        return self.size.width, max(0, self.size.height - FOOT)

    def draw(self, make: Callable[[], Frame], shown: Callable[[Frame], object]) -> None:
        """Have `make` called in a thread, now or after the frame that is being drawn.

        `shown` is told when its frame has come on the screen.
        """
        self._wanted = make, shown
        if not self._drawing:
            self._drawing = True
            in_background(self, self._draw_wanted, "chart")

    def lay(self, over: Mapping[Place, Cell]) -> None:
        """Show these cells over the map, instead of those that lay there before."""
        changed = [place for place in {**self._over, **over} if self._differs(place, over)]
        self._over = over
        # With what is beside it: half of a wide character goes as a whole.
        self._renew(Region(max(0, column - 1), row, 3, 1) for column, row in changed)

    def on_resize(self) -> None:
        self.post_message(self.Resized())

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y >= len(self._strips):
            return Strip.blank(width, self.rich_style)
        strip = self._strips[y]
        over = {column: cell for (column, row), cell in self._over.items() if row == y}
        if over:
            strip = _strip(_covered(self._rows[y], over), self._styles())
        return strip.adjust_cell_length(width, self.rich_style)

    async def _draw_wanted(self) -> None:
        try:
            while self._wanted is not None:
                (make, shown), self._wanted = self._wanted, None
                before, styles = self._rows, self._styles()
                frame, strips, changed = await asyncio.to_thread(_drawn, make, before, styles)
                self._rows, self._strips = frame.chart.rows, strips
                self._renew(changed)
                shown(frame)
        finally:
            self._drawing = False

    def _renew(self, regions: Iterable[Region]) -> None:
        """Draw these anew; none of them is nothing, not everything as the toolkit has it."""
        if found := list(regions):
            self.refresh(*found)

    def _differs(self, place: Place, over: Mapping[Place, Cell]) -> bool:
        return self._over.get(place) != over.get(place)

    def _styles(self) -> dict[str, Style]:
        plain = {"": self.rich_style}
        return {name: self.get_component_rich_style(f"map--{name}") for name in STYLES} | plain


def _drawn(
    make: Callable[[], Frame], before: list[list[Cell]], styles: dict[str, Style]
) -> tuple[Frame, list[Strip], list[Region]]:
    """A frame, its strips, and what of it is new. Takes some milliseconds."""
    frame = make()
    rows = frame.chart.rows
    lines = [*before, *([[]] * (len(rows) - len(before)))]
    changed = [
        region
        for y, (old, new) in enumerate(zip(lines, rows, strict=False))
        if (region := _changed(y, old, new))
    ]
    return frame, [_strip(row, styles) for row in rows], changed


def _changed(y: int, old: list[Cell], new: list[Cell]) -> Region | None:
    """From the first cell of a line that is new to the last."""
    if old == new:
        return None
    if len(old) != len(new):
        return Region(0, y, max(len(old), len(new)), 1)
    places = [place for place, (was, now) in enumerate(zip(old, new, strict=True)) if was != now]
    return Region(places[0], y, places[-1] - places[0] + 1, 1)


def _covered(cells: list[Cell], over: Mapping[int, Cell]) -> list[Cell]:
    """A row with other cells laid over it. What is left of a wide character becomes a blank."""
    row = list(cells)
    for column in over:
        if column < len(row) and not row[column].char:
            row[column - 1] = Cell(" ")
        if column + 1 < len(row) and not row[column + 1].char:
            row[column + 1] = Cell(" ")
    return [over.get(column, cell) for column, cell in enumerate(row)]


def _strip(cells: list[Cell], styles: dict[str, Style]) -> Strip:
    """A row of a map. Blanks look the same in most styles: they go with what stands before them,
    since on the wire each change of style costs more than the cells.
    """
    plain = styles[""]
    runs: list[tuple[Style, list[str]]] = []
    for char, name in cells:
        style = styles.get(name, plain)
        if runs and (runs[-1][0] == style or (char == " " and not runs[-1][0].reverse)):
            runs[-1][1].append(char)
        else:
            runs.append((style, [char]))
    return Strip([Segment("".join(chars), style) for style, chars in runs])
