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
from civictui.screens.desk import Desk
from civictui.screens.intents import DraftIntent, SubmitReport
from civictui.screens.place_hints import PlaceHints
from civictui.widgets.background import in_background
from civictui.widgets.bindings import bindings
from civictui.widgets.form.choice_list import ChoiceList
from civictui.widgets.form.question_row import ANSWER
from civictui.widgets.form.report_form import ReportForm


class ReportNew(PlaceHints, inherit_bindings=False):
    """Gives the report's id once it is saved, the id of a remark in its place, or None."""

    BINDINGS = bindings(FORM, FOCUS)
    AUTO_FOCUS = "#description"
    heading = "New report"

    def __init__(self, desk: Desk, draft: Draft | None = None) -> None:
        """`draft` is one that was begun, or what this one begins with."""
        super().__init__(desk, draft or Draft(id=new_id(datetime.now(UTC))), draft)
        self._has_asked = False
        """Whether the fields are those that the category asks for."""

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
        self._has_asked = True
        self.find_cursor()
        self.changed()

    # --- the draft ---

    def goes_on(self) -> None:
        if not self.form.focus_first_error():
            super().goes_on()

    def find_cursor(self) -> None:
        """The questions, and the name of the category, are there a moment after the other fields.

        Who has moved on until then stays there.
        """
        if self._lost and (self._has_asked or not self._depends_on_category(self._lost[0])):
            if self.focused in (None, self.form.row("description").field):
                super().find_cursor()
            self._lost = None

    def _depends_on_category(self, field: str) -> bool:
        return field == "category" or field.startswith(ANSWER)

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

    # --- submitting ---

    async def is_right(self) -> bool:
        right = [await self.take_named(), self._description_is_right(), self.place_is_right()]
        right.append(self.form.answers_are_right())
        if not all(right):
            self.say("not saved as a report yet", error=True)
            self.form.focus_first_error()
        return all(right)

    def submission(self, draft: Draft) -> DraftIntent:
        return SubmitReport(self, draft)

    def _description_is_right(self) -> bool:
        written = bool(self.form.fill(self._draft).description.strip())
        words = "" if written else "Say in a few words what is wrong."
        self.form.row("description").say(words, error=not written)
        return written
