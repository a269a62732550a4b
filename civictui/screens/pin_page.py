"""The map on which a place is set."""

import asyncio
from collections.abc import Sequence

from textual.app import ComposeResult

from civictui.domain.errors import CivicError
from civictui.domain.model import GeoPoint, ReportRow, Spot
from civictui.geo import notation
from civictui.geo.distance import show_distance
from civictui.geo.maps.area_map import Kind
from civictui.geo.maps.streets import street_at
from civictui.geo.projection import offset
from civictui.keys import BACK, BROWSE, PIN, display
from civictui.screens.charted import LONGEST, Charted, cell_over
from civictui.screens.desk import Desk
from civictui.widgets import words
from civictui.widgets.background import in_background
from civictui.widgets.bindings import bindings, key_name
from civictui.widgets.map.crowd import cell_of
from civictui.widgets.words_line import WordsLine

MARGIN = 2
"""Cells from the edge: a pin that comes nearer brings the map along."""
WAYS = ("left", "down", "up", "right")
NEAR = 250.0
"""Metres: a report further away tells nothing about the pin."""


class PinPage(Charted[GeoPoint | None], inherit_bindings=False):
    """Begins with the pin at `point`; gives where it was put, or None.

    The pin moves over a map that stays, so that a step costs a few cells.
    """

    BINDINGS = bindings(BACK, PIN, BROWSE)
    heading = "Set the place"
    chosen = "the place"

    def __init__(self, desk: Desk, point: GeoPoint | None = None) -> None:
        super().__init__(desk, point)
        self._pin = point
        self._name = ""
        self._nearest: ReportRow | None = None

    def more(self) -> ComposeResult:
        yield WordsLine(id="about")

    def begun(self) -> None:
        if self.view:
            self._put(self._pin or self.view.center)

    def facts(self) -> Sequence[str]:
        names = [key_name(self, f"pin.{way}") for way in WAYS]
        arrows = names == [display(way) for way in WAYS]
        return [f"{'arrows' if arrows else ' '.join(names)} move the pin"]

    @property
    def standing(self) -> object:
        return self.view, self._pin

    # --- the pin ---

    def _put(self, pin: GeoPoint) -> None:
        """Move the pin, with the map where it comes near to the edge."""
        self._pin = pin
        if view := self.view:
            column, row = cell_of(view, pin)
            inside = MARGIN <= column < view.columns - MARGIN
            if not (inside and MARGIN <= row < view.rows - MARGIN):
                self.look(view.at(pin))
            self.mark()
            in_background(self, self._ask_about, "about", alone=True)

    async def _ask_about(self) -> None:
        """What is known of the place, without asking anybody elsewhere."""
        if self._pin is None:
            return
        try:
            self._name = await self._name_of(self._pin)
            self._nearest = await self._nearest_to(self._pin)
        except CivicError as error:
            self.failed(error)
        self.mark()

    async def _name_of(self, pin: GeoPoint) -> str:
        """The street, or what places near by are called."""
        base = self.desk.atlas.base
        if base and (street := await asyncio.to_thread(street_at, base, pin)):
            return street
        proposals = await self.desk.service.addresses(pin)
        return f"near {proposals[0].text}" if proposals else ""

    async def _nearest_to(self, pin: GeoPoint) -> ReportRow | None:
        reader = self.desk.service.reader

        def far(spot: Spot) -> float:
            x, y = offset(pin, spot.point)
            return x * x + y * y

        if not (spots := await reader.spots(pin, NEAR)):
            return None
        rows = await reader.rows([min(spots, key=far).id], pin)
        return next((row for row in rows if row.meters is None or row.meters <= NEAR), None)

    def mark(self) -> None:
        """The pin, and where it is in words."""
        if self.frame and self._pin:
            over = cell_over(self.frame.view, self._pin, Kind.PIN)
            self.chart.lay(over)
            self.explain(self.frame, over)
            step = f"a step is {show_distance(self.frame.view.meters_per_column)}"
            where = notation.show(self._pin)
            left = f"{where} · {self._name}" if self._name else where
            self.query_one("#words", WordsLine).show(left, step)
            self.query_one("#about", WordsLine).show(*self._about())

    def _about(self) -> tuple[str, str]:
        if self._nearest is None:
            return f"no report within {show_distance(NEAR)}", ""
        row = self._nearest
        far = words.distance(row.meters or 0.0, row.bearing)
        text = row.report.description[:LONGEST]
        return f"{words.SIGNS[row.state]} {text}", f"the nearest report, {far}"

    # --- keys ---

    def action_move(self, across: int, down: int) -> None:
        if self.view and self._pin:
            column, row = cell_of(self.view, self._pin)
            self._put(self.view.point(column + across, row + down))

    def action_zoom(self, steps: int) -> None:
        """Around the pin."""
        if self.view and self._pin:
            self.look(self.view.at(self._pin).zoomed(2.0**steps))

    def go_to(self, point: GeoPoint) -> None:
        super().go_to(point)
        self._put(point)

    def action_take(self) -> None:
        """As exact as it is written: six decimals are 11 cm."""
        if pin := self._pin:
            self.end(GeoPoint(round(pin.latitude, 6), round(pin.longitude, 6)))
