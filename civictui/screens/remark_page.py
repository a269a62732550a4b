"""Saying something about a report that exists: a remark, which nobody changes later."""

from datetime import UTC, datetime

from textual.app import ComposeResult

from civictui.domain.errors import CivicError
from civictui.domain.ids import new_id
from civictui.domain.model import Draft
from civictui.keys import FOCUS, REMARK
from civictui.screens.ask import Ask
from civictui.screens.desk import Desk
from civictui.screens.intents import DiscardDraft, Done, Failed, SaveDraft
from civictui.screens.photo_intake import PhotoIntake
from civictui.screens.report_intents import SayRemark
from civictui.widgets.background import in_background
from civictui.widgets.bindings import bindings
from civictui.widgets.fit import fit
from civictui.widgets.form.photo_fields import PhotoFields
from civictui.widgets.form.remark_form import RemarkForm

EMPTY = "Say in a few words what is new, or take a photo."


class RemarkPage(PhotoIntake, inherit_bindings=False):
    """Gives the remark's id once it is saved, or None. What is typed is a draft of the list."""

    BINDINGS = bindings(REMARK, FOCUS)
    AUTO_FOCUS = "#description"
    heading = "Remark"

    def __init__(
        self, desk: Desk, report_id: str, description: str, draft: Draft | None = None
    ) -> None:
        """`draft` is one of a remark on this report that was begun earlier."""
        begun = draft or Draft(id=new_id(datetime.now(UTC)), report=report_id)
        super().__init__(desk, begun, draft)
        self._description = description
        self._leaving = self._submitting = False

    def body(self) -> ComposeResult:
        yield RemarkForm(self._draft, self._description)

    @property
    def form(self) -> RemarkForm:
        return self.query_one(RemarkForm)

    @property
    def photos(self) -> PhotoFields:
        return self.form.photos

    def collect(self) -> Draft:
        self._draft = self.form.fill(self._draft)
        return self._draft

    # --- saying it ---

    def action_submit(self) -> None:
        if not (self._submitting or self._leaving):
            self._submitting = True
            in_background(self, self._submit, "submit")

    async def _submit(self) -> None:
        taken = await self.take_named()
        draft = self.collect()
        said = bool(draft.description.strip() or draft.photos)
        self.form.row.say("" if said else EMPTY, error=not said)
        if not (taken and said):
            self._submitting = False
            self.say("not saved as a remark yet", error=True)
            return
        self.say("saving …")
        self.keep()
        self.form.disabled = self._handed_over = True
        self.post_message(SayRemark(self, draft.report, self.collect()))

    def on_done(self, message: Done) -> None:
        match message.intent:
            case SaveDraft() as intent:
                self.kept(intent.draft)
                if self._leaving and self.unsaved() is None:
                    self._end(None)
            case SayRemark():
                self._end(str(message.result))
            case DiscardDraft():
                self._end(None)

    def on_failed(self, message: Failed) -> None:
        """Everything typed stays; only what was being done is off."""
        message.prevent_default()
        leaving = self._leaving and isinstance(message.intent, SaveDraft | DiscardDraft)
        self._leaving = self._submitting = self._over = self._handed_over = False
        self.form.disabled = False
        self.failed(message.error)
        if leaving:
            self._offer_to_leave(message.error)

    def _end(self, update_id: str | None) -> None:
        self._over = True
        self.end(update_id)

    # --- leaving ---

    def action_back(self) -> None:
        if self._submitting:
            return
        if self.photos.is_captioning:
            self.photos.close_caption()
            return
        draft = self.collect()
        if draft.is_blank and self._kept:
            self._leaving = True
            self.post_message(DiscardDraft(self, draft))
        elif self.unsaved():
            self._leaving = True
            self.keep()
        else:
            self._end(None)

    def _offer_to_leave(self, error: CivicError) -> None:
        """Nobody is held on a page that cannot be saved; who leaves it has been told."""
        question = f"{error}.\nLeave, and lose what you typed since it was last saved?"

        def answered(agreed: bool | None) -> None:
            if agreed:
                self._end(None)

        self.app.push_screen(Ask(question, yes="Leave", no="Stay"), answered)

    def action_discard(self) -> None:
        draft = self.collect()
        if draft.is_blank:
            self.action_back()
            return
        name = fit(draft.description, 40).strip() or "without words"
        question = f"Throw this remark away for good?\n\n{name}"
        self.app.push_screen(Ask(question, yes="Throw it away", no="Keep it"), self._discard)

    def _discard(self, agreed: bool | None) -> None:
        if agreed:
            self._over = True
            self.post_message(DiscardDraft(self, self._draft))
