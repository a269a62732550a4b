"""All that is left on a terminal that the operator lets deliver what is queued, and no more."""

from datetime import UTC, datetime

from textual.app import ComposeResult
from textual.widgets import Static

from civictui.domain.events import Event, PolicyChanged, ReportsChanged
from civictui.domain.model import SyncPhase, SyncState
from civictui.keys import BROWSE, DELIVERY
from civictui.screens.desk import Desk
from civictui.screens.export_page import ExportPage
from civictui.screens.page import Page
from civictui.screens.rereading import Rereading
from civictui.screens.sign_in_again import AskPassword
from civictui.widgets.bindings import bindings, bound_name
from civictui.widgets.delivery_text import link_table, reason_text, waiting_text
from civictui.widgets.scroll_page import ScrollPage
from civictui.widgets.sync_bar import COUNTED

MINUTE = 60.0
TRYING, STILL = "trying now …", "still disabled"
_UNDER_WAY = (SyncPhase.CONNECTING, *COUNTED)


class DeliveryPage(Page[None], inherit_bindings=False):
    """Names no report: none may be read here. How much waits is counted as it goes."""

    BINDINGS = bindings(DELIVERY, BROWSE)
    AUTO_FOCUS = "ScrollPage"
    heading = "Only sending"
    is_there_barred = True

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._waiting: int | None = None
        """How much is not sent; None until it was counted."""
        self._tries = False
        """Whether it was asked for and nothing has come of it yet."""
        self._reading = Rereading(self, self._read)

    def body(self) -> ComposeResult:
        with ScrollPage():
            yield Static(id="why")
            yield Static(id="waiting")
            yield Static(id="link")

    def on_mount(self) -> None:
        self.set_interval(MINUTE, self._show)
        self._show()
        self._reading.now()

    # --- what is told ---

    def _show(self) -> None:
        service = self.desk.service
        state, now = service.sync_state(), datetime.now(UTC)
        if service.barred:  # what is lifted stays until the list is there
            self.query_one("#why", Static).update(reason_text(service.barred, service.policy))
        tries, export = bound_name(self, "delivery.now"), bound_name(self, "delivery.export")
        waiting = waiting_text(self._waiting, state, tries=tries, export=export)
        self.query_one("#waiting", Static).update(waiting)
        self.query_one("#link", Static).update(link_table(state, now))

    async def _read(self) -> None:
        self._waiting = await self.desk.service.waiting_to_go()
        self._show()
        self.refresh_bindings()

    def happened(self, event: Event) -> None:
        if isinstance(event, ReportsChanged | PolicyChanged):
            self._reading.calmly()

    def sync_changed(self, state: SyncState) -> None:
        super().sync_changed(state)
        self._reading.calmly()
        if self._tries and state.phase not in _UNDER_WAY:
            self._tries = False
            self.say(STILL if state.phase is SyncPhase.DISABLED else "")

    # --- what can be done ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return bool(self._waiting) if action == "export" else True

    def action_sync_now(self) -> None:
        """A pause that was made before all this is over, and a session that ended begins anew."""
        service = self.desk.service
        phase = service.sync_state().phase
        if phase is SyncPhase.NEEDS_SIGN_IN:
            self.app.push_screen(AskPassword(service.user))
            return
        if phase is SyncPhase.PAUSED:
            service.resume_sync()
        self._tries = True
        self.say(TRYING)
        service.sync_now()

    def action_export(self) -> None:
        self.app.push_screen(ExportPage(self.desk), self._exported)

    def _exported(self, notice: str | None) -> None:
        if notice:
            self.say(notice)
