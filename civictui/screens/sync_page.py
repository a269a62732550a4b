"""What the sync does, what waits for it, what needs the person, and what was done."""

from dataclasses import replace
from datetime import UTC, datetime

from textual import on
from textual.app import ComposeResult

from civictui.domain.errors import NotFound
from civictui.domain.events import Event, ReportSaved, ReportsChanged
from civictui.domain.model import SyncPhase, SyncState, Terminal, Waiting
from civictui.keys import BACK, BROWSE, SYNC
from civictui.screens.acting import OFFERED, SMALLER, Acting, name_of
from civictui.screens.ask import Ask
from civictui.screens.desk import Desk
from civictui.screens.export_page import ExportPage
from civictui.screens.giving_up import giving_up_of
from civictui.screens.intents import Done
from civictui.screens.report_detail import ReportDetail
from civictui.screens.report_intents import DiscardUnsent, Retry, Shrink
from civictui.screens.rereading import Rereading
from civictui.widgets import policy_text, sync_text
from civictui.widgets.background import in_background
from civictui.widgets.bindings import bindings, bound_name
from civictui.widgets.block_list import OpenBlocks
from civictui.widgets.sync_text import CONFLICT, GONE, Outbox

MINUTE = 60.0
TOO_LARGE = "too_large"
"""The server's word for a photo that it does not take at its size."""
_WILL_GO = {
    SyncPhase.OFFLINE: "the photos go when there is a link",
    SyncPhase.WAITING: "the photos go when the server takes them",
    SyncPhase.PAUSED: "the photos go when the sync goes on",
    SyncPhase.NEEDS_SIGN_IN: "the photos go when you are signed in",
    SyncPhase.HELD: "the photos go when the sync goes on",
    SyncPhase.DISABLED: "the photos go with the next try",
}
"""What is said where they cannot go at once; the wish is kept until they are sent."""
_OF_AN_ENTRY = {"edit", "shrink", "retry", "discard"}


class SyncPage(Acting[None], inherit_bindings=False):
    """Asks again whenever something has changed; the cursor stays on its entry."""

    BINDINGS = bindings(BACK, SYNC, BROWSE)
    AUTO_FOCUS = "OpenBlocks"
    heading = "Synchronising"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._outbox = Outbox()
        self._asked = False
        """Whether the deletions that are held now were asked about."""
        self._reading = Rereading(self, self._read)
        self._reading_gone = Rereading(self, self._read_gone)
        """Apart: it looks through all that is kept, and changes only with the reports."""

    def body(self) -> ComposeResult:
        yield OpenBlocks()

    def on_mount(self) -> None:
        opens, photos = bound_name(self, "blocks.open"), bound_name(self, "sync.photos")
        self._outbox = Outbox(opens=opens, sends_photos=photos)
        self.set_interval(MINUTE, self._show)
        self._show()
        self._reading.now()
        self._ask_if_held(self._state)

    # --- reading ---

    @property
    def _state(self) -> SyncState:
        return self.desk.service.sync_state()

    async def _read(self) -> None:
        service = self.desk.service
        ids = await service.reader.conflicts()
        titles = {row.report.id: row.report.description for row in await service.reader.rows(ids)}
        disputed = {report_id: titles.get(report_id, report_id) for report_id in ids}
        self._outbox = replace(
            self._outbox,
            waiting=await service.waiting(),
            disputed=disputed,
            notes=await service.notes(),
            addresses=await service.awaiting_addresses(),
            operator=self._operator(await service.terminal()),
        )
        self._show()
        if self._outbox.gone is None:  # not before: the cursor begins on what needs the person
            self._reading_gone.now()

    def _operator(self, terminal: Terminal) -> list[str]:
        policy = self.desk.service.policy
        return [*policy_text.asked(policy, terminal), *policy_text.known_by(terminal)]

    def obey(self) -> None:
        super().obey()
        self._reading.now()

    async def _read_gone(self) -> None:
        gone = await self.desk.service.reader.gone()
        self._outbox = replace(self._outbox, gone=len(gone))
        self._show()

    def _show(self) -> None:
        now = datetime.now(UTC)
        self.query_one(OpenBlocks).show(sync_text.blocks(self._state, self._outbox, now))

    def happened(self, event: Event) -> None:
        if isinstance(event, ReportSaved | ReportsChanged):
            self._reading.calmly()
            self._reading_gone.calmly()

    def sync_changed(self, state: SyncState) -> None:
        super().sync_changed(state)
        self._reading.calmly()
        self.refresh_bindings()
        self._ask_if_held(state)

    # --- the entry with the cursor ---

    @property
    def _entry(self) -> Waiting | None:
        key = self.query_one(OpenBlocks).key
        return next((entry for entry in self._outbox.waiting if entry.id == key), None)

    @on(OpenBlocks.Moved)
    def moved(self) -> None:
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "allow":
            return sync_text.is_held(self._state)
        if action == "photos":
            return sync_text.is_resting(self._state)
        if action == "export":
            return bool(self._outbox.waiting)
        entry = self._entry
        if action not in _OF_AN_ENTRY:
            return True
        return entry is not None and _can(action, entry)

    @on(OpenBlocks.Opened)
    def open(self, message: OpenBlocks.Opened) -> None:
        if message.key.startswith(CONFLICT):
            self.settle(message.key.removeprefix(CONFLICT))
        elif message.key == GONE:
            self.show_versions()
        elif (entry := self._entry) and entry.withdrawn:
            self.show_versions(entry.id)
        elif entry:
            in_background(self, self._open_report, "open", alone=True)

    async def _open_report(self) -> None:
        if (entry := self._entry) is None:
            return
        service = self.desk.service
        rows = await service.reader.rows([entry.about or entry.id], await service.position())
        if rows:
            self.app.push_screen(ReportDetail(self.desk, rows[0]), self.say_if_any)
        else:
            self.failed(NotFound("This report is no longer here"))

    def action_edit(self) -> None:
        if entry := self._entry:
            self.edit(entry.id)

    def action_shrink(self) -> None:
        if entry := self._entry:
            self.say("making the photos smaller …")
            self.post_message(Shrink(self, entry.id))

    def action_retry(self) -> None:
        if entry := self._entry:
            self.post_message(Retry(self, entry.id))

    def action_discard(self) -> None:
        """Ask, naming what would be lost."""
        if (entry := self._entry) is None:
            return

        giving_up = giving_up_of(entry)

        def answered(agreed: bool | None) -> None:
            if agreed:
                self.post_message(DiscardUnsent(self, entry.id, giving_up.done))

        question = f"{giving_up.question}\n\n{name_of(entry.title)}"
        self.app.push_screen(Ask(question, yes=giving_up.yes, no=giving_up.no), answered)

    # --- the sync as a whole ---

    def action_sync_now(self) -> None:
        self.sync_now()

    def action_pause(self) -> None:
        service = self.desk.service
        if self._state.phase is SyncPhase.PAUSED:
            service.resume_sync()
        else:
            service.pause_sync()

    def action_photos(self) -> None:
        if sync_text.is_resting(self._state):
            self.desk.service.send_photos()
            self.say(_WILL_GO.get(self._state.phase, "the photos go now"))

    def action_export(self) -> None:
        self.app.push_screen(ExportPage(self.desk), self.say_if_any)

    def _ask_if_held(self, state: SyncState) -> None:
        """Ask by itself once for each time that deletions are held."""
        held = sync_text.is_held(state)
        if held and not self._asked:
            self.on_top(self.action_allow)
        self._asked = held

    def action_allow(self) -> None:
        if not sync_text.is_held(self._state):
            return
        question = Ask(sync_text.held_question(self._state), yes="Let it", no="Keep waiting")
        self.app.push_screen(question, self._allow)

    def _allow(self, agreed: bool | None) -> None:
        if agreed:
            self.desk.service.allow_deletions()
            self.say("the deletions are let through")

    # --- what came of it ---

    def say_if_any(self, notice: str | None) -> None:
        """Back from another page: what it was about may be done."""
        super().say_if_any(notice)
        self._reading.now()

    def on_done(self, message: Done) -> None:
        match message.intent:
            case Shrink():
                self.say(SMALLER)
            case Retry():
                self.say(OFFERED)
            case DiscardUnsent(done=done):
                self.say(done)
        self._reading.now()

    def action_back(self) -> None:
        self.end()


def _can(action: str, entry: Waiting) -> bool:
    """Whether this can be done with what waits."""
    if action == "edit":
        return not (entry.withdrawn or entry.about)  # nobody changes an update
    if action == "shrink":
        return entry.code == TOO_LARGE and entry.photos > 0
    if action == "discard":  # a photo that goes by itself is taken out by an edit
        return entry.text or bool(entry.reason)
    return bool(entry.reason)
