"""Saying something about reports that exist: words, a status, an assignment, photos.

Nobody changes it later: what it says stays, and another update is said after it.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from textual import on
from textual.app import ComposeResult

from civictui.domain.errors import CivicError
from civictui.domain.events import Event, ReportsChanged
from civictui.domain.ids import new_id
from civictui.domain.model import Draft
from civictui.keys import FOCUS, UPDATE
from civictui.screens.desk import Desk
from civictui.screens.intents import DraftIntent
from civictui.screens.photo_intake import PhotoIntake
from civictui.screens.report_intents import SayUpdate, UpdateBegun
from civictui.widgets import words
from civictui.widgets.background import in_background
from civictui.widgets.bindings import bindings
from civictui.widgets.form.choice_list import ChoiceList
from civictui.widgets.form.photo_fields import PhotoFields
from civictui.widgets.form.update_form import UpdateForm

WORDS: Final = "description"
STATUS: Final = "status"
"""Fields in which the cursor may begin."""
EMPTY = "Say what is new, choose a status, assign it, or take a photo."


class UpdatePage(PhotoIntake, inherit_bindings=False):
    """Gives an update's id once it is saved, or None. What is typed is a draft of the list."""

    BINDINGS = bindings(UPDATE, FOCUS)
    AUTO_FOCUS = f"#{WORDS}"
    heading = "Update"
    what = "update"
    nameless = "without words"

    def __init__(self, desk: Desk, begun: UpdateBegun) -> None:
        super().__init__(desk, _drafted(begun), begun.draft)
        self._begun = begun
        if len(begun.rows) > 1:
            self.heading = f"Update {words.counted(len(begun.rows), 'report')}"

    def body(self) -> ComposeResult:
        begun, user = self._begun, self.desk.service.user
        yield UpdateForm(self._draft, begun.rows, begun.people, user)

    def happened(self, event: Event) -> None:
        super().happened(event)
        if isinstance(event, ReportsChanged):
            in_background(self, self._look_again, "reports", alone=True)

    async def _look_again(self) -> None:
        try:
            rows = await self.desk.service.reader.rows(self._begun.reports)
        except CivicError as error:
            self.failed(error)
        else:
            self.form.say_now(rows)

    @property
    def form(self) -> UpdateForm:
        return self.query_one(UpdateForm)

    @property
    def photos(self) -> PhotoFields:
        return self.form.photos

    @on(ChoiceList.Changed)
    def status_chosen(self) -> None:
        self.changed()

    async def is_right(self) -> bool:
        taken = await self.take_named()
        draft = self.collect()
        said = not draft.is_blank
        self.form.row.say("" if said else EMPTY, error=not said)
        if not (taken and said):
            self.say("not saved as an update yet", error=True)
        return taken and said

    def submission(self, draft: Draft) -> DraftIntent:
        return SayUpdate(self, self._begun.reports, draft)


def _drafted(begun: UpdateBegun) -> Draft:
    """The draft, with the cursor where the person wants to go on."""
    first, *others = begun.reports
    draft = begun.draft or Draft(id=new_id(datetime.now(UTC)), report=first, also=tuple(others))
    if not begun.at:
        return draft
    offset = len(draft.description) if begun.at == WORDS else 0
    return replace(draft, at_field=begun.at, at_offset=offset)
