"""Saying something about a report that exists: a remark, which nobody changes later."""

from datetime import UTC, datetime

from textual.app import ComposeResult

from civictui.domain.ids import new_id
from civictui.domain.model import Draft
from civictui.keys import FOCUS, REMARK
from civictui.screens.desk import Desk
from civictui.screens.intents import DraftIntent
from civictui.screens.photo_intake import PhotoIntake
from civictui.screens.report_intents import SayRemark
from civictui.widgets.bindings import bindings
from civictui.widgets.form.photo_fields import PhotoFields
from civictui.widgets.form.remark_form import RemarkForm

EMPTY = "Say in a few words what is new, or take a photo."


class RemarkPage(PhotoIntake, inherit_bindings=False):
    """Gives the remark's id once it is saved, or None. What is typed is a draft of the list."""

    BINDINGS = bindings(REMARK, FOCUS)
    AUTO_FOCUS = "#description"
    heading = "Remark"
    what = "remark"
    nameless = "without words"

    def __init__(
        self, desk: Desk, report_id: str, description: str, draft: Draft | None = None
    ) -> None:
        """`draft` is one of a remark on this report that was begun earlier."""
        begun = draft or Draft(id=new_id(datetime.now(UTC)), report=report_id)
        super().__init__(desk, begun, draft)
        self._description = description

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

    async def is_right(self) -> bool:
        taken = await self.take_named()
        draft = self.collect()
        said = bool(draft.description.strip() or draft.photos)
        self.form.row.say("" if said else EMPTY, error=not said)
        if not (taken and said):
            self.say("not saved as a remark yet", error=True)
        return taken and said

    def submission(self, draft: Draft) -> DraftIntent:
        return SayRemark(self, draft.report, draft)
