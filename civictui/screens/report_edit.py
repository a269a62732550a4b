"""Changing a report that exists: the form of a new one, over what the report says now."""

from textual.app import ComposeResult

from civictui.keys import CHANGE, FOCUS
from civictui.screens.desk import Desk
from civictui.screens.report_intents import Begun
from civictui.screens.report_new import ReportNew
from civictui.widgets.bindings import bindings
from civictui.widgets.form.report_form import ReportForm


class ReportEdit(ReportNew, inherit_bindings=False):
    """Gives the report's id once the change is saved, or None.

    Photos that the report has stay unless they are left out; what is taken in is one more.
    """

    BINDINGS = bindings(CHANGE, FOCUS)
    heading = "Edit the report"
    what = "change"

    def __init__(self, desk: Desk, begun: Begun) -> None:
        super().__init__(desk, begun.draft)
        self._of_report = begun.photos

    def body(self) -> ComposeResult:
        yield ReportForm(self._draft, self.desk.gallery, self._of_report)
