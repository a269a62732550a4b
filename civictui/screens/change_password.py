"""Another password, at the gateway and for the store on this terminal."""

from collections.abc import Iterable

from textual import on
from textual.widgets import Input

from civictui.domain.errors import CivicError, Refused, SignInRefused, UsageError
from civictui.screens.desk import Desk
from civictui.screens.intents import ChangePassword, Done
from civictui.screens.sheet import Sheet
from civictui.widgets.form.field_row import FieldRow
from civictui.widgets.form.line_field import PasswordField

EXPLANATION = """\
The password opens the store on this terminal and signs you in at the server. It is changed at \
both, so a link is needed. On your other terminals you are asked for the earlier one once.

A new password has 12 characters at least, a few words for example, and is not your name."""
CHANGED = "the password is changed"


class ChangePasswordPage(Sheet[str]):
    """Gives what is to be said on the list, or None when nothing was changed."""

    heading = "Change the password"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._names = ("current", "new", "again")

    def explanation(self) -> str:
        return EXPLANATION

    def rows(self) -> Iterable[FieldRow]:
        labels = ("Password", "New", "New again")
        pairs = zip(labels, self._names, strict=True)
        return [FieldRow(label, PasswordField(id=name)) for label, name in pairs]

    @on(Input.Submitted)
    def go_on(self, event: Input.Submitted) -> None:
        if event.input.id == self._names[-1]:
            self._change()
        else:
            self.focus_next()

    def _change(self) -> None:
        """Ask for nothing that is bound to be refused: the gateway counts attempts."""
        if self.busy:
            return
        current, new, again = (self.typed(name) for name in self._names)
        if empty := [name for name in self._names if not self.typed(name)]:
            self._complain("Fill in all three.", *empty)
        elif new != again:
            self._complain("The two new ones are not the same. Type both again.", "new", "again")
        elif new == current:
            self._complain("This is the password that you have.", "new", "again")
        else:
            self.begin(ChangePassword(self, current, new), "Changing …")

    def _complain(self, words: str, *fields: str) -> None:
        self.empty(*fields)
        self.answer(words, error=True)

    def on_done(self, message: Done) -> None:
        self.end(f"{CHANGED}; {message.result}" if message.result else CHANGED)

    def failed(self, error: CivicError) -> None:
        """Only what was wrong has to be typed again; without a link that is nothing."""
        self.busy = False
        match error:
            case SignInRefused():
                self._complain(error.sentence, "current")
            case UsageError() | Refused():
                self._complain(error.sentence, "new", "again")
            case _:
                self.answer(error.sentence, error=True)
