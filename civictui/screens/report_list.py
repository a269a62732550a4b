"""The list of reports: drafts first, then the newest; search, open, write, synchronise."""

from collections.abc import Sequence

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.timer import Timer
from textual.widgets import Input, Label

from civictui.domain.events import Event, PackMoved, PictureReady, ReportSaved, ReportsChanged
from civictui.domain.model import Draft, GeoPoint, Query, ReportRow, Sort, SyncPhase
from civictui.domain.text import folded
from civictui.keys import BROWSE, LIST
from civictui.screens.acting import NOT_SENT, Acting
from civictui.screens.change_password import ChangePasswordPage
from civictui.screens.desk import Desk
from civictui.screens.map_page import MapPage
from civictui.screens.pack_page import PackPage
from civictui.screens.photo_sight import DrawnOtherwise, draw_otherwise
from civictui.screens.report_detail import ReportDetail
from civictui.screens.report_new import ReportNew
from civictui.screens.rereading import Rereading
from civictui.screens.sync_page import SyncPage
from civictui.screens.work_aside import WorkAside
from civictui.widgets import pack_text, words
from civictui.widgets.bindings import bindings
from civictui.widgets.rows.report_rows import ReportRows
from civictui.widgets.rows.row_book import Entry
from civictui.widgets.rows.search_field import SearchField
from civictui.widgets.title_line import TitleLine

EMPTY = "No reports yet. n writes one, r asks the server for those of the others."
FETCHING = "Fetching the reports …"
NO_POSITION = "nearest to what? No position is known yet: F4 in a report's form asks the receiver"
NEAREST = "nearest first"
FETCHING_PHASES = (SyncPhase.CONNECTING, SyncPhase.PUSHING, SyncPhase.PULLING)
PAUSE = 0.15
"""Seconds without typing before a search runs."""


class ReportList(Acting[None], inherit_bindings=False):
    """Asks again whenever something has changed; the cursor stays on its report."""

    BINDINGS = bindings(LIST, BROWSE)
    AUTO_FOCUS = "ReportRows"
    heading = "Reports"

    def __init__(self, desk: Desk, notice: str = "", *, aside: int = 0) -> None:
        """`aside` stores of this user were set aside: what they hold is offered first."""
        super().__init__(desk)
        self._notice = notice
        self._aside = aside
        self._search = ""
        self._from_top = False
        self._nearest = False
        self._reading = Rereading(self, self._read)
        self._typing: Timer | None = None

    def body(self) -> ComposeResult:
        with Horizontal(id="search-line"):
            yield Label("Search: ")
            yield SearchField(id="search")
        yield ReportRows(self._fetch, self.desk.service.picture, self.desk.gallery)

    def on_mount(self) -> None:
        self.say(self._notice)
        self._reading.now()
        if self._aside:
            self.app.push_screen(WorkAside(self.desk, self._aside), self.say_if_any)

    @property
    def rows(self) -> ReportRows:
        return self.query_one(ReportRows)

    # --- reading ---

    async def _read(self) -> None:
        reader, search = self.desk.service.reader, self._search
        near = await self._position() if self._nearest else None
        ids = await reader.find(
            Query(text=search, near=near, sort=Sort.NEAREST if near else Sort.NEWEST)
        )
        drafts = [draft for draft in await reader.drafts() if _fits(draft, search)]
        count = await reader.count() if search else len(ids)
        empty = f"Nothing has “{search}” in it. Esc shows all again." if search else self._nothing()
        self.rows.show(drafts, ids, empty=empty, from_top=self._from_top)
        self._from_top = False
        title = heading(len(ids), count, len(drafts), search)
        self.query_one(TitleLine).entitle(f"{title} · {NEAREST}" if near else title)

    async def _position(self) -> GeoPoint | None:
        """From where the nearest is sought; without a position the newest comes first again."""
        position = await self.desk.service.position()
        if position is None:
            self._nearest = False
            self.say(NO_POSITION, error=True)
        return position

    def _nothing(self) -> str:
        """What to say where no report is: perhaps the first ones are on their way."""
        state = self.desk.service.sync_state()
        coming = state.phase in FETCHING_PHASES and state.proved_at is None
        return FETCHING if coming else EMPTY

    async def _fetch(self, ids: Sequence[str]) -> list[ReportRow]:
        service = self.desk.service
        return await service.reader.rows(ids, await service.position())

    def happened(self, event: Event) -> None:
        if isinstance(event, ReportSaved | ReportsChanged):
            self._reading.calmly()
        elif isinstance(event, PictureReady):
            self.rows.picture_ready(event.key)
        elif isinstance(event, PackMoved) and event.pack.ended:
            self.say(pack_text.in_short(event.pack), error=bool(event.pack.reason))

    @on(ReportRows.Failed)
    def rows_failed(self, message: ReportRows.Failed) -> None:
        self.failed(message.error)

    # --- going elsewhere ---

    @on(ReportRows.Opened)
    def open_row(self, message: ReportRows.Opened) -> None:
        self.say("")
        match message.row:
            case Draft(report=report_id, is_remark=True):
                self.remark(report_id)
            case Draft(report=report_id) as draft if report_id:
                self.edit(report_id, draft)
            case Draft() as draft:
                self._write(draft)
            case row:
                self.app.push_screen(ReportDetail(self.desk, row), self._back)

    def action_new_report(self) -> None:
        self.say("")
        self._write(None)

    def _write(self, draft: Draft | None) -> None:
        self.app.push_screen(ReportNew(self.desk, draft), self._written)

    def _written(self, report_id: str | None) -> None:
        """Back from the form: with a report's id it was saved, which does not mean sent."""
        if report_id:
            self.say(NOT_SENT)
            self.rows.point_at(Entry(report_id))
        self._reading.now()

    def edited(self, report_id: str | None) -> None:
        super().edited(report_id)
        self._reading.now()

    def remarked(self, update_id: str | None) -> None:
        super().remarked(update_id)
        self._reading.now()

    def _back(self, notice: str | None) -> None:
        """From a page on which a draft may have been begun, or ended."""
        self.say_if_any(notice)
        self._reading.now()

    def action_change_password(self) -> None:
        self.app.push_screen(ChangePasswordPage(self.desk), self.say_if_any)

    def action_gone(self) -> None:
        self.say("")
        self.show_versions()

    def action_map(self) -> None:
        """At the report with the cursor, where it has a place."""
        self.say("")
        row = self.rows.current
        report = row.report if isinstance(row, ReportRow) else None
        point = report.point if report else None
        page = MapPage(self.desk, point, report.id if report and point else "")
        self.app.push_screen(page, self._back)

    def action_pack(self) -> None:
        self.say("")
        self.app.push_screen(PackPage(self.desk), self.say_if_any)

    def action_sync_page(self) -> None:
        self.say("")
        self.app.push_screen(SyncPage(self.desk), self._back)

    def action_sync_now(self) -> None:
        self.sync_now()

    # --- order and look ---

    def action_sort(self) -> None:
        self.say("")
        self._nearest = not self._nearest
        self._from_top = True
        self._reading.now()

    def action_pictures(self) -> None:
        draw_otherwise(self)

    def on_drawn_otherwise(self, _: DrawnOtherwise) -> None:
        self.rows.redraw()

    # --- searching ---

    def action_search(self) -> None:
        self._show_search_line(True)
        self.query_one(SearchField).focus()

    @on(Input.Changed, "#search")
    def search_typed(self) -> None:
        self._stop_typing()
        self._typing = self.set_timer(PAUSE, self._seek_typed)

    def _stop_typing(self) -> None:
        if self._typing:
            self._typing.stop()

    def _seek_typed(self) -> None:
        self._seek(self.query_one(SearchField).value)

    @on(SearchField.Left)
    def search_left(self, message: SearchField.Left) -> None:
        """Back to the list, with the search kept or ended."""
        self._stop_typing()
        self._seek(self.query_one(SearchField).value if message.keep else "")
        self._show_search_line(False)
        self.rows.focus()

    def _show_search_line(self, shown: bool) -> None:
        """It takes the place of the title, so that the list does not move."""
        self.query_one("#search-line").display = shown
        self.query_one(TitleLine).display = not shown

    def action_unfilter(self) -> None:
        self.query_one(SearchField).value = ""
        self._stop_typing()
        self._seek("")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return bool(self._search) if action == "unfilter" else True

    def _seek(self, text: str) -> None:
        if text != self._search:
            self._search = text
            self._from_top = bool(text)
            self.say("")
            self.refresh_bindings()
            self._reading.now()


def heading(shown: int, count: int, drafts: int, search: str) -> str:
    """How much there is, and how much of it is shown."""
    known = f"{shown:,} of {count:,} with “{search}”" if search else f"{count:,}"
    return f"Reports {known}" + (f" · {words.counted(drafts, 'draft')}" if drafts else "")


def _fits(draft: Draft, search: str) -> bool:
    text = folded(f"{draft.description} {draft.address} {draft.category}")
    return all(word in text for word in folded(search).split())
