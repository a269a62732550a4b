"""The summary at the end of a shift: what was done, what is not sent, what is left to do."""

from datetime import UTC, datetime, timedelta
from typing import Final

from textual import on
from textual.app import ComposeResult

from civictui.domain.errors import CivicError, NotFound
from civictui.domain.events import Event, ReportSaved, ReportsChanged
from civictui.domain.model import Shift, SyncState
from civictui.domain.model.shift import HOURS
from civictui.keys import BACK, BROWSE, SHIFT
from civictui.screens.acting import Acting
from civictui.screens.desk import Desk
from civictui.screens.paging import read_in_pager
from civictui.screens.report_detail import ReportDetail
from civictui.screens.rereading import Rereading
from civictui.widgets.background import in_background
from civictui.widgets.bindings import bindings
from civictui.widgets.block_list import OpenBlocks
from civictui.widgets.shift_text import blocks, report_of
from civictui.widgets.shift_words import plain_text

REACHES: Final = (1.0, 2.0, 4.0, HOURS, 12.0, 24.0, 48.0, 168.0)
"""Hours that the page may look back."""


class ShiftPage(Acting[None], inherit_bindings=False):
    """Asks again whenever something has changed; the cursor stays on its entry."""

    BINDINGS = bindings(BACK, SHIFT, BROWSE)
    AUTO_FOCUS = "OpenBlocks"
    feature = "export"
    heading = "Your shift"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._hours = HOURS
        self._shift: Shift | None = None
        self._reading = Rereading(self, self._read)

    def body(self) -> ComposeResult:
        yield OpenBlocks()

    def on_mount(self) -> None:
        self._reading.now()

    def happened(self, event: Event) -> None:
        if isinstance(event, ReportSaved | ReportsChanged):
            self._reading.calmly()

    def sync_changed(self, state: SyncState) -> None:
        super().sync_changed(state)
        self._reading.calmly()

    async def _read(self) -> None:
        since = datetime.now(UTC) - timedelta(hours=self._hours)
        self._shift = await self.desk.service.shift(since)
        self.query_one(OpenBlocks).show(blocks(self._shift))
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action, parameters:
            case "reach", (int(step),):
                return 0 <= REACHES.index(self._hours) + step < len(REACHES)
            case "pager", _:
                return self._shift is not None
        return True

    def action_reach(self, step: int) -> None:
        """Look further back, or less far."""
        self._hours = REACHES[REACHES.index(self._hours) + step]
        self.say(f"the last {self._hours:g} h")
        self._reading.now()

    # --- one of the entries ---

    @on(OpenBlocks.Opened)
    def open(self) -> None:
        in_background(self, self._open_report, "open", alone=True)

    async def _open_report(self) -> None:
        service = self.desk.service
        key = report_of(self.query_one(OpenBlocks).key)
        try:
            rows = await service.reader.rows([key], await service.position())
        except CivicError as error:
            self.failed(error)
            return
        if rows:
            self.app.push_screen(ReportDetail(self.desk, rows[0]), self.say_if_any)
        else:
            self.failed(NotFound("This report is no longer here"))

    # --- the whole of it ---

    def action_pager(self) -> None:
        if self._shift is not None:
            read_in_pager(self, plain_text(self._shift))

    def action_back(self) -> None:
        self.end()
