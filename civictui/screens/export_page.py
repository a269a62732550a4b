"""All that is unsent into one sealed file, for another terminal or the gateway."""

from collections.abc import Iterable

from textual import on
from textual.widgets import Input

from civictui.domain.model import Rescued
from civictui.screens.intents import Done
from civictui.screens.report_intents import ExportUnsent
from civictui.screens.sheet import Sheet
from civictui.terminal.paths import expanded
from civictui.widgets import words
from civictui.widgets.form.field_row import FieldRow
from civictui.widgets.form.line_field import LineField, PasswordField

EXPLANATION = """\
All that is unsent goes into a new file, sealed with a password of its own: onto a memory stick, \
for example. Another terminal of yours takes it in with `civictui import`, the server with \
`civictui serve import`.

This store keeps everything. What arrives twice is one report."""
NOTHING = "nothing is unsent; no file was written"


class ExportPage(Sheet[str]):
    """Gives what is to be said: what is in the file. None when nothing was written."""

    heading = "Export what is unsent"
    is_there_barred = True
    AUTO_FOCUS = "#path"

    def explanation(self) -> str:
        return EXPLANATION

    def rows(self) -> Iterable[FieldRow]:
        return [
            FieldRow("File", LineField(id="path", placeholder="/media/stick/reports.cvx")),
            FieldRow("Password", PasswordField(id="password")),
            FieldRow("Once more", PasswordField(id="again")),
        ]

    @on(Input.Submitted)
    def go_on(self, event: Input.Submitted) -> None:
        if event.input.id == "again":
            self._export()
        else:
            self.focus_next()

    def _export(self) -> None:
        if self.busy:
            return
        path = self.query_one("#path", LineField).value.strip()
        password = self.typed("password")
        if not path or not password:
            self.answer("Name a file, and type a password for it twice.", error=True)
        elif password != self.typed("again"):
            self.empty("password", "again")
            self.answer("The two passwords are not the same. Type both again.", error=True)
        else:
            self.begin(ExportUnsent(self, expanded(path), password), "Sealing …")

    def on_done(self, message: Done) -> None:
        if not isinstance(message.result, Rescued):
            return
        if message.result.nothing:
            self.end(NOTHING)
        else:
            what = words.contents(message.result)
            self.end(f"{what} in the file; the store keeps all of it")
