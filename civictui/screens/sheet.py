"""Pages that explain something, ask for passwords, and say what came of it."""

from collections.abc import Iterable
from typing import Generic

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ScreenResultType
from textual.widgets import Label

from civictui.domain.errors import CivicError
from civictui.domain.text import one_line
from civictui.keys import BACK, FOCUS, SHEET
from civictui.screens.desk import Desk
from civictui.screens.intents import Intent
from civictui.screens.page import Page
from civictui.widgets.bindings import bindings
from civictui.widgets.explanation import Explanation
from civictui.widgets.form.field_row import FieldRow
from civictui.widgets.form.line_field import PasswordField


class Sheet(Page[ScreenResultType], Generic[ScreenResultType], inherit_bindings=False):
    """Subclasses give the `explanation` and the `rows`, and take what is typed.

    While something is being carried out nothing else can be begun, and Esc waits.
    """

    BINDINGS = bindings(BACK, SHEET, FOCUS)
    AUTO_FOCUS = "PasswordField"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.busy = False

    def body(self) -> ComposeResult:
        with Vertical(classes="sheet"):
            yield Explanation(self.explanation())
            yield from self.rows()
            yield Label("", markup=False, id="answer")

    def explanation(self) -> str:
        """What has happened, and what can be done."""
        raise NotImplementedError

    def rows(self) -> Iterable[FieldRow]:
        """The fields for passwords."""
        return [FieldRow("Password", PasswordField(id="password"))]

    def begin(self, intent: Intent, words: str) -> None:
        """Have it carried out, and say so."""
        self.busy = True
        self.answer(words)
        self.post_message(intent)

    def answer(self, words: str, *, error: bool = False) -> None:
        label = self.query_one("#answer", Label)
        label.set_class(error, "wrong")
        label.update(one_line(words))
        label.display = bool(words)
        self.refresh_bindings()

    def typed(self, name: str = "password") -> str:
        return self.query_one(f"#{name}", PasswordField).value

    def empty(self, *names: str) -> None:
        """Take out what was typed into these fields, or into all; the first one has the focus."""
        fields = [field for field in self.query(PasswordField) if not names or field.id in names]
        for field in fields:
            field.value = ""
        if fields:
            fields[0].focus()

    def failed(self, error: CivicError) -> None:
        """Say why, and stay: it can be tried again."""
        self.busy = False
        self.empty()
        self.answer(error.sentence, error=True)

    # --- keys ---

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action, parameters:
            case "read", (int(way),):
                return all(words.goes_on(way) for words in self.query(Explanation))
            case "back", _:
                return not self.busy
        return True

    def action_read(self, way: int) -> None:
        self.query_one(Explanation).read(way)
        self.refresh_bindings()

    def on_resize(self) -> None:
        self.call_after_refresh(self.refresh_bindings)

    def action_back(self) -> None:
        self.end()
