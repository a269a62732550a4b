"""Changing a report that exists: the form of a new one, over what the report says now."""

from civictui.domain.errors import CivicError
from civictui.domain.model import read_time
from civictui.keys import CHANGE, FOCUS
from civictui.screens.desk import Desk
from civictui.screens.photo_intake import PhotoIntake
from civictui.screens.report_intents import Begun
from civictui.screens.report_new import ReportNew
from civictui.widgets import words
from civictui.widgets.background import in_background
from civictui.widgets.bindings import bindings


class ReportEdit(ReportNew, inherit_bindings=False):
    """Gives the report's id once the change is saved, or None.

    Photos that the report has stay unless they are left out; a file that is named is one more.
    """

    BINDINGS = bindings(CHANGE, FOCUS)
    heading = "Edit the report"
    what = "change"

    def __init__(self, desk: Desk, begun: Begun) -> None:
        super().__init__(desk, begun.draft)
        self._photo = PhotoIntake(desk.service, begun.draft, begun.photos)
        self._saved_at = begun.draft.saved_at

    def on_mount(self) -> None:
        """After the form's own beginning: say that this is not what the report says now."""
        if self._saved_at:
            when = words.moment(read_time(self._saved_at))
            self.say(f"you go on with the change that you left on {when}")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self._photo.can_be_left_out if action == "photos" else True

    def action_photos(self) -> None:
        """Leave the report's photos out, or keep them again."""
        self._photo.turn_kept()
        in_background(self, self._photos_turned, "photo")

    async def _photos_turned(self) -> None:
        try:
            await self._show_photo()
        except CivicError as error:
            self.failed(error)
        self.changed()
