"""Pages from which something is done with a report that exists."""

from functools import partial
from typing import Final, Generic

from textual.screen import ScreenResultType

from civictui.domain.errors import CivicError
from civictui.domain.model import Draft, SyncPhase, SyncState
from civictui.screens.ask import Ask
from civictui.screens.conflict_page import ConflictPage
from civictui.screens.earlier_versions import EarlierVersions
from civictui.screens.intents import Done, Failed
from civictui.screens.page import Page
from civictui.screens.report_edit import ReportEdit
from civictui.screens.report_intents import BeginEdit, Begun, Withdraw
from civictui.screens.sign_in_again import AskPassword
from civictui.widgets.background import in_background
from civictui.widgets.fit import fit
from civictui.widgets.title_line import TitleLine

NOT_SENT: Final = "saved on this terminal, not sent yet"
CHANGE_NOT_SENT: Final = "the change is saved on this terminal, not sent yet"
RESTORED: Final = "the earlier version is in force again, not sent yet"
WITHDRAWN: Final = "the report is withdrawn here, not yet at the server"
_UNTIL_SENT: Final = (NOT_SENT, CHANGE_NOT_SENT, RESTORED, WITHDRAWN)
QUESTION: Final = "Withdraw this report? It is deleted for everybody.\n\n{}"


class Acting(Page[ScreenResultType], Generic[ScreenResultType], inherit_bindings=False):
    """Opens the pages for that, and says what came of it."""

    _beginning = False
    """Whether an edit is being begun, which takes a moment."""

    def sync_changed(self, state: SyncState) -> None:
        super().sync_changed(state)
        if state.unsent.nothing and self.query_one(TitleLine).notice in _UNTIL_SENT:
            self.say("")

    def edit(self, report_id: str, draft: Draft | None = None) -> None:
        if not self._beginning:
            self._beginning = True
            self.post_message(BeginEdit(self, report_id, draft))

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
        if service.sync_state().phase is SyncPhase.NEEDS_SIGN_IN:
            self.app.push_screen(AskPassword(service.user))
        else:
            self.say("")
            service.sync_now()

    def say_if_any(self, notice: str | None) -> None:
        if notice:
            self.say(notice)

    def on_done(self, message: Done) -> None:
        if isinstance(message.result, Begun):
            self._beginning = False
            page = ReportEdit(self.desk, message.result)
            self.app.push_screen(page, self.edited)

    def on_failed(self, message: Failed) -> None:
        self._beginning = False

    def edited(self, report_id: str | None) -> None:
        """Back from the form of a change; with an id it was saved."""
        if report_id:
            self.say(CHANGE_NOT_SENT)


def name_of(description: str) -> str:
    """The beginning of a description, to name a report in a question."""
    return fit(description, 60).strip() or "(no description)"
