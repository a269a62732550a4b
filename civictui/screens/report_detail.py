"""One report: its words, its pictures, and where it lies among the others."""

from dataclasses import replace
from functools import partial

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from civictui.domain.errors import CivicError
from civictui.domain.events import Event, ReportsChanged
from civictui.domain.model import GeoPoint, Photo, Report, ReportRow, RowState
from civictui.keys import BACK, BROWSE, DETAIL
from civictui.screens.acting import WITHDRAWN, Acting
from civictui.screens.copy_page import CopyPage
from civictui.screens.desk import Desk
from civictui.screens.intents import Done
from civictui.screens.map_page import MapPage
from civictui.screens.paging import read_in_pager
from civictui.screens.photo_sight import DrawnOtherwise, PhotoSight, draw_otherwise
from civictui.screens.picture_page import PicturePage
from civictui.screens.report_intents import See, Withdraw
from civictui.widgets import words
from civictui.widgets.background import in_background
from civictui.widgets.bindings import bindings, key_name
from civictui.widgets.map.map_view import MapView
from civictui.widgets.pictures.picture_pane import PicturePane
from civictui.widgets.report_text import Told, plain_text, report_text
from civictui.widgets.scroll_page import ScrollPage
from civictui.widgets.title_line import TitleLine

NO_LONGER_HERE = "this report is no longer here"
AROUND = 2_000.0
"""Metres: the reports within are marked on the map."""


class ReportDetail(Acting[str], inherit_bindings=False):
    """Text above, with what was said later; picture and map side by side below.

    Gives what is to be said afterwards.
    """

    BINDINGS = bindings(BACK, DETAIL, BROWSE)
    AUTO_FOCUS = "ScrollPage"
    heading = "Report"

    def __init__(self, desk: Desk, row: ReportRow) -> None:
        super().__init__(desk)
        self._told = Told(row, desk.service.user)
        self._turned = 0
        self._pane = PicturePane(desk.gallery)
        self._sight = PhotoSight(self, self._pane)

    @property
    def _row(self) -> ReportRow:
        return self._told.row

    def body(self) -> ComposeResult:
        with ScrollPage():
            yield Static(report_text(self._told), id="report")
            with Horizontal(id="sights"):
                yield self._pane
                yield MapView(self.desk.atlas)

    def on_mount(self) -> None:
        self._read()
        self._show_photo()
        self._show_map()
        self.obey()

    # --- the report ---

    def on_screen_resume(self) -> None:
        if self._told.row.is_new:
            self._read()

    def happened(self, event: Event) -> None:
        self._sight.heard(event)
        if isinstance(event, ReportsChanged):
            self._read()

    def _read(self) -> None:
        in_background(self, self._read_all, "report", alone=True)

    async def _read_all(self) -> None:
        """What the row does not have: what its codes mean, and what was said later."""
        try:
            told = await self._asked()
        except CivicError as error:
            self.failed(error)
            return
        if told.row.is_new and self.is_active:  # under another page nobody sees it
            self.post_message(See(self, told.row.report.id))
        before, photos = self._told, self._photos
        self._told = told
        if before != told:
            self.refresh_bindings()
            self._show_words()
            self._say_whether_gone()
        if photos != self._photos:
            self._turned = 0
            self._show_photo()

    async def _asked(self) -> Told:
        """What is known now. Of a report that is gone it is what it said last."""
        service, key = self.desk.service, self._row.report.id
        rows = await service.reader.rows([key], await service.position())
        waiting = await service.waiting()
        document = Report.from_doc(await service.reader.document(key)) if rows else None
        return replace(
            self._told,
            row=rows[0] if rows else self._row,
            gone=not rows,
            document=document or self._told.document,
            services=await service.reader.services(),
            updates=await service.reader.updates(key),
            unsent=frozenset(one.id for one in waiting if one.about == key),
            is_sent=all(one.id != key for one in waiting),
        )

    def _show_words(self) -> None:
        self.query_one("#report", Static).update(report_text(self._told))

    def _say_whether_gone(self) -> None:
        """Unless something else was said: what the person did here may be why."""
        notice = self.query_one(TitleLine).notice
        if self._told.gone and not notice:
            self.say(NO_LONGER_HERE, error=True)
        elif not self._told.gone and notice == NO_LONGER_HERE:
            self.say("")

    # --- pictures ---

    @property
    def _photos(self) -> list[Photo]:
        """The report's own, then those of the updates."""
        later = (photo for update in self._told.updates for photo in update.photos)
        return [*self._row.report.photos, *later]

    def action_turn(self, step: int) -> None:
        self._turned += step
        self._show_photo()

    def action_picture(self) -> None:
        page = PicturePage(self.desk, self._photos, self._turned % len(self._photos))
        self.app.push_screen(page, self._looked)

    def _looked(self, at: int | None) -> None:
        if at is not None and at != self._turned:
            self._turned = at
            self._show_photo()

    def action_pictures(self) -> None:
        draw_otherwise(self)

    def on_drawn_otherwise(self, _: DrawnOtherwise) -> None:
        self._show_photo()

    def _show_photo(self) -> None:
        if not (photos := self._photos):
            self._sight.show(None, "")
            return
        at = self._turned % len(photos)
        if not self.desk.gallery.draws:
            self._sight.hidden = self._hidden
        self._sight.show(photos[at], words.photo_facts(photos[at], at, len(photos)))

    @property
    def _hidden(self) -> str:
        """What stands for a picture that is not drawn."""
        return f"not drawn; {key_name(self, 'detail.picture')} shows it"

    # --- the map ---

    def obey(self) -> None:
        super().obey()
        self.query_one(MapView).switch(off=self.is_off("map"))

    def _show_map(self) -> None:
        self.query_one(MapView).show(self._row.report.point, ())
        if self._row.report.point:
            work = partial(self._load_map, self._row.report.point)
            in_background(self, work, "map", alone=True)

    async def _load_map(self, point: GeoPoint) -> None:
        service = self.desk.service
        try:
            spots = await service.reader.spots(point, AROUND)
            position = await service.position()
        except CivicError as error:
            self.failed(error)
            return
        others = [spot for spot in spots if spot.id != self._row.report.id]
        self.query_one(MapView).show(point, others, position)

    def action_map(self) -> None:
        self.app.push_screen(MapPage(self.desk, self._row.report.point, self._row.report.id))

    # --- what can be done ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        service, report, here = self.desk.service, self._row.report, not self._told.gone
        possible = {
            "edit": here,
            "remark": here,
            "update": here,
            "settle": here and self._row.state is RowState.CONFLICT,
            "withdraw": here and (service.supervises or report.reported_by == service.user),
            "picture": bool(self._photos),
            "turn": len(self._photos) > 1,
            "map": report.point is not None,
        }
        return possible.get(action, True)

    def action_edit(self) -> None:
        self.edit(self._row.report.id)

    def action_remark(self) -> None:
        self.remark(self._row.report.id)

    def action_update(self) -> None:
        self.update([self._row.report.id])

    def action_template(self) -> None:
        self.template(self._row.report.id)

    def action_copy(self) -> None:
        self.app.push_screen(CopyPage(self.desk, self._row.report))

    def action_pager(self) -> None:
        read_in_pager(self, plain_text(self._told, self.app.size.width))

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
