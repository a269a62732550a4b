"""One report: its words, its pictures, and where it lies among the others."""

from functools import partial

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from civictui.domain.errors import CivicError
from civictui.domain.events import Event, PictureFailed, PictureReady, ReportsChanged
from civictui.domain.model import NO_SERVICES, GeoPoint, Photo, ReportRow, RowState
from civictui.geo.area_map import Mark
from civictui.keys import BACK, BROWSE, DETAIL
from civictui.screens.acting import WITHDRAWN, Acting
from civictui.screens.desk import Desk
from civictui.screens.intents import Done
from civictui.screens.report_intents import Withdraw
from civictui.widgets import words
from civictui.widgets.background import in_background
from civictui.widgets.bindings import bindings
from civictui.widgets.map_view import MapView
from civictui.widgets.picture_pane import PicturePane
from civictui.widgets.report_text import report_text
from civictui.widgets.scroll_page import ScrollPage
from civictui.widgets.title_line import TitleLine

NO_LONGER_HERE = "this report is no longer here"
AROUND = 2_000.0
"""Metres: the reports within are marked on the map."""


class ReportDetail(Acting[str], inherit_bindings=False):
    """Text above, picture and map side by side below. Gives what is to be said afterwards."""

    BINDINGS = bindings(BACK, DETAIL, BROWSE)
    AUTO_FOCUS = "ScrollPage"
    heading = "Report"

    def __init__(self, desk: Desk, row: ReportRow) -> None:
        super().__init__(desk)
        self._row = row
        self._turned = 0
        self._gone = False
        self._services = NO_SERVICES

    def body(self) -> ComposeResult:
        with ScrollPage():
            yield Static(report_text(self._row), id="report")
            with Horizontal(id="sights"):
                yield PicturePane(self.desk.gallery)
                yield MapView(ascii_only=self.desk.capability.ascii)

    def on_mount(self) -> None:
        in_background(self, self._name_answers, "report", alone=True)
        self._show_photo()
        self._show_map()

    # --- the report ---

    def happened(self, event: Event) -> None:
        match event:
            case ReportsChanged():
                in_background(self, self._read_again, "report", alone=True)
            case PictureReady(key) if self._has(key):
                self._show_photo()
            case PictureFailed(key, reason) if self._has(key):
                self._say_unless_shown(f"the picture could not be had: {reason}")

    async def _read_again(self) -> None:
        service = self.desk.service
        try:
            rows = await service.reader.rows([self._row.report.id], await service.position())
            services = await service.reader.services()
        except CivicError as error:
            self.failed(error)
            return
        before, was_gone, named = self._row, self._gone, self._services
        self._row, self._gone, self._services = rows[0] if rows else before, not rows, services
        if (before, was_gone, named) != (self._row, self._gone, services):
            self.refresh_bindings()
            self._show_words()
            self._say_whether_gone()
        if before.report.photos != self._row.report.photos:
            self._turned = 0
            self._show_photo()

    async def _name_answers(self) -> None:
        """What is asked by a code on the wire is shown as the city asks it."""
        try:
            self._services = await self.desk.service.reader.services()
        except CivicError as error:
            self.failed(error)
        if self._services:
            self._show_words()

    def _show_words(self) -> None:
        words = report_text(self._row, self._services, gone=self._gone)
        self.query_one("#report", Static).update(words)

    def _say_whether_gone(self) -> None:
        """Unless something else was said: what the person did here may be why."""
        notice = self.query_one(TitleLine).notice
        if self._gone and not notice:
            self.say(NO_LONGER_HERE, error=True)
        elif not self._gone and notice == NO_LONGER_HERE:
            self.say("")

    # --- pictures ---

    @property
    def _photo(self) -> Photo | None:
        photos = self._row.report.photos
        return photos[self._turned % len(photos)] if photos else None

    def _has(self, key: str) -> bool:
        return self._photo is not None and key in (self._photo.large, self._photo.thumbnail)

    def action_turn(self, step: int) -> None:
        self._turned += step
        self._show_photo()

    def _show_photo(self) -> None:
        in_background(self, self._load_photo, "photo", alone=True)

    async def _load_photo(self) -> None:
        """Show the picture, or its thumbnail until it is here; ask for what is missing."""
        photo, pane = self._photo, self.query_one(PicturePane)
        if photo is None:
            pane.say("no photo")
            return
        try:
            await self._show_best(photo, pane)
        except CivicError as error:
            pane.say(error.sentence)

    async def _show_best(self, photo: Photo, pane: PicturePane) -> None:
        service = self.desk.service
        if content := await service.picture(photo.large):
            pane.show(photo.large, content, self._caption(photo))
            return
        if photo.large:
            service.want_picture(photo.large)
        if content := await service.picture(photo.thumbnail):
            pane.show(photo.thumbnail, content, "a small one; the picture is pending, asked for")
        else:
            pane.say("the picture is pending: not on this terminal yet, asked for")

    def _caption(self, photo: Photo) -> str:
        count = len(self._row.report.photos)
        facts = [f"{self._turned % count + 1} of {count}"] if count > 1 else []
        facts += [f"{photo.width}x{photo.height}"] if photo.width else []
        facts += [words.size(photo.bytes)] if photo.bytes else []
        return ", ".join([*facts, *([photo.caption] if photo.caption else [])])

    def _say_unless_shown(self, caption: str) -> None:
        pane = self.query_one(PicturePane)
        if not pane.shows_picture:
            pane.say(caption)
        else:
            self.say(caption, error=True)

    # --- the map ---

    def _show_map(self) -> None:
        self.query_one(MapView).show(self._row.report.point, ())
        if self._row.report.point:
            work = partial(self._load_map, self._row.report.point)
            in_background(self, work, "map", alone=True)

    async def _load_map(self, point: GeoPoint) -> None:
        service = self.desk.service
        try:
            near = await service.reader.around(point, AROUND)
            position = await service.position()
        except CivicError as error:
            self.failed(error)
            return
        others = [row.report for row in near if row.report.id != self._row.report.id]
        marks = [Mark(report.point) for report in others if report.point]
        self.query_one(MapView).show(point, marks, position)

    # --- what can be done ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "edit" | "settle" | "withdraw" if self._gone:
                return False
            case "turn":
                return len(self._row.report.photos) > 1
            case "settle":
                return self._row.state is RowState.CONFLICT
            case "withdraw":
                service = self.desk.service
                return service.supervises or self._row.report.reported_by == service.user
        return True

    def action_edit(self) -> None:
        self.edit(self._row.report.id)

    def action_withdraw(self) -> None:
        self.withdraw(self._row.report.id, self._row.report.description)

    def action_settle(self) -> None:
        self.settle(self._row.report.id)

    def action_versions(self) -> None:
        self.show_versions(self._row.report.id)

    def on_done(self, message: Done) -> None:
        if isinstance(message.intent, Withdraw):
            self.end(WITHDRAWN)

    def action_back(self) -> None:
        self.end()
