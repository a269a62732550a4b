"""The session ended in the middle of work: the password once more, over what is being done."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, Label

from civictui.domain.text import one_line
from civictui.keys import APP, BACK
from civictui.screens.intents import Done, Failed, SignInAgain
from civictui.screens.patient import Patient
from civictui.widgets.bindings import bindings
from civictui.widgets.form.field_row import FieldRow
from civictui.widgets.form.line_field import PasswordField
from civictui.widgets.key_footer import KeyFooter


class AskPassword(Patient[bool], ModalScreen[bool], inherit_bindings=False):
    """Asks for the password of the user who works here; nothing underneath is touched.

    Esc puts it off: work goes on without a link, and synchronising asks again.
    """

    BINDINGS = bindings(BACK, APP)
    AUTO_FOCUS = "#password"

    def __init__(self, user: str) -> None:
        super().__init__()
        self._user = user
        self._busy = False

    def compose(self) -> ComposeResult:
        with Vertical(id="question"):
            yield Label("The session has ended. Your work is kept; sign in to send it.")
            yield Label(f"User      {one_line(self._user)}", markup=False)
            yield FieldRow("Password", PasswordField(id="password"))
            yield Label("", markup=False, id="answer")
            yield KeyFooter()

    @on(Input.Submitted)
    def sign_in(self) -> None:
        password = self.query_one(PasswordField).value
        if password and not self._busy:
            self._busy = True
            self._answer("Signing in …")
            self.post_message(SignInAgain(self, password))

    def on_done(self, message: Done) -> None:
        self.end(True)

    def on_failed(self, message: Failed) -> None:
        self._busy = False
        self.query_one(PasswordField).value = ""
        self._answer(message.error.sentence)

    def action_back(self) -> None:
        self.end(False)

    def _answer(self, words: str) -> None:
        self.query_one("#answer", Label).update(one_line(words))
