"""Writing a report: nothing that was typed is lost, and nothing is said to be sent."""

from datetime import UTC, datetime

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from civictui.domain.errors import CivicError
from civictui.domain.events import Event, ReportsChanged
from civictui.domain.ids import new_id
from civictui.domain.model import Draft
from civictui.keys import FOCUS, FORM
from civictui.screens.ask import Ask
from civictui.screens.desk import Desk
from civictui.screens.intents import DiscardDraft, Done, Failed, SaveDraft, SubmitReport
from civictui.screens.place_hints import PlaceHints
from civictui.widgets.background import in_background
from civictui.widgets.bindings import bindings
from civictui.widgets.fit import fit
from civictui.widgets.form.choice_list import ChoiceList
from civictui.widgets.form.report_form import ReportForm


class ReportNew(PlaceHints, inherit_bindings=False):
    """Gives the report's id once it is saved, the id of a remark in its place, or None."""

    BINDINGS = bindings(FORM, FOCUS)
    AUTO_FOCUS = "#description"
    heading = "New report"
    what = "draft"
    """What is thrown away, as the question about it says."""

    def __init__(self, desk: Desk, draft: Draft | None = None) -> None:
        super().__init__(desk, draft or Draft(id=new_id(datetime.now(UTC))), draft)
        self._leaving = False

    def body(self) -> ComposeResult:
        yield ReportForm(self._draft, self.desk.gallery)

    def on_mount(self) -> None:
        self._ask_what_the_city_asks()
        self.photo_pointed()

    def happened(self, event: Event) -> None:
        if isinstance(event, ReportsChanged):
            self._ask_what_the_city_asks()

    def _ask_what_the_city_asks(self) -> None:
        in_background(self, self._offer, "services", alone=True)

    async def _offer(self) -> None:
        """Without the definitions the category is a free text, as the person is told."""
        try:
            await self.form.offer(await self.desk.service.reader.services())
        except CivicError as error:
            self.failed(error)
        self.changed()

    # --- the draft ---

    def collect(self) -> Draft:
        """The draft as the fields have it now."""
        self._draft = self.form.fill(self._draft)
        return self._draft

    def on_done(self, message: Done) -> None:
        match message.intent:
            case SaveDraft() as intent:
                self.kept(intent.draft)
                if self._leaving and self.unsaved() is None:
                    self._end(None)
            case SubmitReport():
                self._end(str(message.result))
            case DiscardDraft():
                self._end(None)

    def on_failed(self, message: Failed) -> None:
        """Everything typed stays; only what was being done is off."""
        message.prevent_default()
        leaving = self._leaving and isinstance(message.intent, SaveDraft | DiscardDraft)
        if isinstance(message.intent, DiscardDraft) and self._kept is None:
            self._end(None)  # there is nothing in the store to throw away
            return
        self._leaving = self._submitting = self._over = self._handed_over = False
        self.form.disabled = False
        self.failed(message.error)
        self.form.focus_first_error()
        if leaving:
            self._offer_to_leave(message.error)

    def _end(self, report_id: str | None) -> None:
        self._over = True
        self.end(report_id)

    # --- fields ---

    @on(Input.Submitted)
    def go_on(self, event: Input.Submitted) -> None:
        if event.input.id != "photo":  # where Enter takes a photo in
            self.focus_next()

    @on(Input.Changed, "#category")
    async def category_typed(self) -> None:
        await self.form.ask()

    @on(ChoiceList.Changed)
    def ticked(self) -> None:
        self.changed()

    def photo_pointed(self) -> None:
        if self.desk.gallery.draws:
            in_background(self, self._show_photo, "picture", alone=True)

    async def _show_photo(self) -> None:
        """The thumbnail of the photo with the list's cursor."""
        entry = self.photos.list.pointed
        key = entry.photo.thumbnail if entry else ""
        try:
            content = await self.desk.service.picture(key) if key else None
        except CivicError as error:
            self.failed(error)
            return
        self.form.show_picture((key, content) if content else None)

    # --- leaving ---

    def action_submit(self) -> None:
        if not (self._submitting or self._leaving):
            self._submitting = True
            in_background(self, self._submit, "submit")

    async def _submit(self) -> None:
        """Check every field, and say all that is wrong at once; then hand the draft over."""
        right = [await self.take_named(), self._description_is_right(), self.place_is_right()]
        right.append(self.form.answers_are_right())
        if not all(right):
            self._submitting = False
            self.say("not saved as a report yet", error=True)
            self.form.focus_first_error()
            return
        self.say("saving …")
        self.keep()
        self.form.disabled = self._handed_over = True
        self.post_message(SubmitReport(self, self.collect()))

    def _description_is_right(self) -> bool:
        written = bool(self.form.fill(self._draft).description.strip())
        words = "" if written else "Say in a few words what is wrong."
        self.form.row("description").say(words, error=not written)
        return written

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
        name = fit(draft.description, 40).strip() or "without a description"
        question = f"Throw this {self.what} away for good?\n\n{name}"
        self.app.push_screen(Ask(question, yes="Throw it away", no="Keep it"), self._discard)

    def _discard(self, agreed: bool | None) -> None:
        if agreed:
            self._over = True
            self.post_message(DiscardDraft(self, self._draft))
