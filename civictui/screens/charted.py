"""What the pages with a map on them have in common: the view, who is near, where the person is."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Generic

from textual.app import ComposeResult
from textual.screen import ScreenResultType

from civictui.domain.errors import CivicError
from civictui.domain.events import Event, ReportsChanged
from civictui.domain.model import Fix, GeoPoint, LocationSource, Query, read_time
from civictui.domain.ports import Service
from civictui.geo.maps.area_map import DEFAULT_SPAN, LARGEST_SPAN, SIGNS, Kind, Mark, View
from civictui.geo.maps.canvas import Cell
from civictui.geo.maps.view import ACROSS
from civictui.screens.desk import Desk
from civictui.screens.page import Page
from civictui.screens.rereading import Rereading
from civictui.widgets import words
from civictui.widgets.background import in_background
from civictui.widgets.map.atlas import WORDS
from civictui.widgets.map.chart_view import ChartView, Frame, Place
from civictui.widgets.map.crowd import Crowd, cell_of
from civictui.widgets.map.frames import credit, drawn, legend, view_of
from civictui.widgets.map.reach import Reach
from civictui.widgets.title_line import TitleLine
from civictui.widgets.words_line import WordsLine

MINUTE = 60.0
LOOKED_AT = 50
"""Of the newest reports, the first that has a place is where a map without any other begins."""
CHOSEN = SIGNS[Kind.SELECTED]
"""The sign of what a person has chosen: a report, or the place of the pin. A pin's own sign is that
of many reports in a cell."""
LONGEST = 1000
"""Characters of a report that one line is made of: to clean a megabyte of them takes time."""
TEMPERATE = GeoPoint(20.0, 0.0)
"""The middle of a map of the whole world: there is more land in the north."""

_SOURCES: dict[str, str] = {
    LocationSource.GPS: "gps",
    LocationSource.PHOTO: "a photo's place",
    LocationSource.MAP: "set on the map",
    LocationSource.TYPED: "as set",
}


class Charted(Page[ScreenResultType], Generic[ScreenResultType], inherit_bindings=False):
    """Looks at `focus`; without one at the person, at the newest report, or at the whole world."""

    feature = "map"
    chosen = "selected"
    """What the sign of what is chosen means."""

    def __init__(self, desk: Desk, focus: GeoPoint | None) -> None:
        super().__init__(desk)
        self.fix: Fix | None = None
        self.view: View | None = None
        self.frame: Frame | None = None
        self._focus = focus
        self._home: View | None = None
        self._crowd = Crowd()
        self._reach: Reach | None = None
        self._has_room = asyncio.Event()
        self._rereading = Rereading(self, self._read)

    def body(self) -> ComposeResult:
        yield ChartView()
        yield WordsLine(id="words")
        yield from self.more()
        yield WordsLine(id="legend")

    def more(self) -> ComposeResult:
        """Lines between the words and the legend."""
        yield from ()

    def on_mount(self) -> None:
        in_background(self, self._begin, "begin")
        self.set_interval(MINUTE, self.entitle)

    @property
    def chart(self) -> ChartView:
        return self.query_one(ChartView)

    # --- where it begins ---

    async def _begin(self) -> None:
        try:
            self.fix = await known_position(self.desk.service)
            center = self._focus or (self.fix.point if self.fix else await self._newest())
        except CivicError as error:
            self.failed(error)
            center = self._focus
        self.entitle()
        await self._has_room.wait()
        self._home = await self._first_view(center)
        self.look(self.fitted(self._home))
        self.begun()

    async def _newest(self) -> GeoPoint | None:
        reader = self.desk.service.reader
        rows = await reader.rows(await reader.find(Query(limit=LOOKED_AT)))
        return next((row.report.point for row in rows if row.report.point), None)

    async def _first_view(self, center: GeoPoint | None) -> View:
        """As wide as brings a few reports into sight."""
        columns, rows = self.chart.room
        if center is None:
            return View(TEMPERATE, columns, rows, 1 / (columns * ACROSS))
        try:
            spots = await self.desk.service.reader.spots(center, LARGEST_SPAN)
        except CivicError as error:
            self.failed(error)
            return View.of(center, columns, rows, DEFAULT_SPAN)
        self._crowd = await asyncio.to_thread(Crowd, spots)
        self._reach = Reach.inside(center, LARGEST_SPAN)
        find = partial(view_of, center, self._crowd, self.others(), columns, rows)
        return await asyncio.to_thread(find)

    def begun(self) -> None:
        """The first view is known."""

    # --- looking ---

    def look(self, view: View) -> None:
        """Show this view, with the reports that are known there, and ask for those that are not."""
        if view != self.view:
            self.say("")
            self.view = view
            self.redraw()
            if self._reach is None or not self._reach.covers(view):
                self._rereading.now()

    def redraw(self) -> None:
        if self.view:
            make = partial(drawn, self.view, self._crowd, self.others(), self.desk.atlas)
            self.chart.draw(make, self.shown)

    async def _read(self) -> None:
        if self.view is None:
            return
        reach = Reach.around(self.view)
        spots = await self.desk.service.reader.spots(reach.center, reach.meters)
        self._reach = reach
        crowd = await asyncio.to_thread(self._crowd.renewed, spots)
        if crowd is not self._crowd:
            self._crowd = crowd
            self.redraw()
        if not reach.covers(self.view):
            self._rereading.now()

    def others(self) -> Sequence[Mark]:
        """The marks besides the reports."""
        return [Mark(self.fix.point, Kind.HERE)] if self.fix else []

    def happened(self, event: Event) -> None:
        if isinstance(event, ReportsChanged):
            self._rereading.calmly()

    def on_chart_view_resized(self) -> None:
        columns, rows = self.chart.room
        if columns and rows:
            self._has_room.set()
            if self.view:
                self.look(self.fitted(self.view))

    def fitted(self, view: View) -> View:
        """A view in the room that there is now, and never wider than the world."""
        columns, rows = self.chart.room
        return view.sized(columns, rows).zoomed(1.0) if columns and rows else view

    def shown(self, frame: Frame) -> None:
        """A frame has come on the screen."""
        known = self.frame.faults if self.frame else ()
        self.frame = frame
        if new := [fault for fault in frame.faults if fault not in known]:
            self.say(new[0], error=True)
        self.mark()
        self.entitle()
        self.refresh_bindings()

    def mark(self) -> None:
        """Lay over the frame what moves without a new one, and say what is on the map."""

    def explain(self, frame: Frame, over: Mapping[Place, Cell]) -> None:
        """Say what the signs mean, and whose map it is where the map has no room for that."""
        signs = frame.signs | {cell.char for cell in over.values()}
        atlas = self.desk.atlas
        meant = legend(signs, ascii_only=atlas.ascii_only, chosen=self.chosen)
        self.query_one("#legend", WordsLine).show(meant, credit(frame, atlas))

    # --- the title ---

    def entitle(self) -> None:
        parts = [self.heading, *self.facts(), you(self.fix)]
        self.query_one(TitleLine).entitle(" · ".join(part for part in parts if part))

    def facts(self) -> Sequence[str]:
        """What the title says of this map."""
        return ()

    # --- keys ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return len(self.desk.atlas.drawings) > 1 if action == "style" else True

    def action_zoom(self, steps: int) -> None:
        if self.view:
            self.look(self.view.zoomed(2.0**steps))

    def action_style(self) -> None:
        self.desk.atlas.turn()
        self.say(f"drawn with {WORDS[self.desk.atlas.drawing]}")
        self.redraw()

    def action_centre(self) -> None:
        """To where the person was last, at once; then to where the receiver says."""
        if self.fix:
            self.go_to(self.fix.point)
        in_background(self, self._locate, "locate", alone=True)

    async def _locate(self) -> None:
        before = self.standing
        try:
            fix = await self.desk.service.locate(self.say)
        except CivicError as error:
            self._say_why_not(error)
            return
        self.fix = fix
        self.say("")
        self.entitle()
        if self.standing == before:  # nobody has gone elsewhere meanwhile
            self.go_to(fix.point)
        self.redraw()

    def _say_why_not(self, error: CivicError) -> None:
        if self.fix:
            self.say(f"you were here: {error}")
        else:
            self.failed(error)

    @property
    def standing(self) -> object:
        """What a person may have changed while a receiver was asked."""
        return self.view

    def go_to(self, point: GeoPoint) -> None:
        """Have a place in the middle."""
        if self.view:
            self.look(self.view.at(point))

    def action_back(self) -> None:
        self.end()


async def known_position(service: Service) -> Fix | None:
    """Where the service has the person, with what is known of that. Raises StoreError."""
    point, last = await service.position(), await service.last_position()
    if last and point in {None, last.point}:
        return last
    return Fix(point=point, source=LocationSource.TYPED) if point else None


def you(fix: Fix | None) -> str:
    """Where the person's position comes from, how good it is, and how old."""
    if fix is None:
        return ""
    measured = read_time(fix.at) if fix.at else None
    parts = [
        _SOURCES.get(fix.source, ""),
        f"±{round(fix.accuracy)} m" if fix.accuracy is not None else "",
        words.aged(measured, datetime.now(UTC)) if measured else "",
    ]
    said = ", ".join(part for part in parts if part)
    return f"you: {said}" if said else ""


def cell_over(view: View, point: GeoPoint | None, kind: Kind) -> dict[Place, Cell]:
    """A mark to lay over the map, where its place is in sight."""
    cell = cell_of(view, point) if point else (-1, -1)
    return {cell: Cell(CHOSEN, kind)} if view.holds(cell) else {}
