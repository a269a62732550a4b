"""The list of reports: drafts first, then the newest; search, open, write, synchronise."""

from collections.abc import Sequence

from textual import on

from civictui.domain.errors import CivicError
from civictui.domain.model import Draft, Query, ReportRow
from civictui.keys import BROWSE, LIST, SAVED
from civictui.screens.change_password import ChangePasswordPage
from civictui.screens.desk import Desk
from civictui.screens.list_choosing import ListChoosing
from civictui.screens.map_page import MapPage
from civictui.screens.pack_page import PackPage
from civictui.screens.photo_sight import DrawnOtherwise, draw_otherwise
from civictui.screens.report_detail import ReportDetail
from civictui.screens.shift_page import ShiftPage
from civictui.screens.sync_page import SyncPage
from civictui.screens.work_aside import WorkAside
from civictui.widgets.background import in_background
from civictui.widgets.bindings import bindings
from civictui.widgets.rows.report_rows import ReportRows
from civictui.widgets.rows.row_book import Entry


class ReportList(ListChoosing, inherit_bindings=False):
    """Where everything begins, and what every page comes back to."""

    BINDINGS = bindings(LIST, SAVED, BROWSE)
    AUTO_FOCUS = "ReportRows"
    heading = "Reports"

    def __init__(self, desk: Desk, *, aside: int = 0) -> None:
        """`aside` stores of this user were set aside: what they hold is offered first."""
        super().__init__(desk)
        self._aside = aside
        self._acted_on: frozenset[str] = frozenset()
        """The marked reports that an update was begun for."""

    def on_mount(self) -> None:
        if self._aside:
            self.app.push_screen(WorkAside(self.desk, self._aside), self.say_if_any)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action:
            case "template":
                return bool(self._report_here)
            case "update":
                return bool(self._report_here or self.rows.book.marked)
        return super().check_action(action, parameters)

    @property
    def _report_here(self) -> str:
        """The id of the report with the cursor; "" for a draft."""
        for rows in self.query(ReportRows):
            entry = rows.book.current
            return entry.id if entry and not entry.draft else ""
        return ""

    # --- going elsewhere ---

    @on(ReportRows.Opened)
    def open_row(self, message: ReportRows.Opened) -> None:
        self.say("")
        match message.row:
            case Draft() as draft:
                self.resume(draft)
            case row:
                self.app.push_screen(ReportDetail(self.desk, row), self._back)

    def action_new_report(self) -> None:
        self.say("")
        self.write()

    def action_template(self) -> None:
        self.say("")
        self.template(self._report_here)

    def written(self, report_id: str | None) -> None:
        super().written(report_id)
        if report_id:
            self.rows.point_at(Entry(report_id))
        self.read_again()

    def edited(self, report_id: str | None) -> None:
        super().edited(report_id)
        self.read_again()

    def _back(self, notice: str | None) -> None:
        """From a page on which a draft may have been begun, or ended."""
        self.say_if_any(notice)
        self.read_again()

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

    def action_summary(self) -> None:
        self.say("")
        self.app.push_screen(ShiftPage(self.desk), self._back)

    def action_sync_page(self) -> None:
        self.say("")
        self.app.push_screen(SyncPage(self.desk), self._back)

    def action_sync_now(self) -> None:
        self.sync_now()

    # --- about the marked reports ---

    def action_update(self) -> None:
        """Say something about the marked reports, or about the one with the cursor."""
        self.say("")
        in_background(self, self._update, "update", alone=True)

    async def _update(self) -> None:
        marked = frozenset(self.rows.book.marked)
        try:
            reports = await self._still_here(marked) if marked else [self._report_here]
        except CivicError as error:
            self.failed(error)
            return
        if self.is_active and any(reports):
            self._acted_on = marked
            self.update(reports)

    async def _still_here(self, marked: frozenset[str]) -> Sequence[str]:
        """In the order of the list; what was deleted elsewhere meanwhile is left out."""
        every = await self.desk.service.reader.find(Query())
        return [report_id for report_id in every if report_id in marked]

    def updated(self, update_id: str | None) -> None:
        """The marks end with what was done for them."""
        super().updated(update_id)
        if update_id:
            self.rows.unmark(self._acted_on)
        self._acted_on = frozenset()
        self.read_again()

    # --- look ---

    def action_pictures(self) -> None:
        draw_otherwise(self)

    def on_drawn_otherwise(self, _: DrawnOtherwise) -> None:
        self.rows.redraw()
