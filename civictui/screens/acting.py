"""Pages from which something is done with a report that exists."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Final, Generic

from textual.screen import ScreenResultType

from civictui.domain.errors import CivicError
from civictui.domain.model import Draft, SyncPhase, SyncState
from civictui.domain.model.update import MOST_AT_ONCE
from civictui.screens.ask import Ask
from civictui.screens.conflict_page import ConflictPage
from civictui.screens.earlier_versions import EarlierVersions
from civictui.screens.intents import Done, Failed
from civictui.screens.page import Page
from civictui.screens.report_edit import ReportEdit
from civictui.screens.report_intents import (
    BeginEdit,
    BeginUpdate,
    Begun,
    UpdateBegun,
    Withdraw,
)
from civictui.screens.report_new import ReportNew
from civictui.screens.sign_in_again import AskPassword
from civictui.screens.update_page import STATUS, WORDS, UpdatePage
from civictui.widgets.background import in_background
from civictui.widgets.bindings import key_name
from civictui.widgets.fit import fit
from civictui.widgets.title_line import TitleLine

NOT_SENT: Final = "saved on this terminal, not sent yet"
CHANGE_NOT_SENT: Final = "the change is saved on this terminal, not sent yet"
UPDATE_NOT_SENT: Final = "the update is saved on this terminal, not sent yet"
RESTORED: Final = "the earlier version is in force again, not sent yet"
WITHDRAWN: Final = "the report is withdrawn here, not yet at the server"
SMALLER: Final = "smaller now; they are sent by themselves"
OFFERED: Final = "offered again"
_LATER: Final = {
    SMALLER: "",
    OFFERED: "",
    NOT_SENT: "",
    CHANGE_NOT_SENT: "the change is saved",
    UPDATE_NOT_SENT: "the update is saved",
    RESTORED: "the earlier version is in force again",
    WITHDRAWN: "the report is withdrawn",
}
"""What is left of a notice once it may have been sent: what is true either way."""
TOO_MANY: Final = f"{{:,}} at once are too many: mark {MOST_AT_ONCE} at most"
QUESTION: Final = "Withdraw this report? It is deleted for everybody.\n\n{}"


class Acting(Page[ScreenResultType], Generic[ScreenResultType], inherit_bindings=False):
    """Opens the pages for that, and says what came of it."""

    _beginning = False
    """Whether an edit is being begun, which takes a moment."""
    _proved: datetime | None = None
    """When the last whole round had ended as something was said."""

    def say(self, notice: str, *, error: bool = False, whole: str = "") -> None:
        super().say(notice, error=error, whole=whole)
        self._proved = self.desk.service.sync_state().proved_at

    def sync_changed(self, state: SyncState) -> None:
        super().sync_changed(state)
        notice = self.query_one(TitleLine).notice
        if notice in _LATER and (state.unsent.nothing or state.proved_at != self._proved):
            self.say(_LATER[notice])

    def edit(self, report_id: str, draft: Draft | None = None) -> None:
        if not self._beginning:
            self._beginning = True
            self.post_message(BeginEdit(self, report_id, draft))

    def remark(self, report_id: str) -> None:
        """Write a remark on a report, or go on with the one that was begun."""
        self._begin_update([report_id], WORDS)

    def update(self, report_ids: Sequence[str]) -> None:
        """The same for each of these reports, at their status; `updated` hears of the end."""
        if len(report_ids) > MOST_AT_ONCE:
            self.say(TOO_MANY.format(len(report_ids)), error=True)
        else:
            self._begin_update(report_ids, STATUS)

    def go_on(self, draft: Draft) -> None:
        """With an unfinished update, where the cursor was."""
        self._begin_update(draft.reports, "", draft)

    def _begin_update(self, reports: Sequence[str], at: str, draft: Draft | None = None) -> None:
        if reports and not self._beginning:
            self._beginning = True
            self.post_message(BeginUpdate(self, reports, at, draft))

    # --- writing a report ---

    def write(self, draft: Draft | None = None) -> None:
        """A new report, or one that was begun; `written` hears of the end."""
        self.app.push_screen(ReportNew(self.desk, draft), self.written)

    def written(self, report_id: str | None) -> None:
        """Back from the form: with a report's id it was saved, which does not mean sent."""
        if report_id:
            self.say(NOT_SENT)

    def template(self, report_id: str) -> None:
        """Write a new report that begins with the words of this one."""
        in_background(self, partial(self._begin_like, report_id), "template", alone=True)

    async def _begin_like(self, report_id: str) -> None:
        try:
            draft = await self.desk.service.template(report_id)
        except CivicError as error:
            self.failed(error)
            return
        if self.is_active:
            self.write(draft)

    def resume(self, draft: Draft) -> None:
        """Go on with a draft, whatever it is one of."""
        if draft.is_remark:
            self.go_on(draft)
        elif draft.report:
            self.edit(draft.report, draft)
        else:
            self.write(draft)

    # --- changes of one that exists ---

    def withdraw(self, report_id: str, description: str) -> None:
        """Ask, naming it."""

        def answered(agreed: bool | None) -> None:
            if agreed:
                self.post_message(Withdraw(self, report_id))

        question = QUESTION.format(name_of(description))
        self.app.push_screen(Ask(question, yes="Withdraw it", no="Keep it"), answered)

    def settle(self, report_id: str) -> None:
        in_background(self, partial(self._open_conflict, report_id), "conflict", alone=True)

    async def _open_conflict(self, report_id: str) -> None:
        try:
            conflict = await self.desk.service.reader.conflict(report_id)
        except CivicError as error:
            self.failed(error)
            return
        if conflict is None:
            self.say("there is nothing to settle any more")
        else:
            self.app.push_screen(ConflictPage(self.desk, conflict), self.say_if_any)

    def show_versions(self, report_id: str = "") -> None:
        """Of this report, or, without one, the reports that are gone."""

        def chosen(restored: bool | None) -> None:
            if restored:
                self.say(RESTORED)

        self.app.push_screen(EarlierVersions(self.desk, report_id), chosen)

    def sync_now(self) -> None:
        """Whatever was planned; after the end of a session the password comes first."""
        service = self.desk.service
        phase = service.sync_state().phase
        if phase is SyncPhase.NEEDS_SIGN_IN:
            self.app.push_screen(AskPassword(service.user))
        elif phase is SyncPhase.PAUSED:
            self.say(self._way_on())
        else:
            self.say("")
            service.sync_now()

    def _way_on(self) -> str:
        """What ends a pause, which the person made and may have forgotten."""
        if key := key_name(self, "sync.pause"):
            return f"paused: {key} goes on with the sync"
        return f"paused: {key_name(self, 'list.sync_page')} opens the page that goes on with it"

    def say_if_any(self, notice: str | None) -> None:
        if notice:
            self.say(notice)

    def on_done(self, message: Done) -> None:
        if isinstance(message.result, Begun):
            self._beginning = False
            page = ReportEdit(self.desk, message.result)
            self.app.push_screen(page, self.edited)
        elif isinstance(message.result, UpdateBegun):
            self._beginning = False
            self.app.push_screen(UpdatePage(self.desk, message.result), self.updated)

    def on_failed(self, message: Failed) -> None:
        self._beginning = False

    def edited(self, report_id: str | None) -> None:
        """Back from the form of a change; with an id it was saved."""
        if report_id:
            self.say(CHANGE_NOT_SENT)

    def updated(self, update_id: str | None) -> None:
        """Back from the page of an update; with an id it was saved."""
        if update_id:
            self.say(UPDATE_NOT_SENT)


def name_of(description: str) -> str:
    """The beginning of a description, to name a report in a question."""
    return fit(description, 60).strip() or "(no description)"
