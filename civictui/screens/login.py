"""Signing in: with the gateway where it answers, else with what this terminal holds."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input, Label

from civictui.domain.errors import CivicError
from civictui.domain.model import SignedIn
from civictui.domain.text import one_line
from civictui.keys import FOCUS
from civictui.screens.desk import Desk
from civictui.screens.intents import Done, SignIn
from civictui.screens.page import Page
from civictui.widgets.bindings import bindings
from civictui.widgets.field_row import FieldRow
from civictui.widgets.line_field import LineField, PasswordField

BUSY = "Signing in …"


class Login(Page[None]):
    """User and password. Names nobody who worked here before."""

    BINDINGS = bindings(FOCUS)
    AUTO_FOCUS = "#user"
    heading = "civictui: sign in"

    def __init__(self, desk: Desk, notice: str = "") -> None:
        super().__init__(desk)
        self._notice = notice
        self._busy = False

    def body(self) -> ComposeResult:
        server = self.desk.server or "none set: this terminal alone"
        with Vertical(classes="fields"):
            yield Label(f"Server    {one_line(server)}", markup=False)
            yield Label(one_line(self.desk.hint), markup=False, classes="hint")
            yield FieldRow("User", LineField(self.desk.user, id="user"))
            yield FieldRow("Password", PasswordField(id="password"))
            yield Label(one_line(self._notice), markup=False, id="answer")

    @on(Input.Submitted, "#user")
    def go_on(self) -> None:
        self.query_one("#password").focus()

    @on(Input.Submitted, "#password")
    def sign_in(self) -> None:
        user = self.query_one("#user", LineField).value
        password = self.query_one("#password", PasswordField).value
        if self._busy:
            return
        if not user.strip() or not password:
            self._answer("Fill in the user name and the password.", error=True)
            self.query_one("#password" if user.strip() else "#user").focus()
            return
        self._busy = True
        self._answer(BUSY)
        self.post_message(SignIn(self, user.strip(), password))

    def on_done(self, message: Done) -> None:
        from civictui.screens.report_list import ReportList

        if isinstance(message.result, SignedIn):
            self.app.switch_screen(ReportList(self.desk, welcome(message.result)))

    def failed(self, error: CivicError) -> None:
        """Say what happened, with the attempts left or the pause; the user name stays."""
        self._busy = False
        field = self.query_one("#password", PasswordField)
        field.value = ""
        field.focus()
        self._answer(error.sentence, error=True)

    def _answer(self, words: str, *, error: bool = False) -> None:
        label = self.query_one("#answer", Label)
        label.set_class(error, "wrong")
        label.update(one_line(words))


def welcome(signed: SignedIn) -> str:
    """The first notice on the list: what happened to the store, else whether there is a link."""
    return signed.notice or ("" if signed.online else "working offline")
