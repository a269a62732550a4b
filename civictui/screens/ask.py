"""A question before something that cannot be taken back, or before leaving."""

from dataclasses import replace

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Label

from civictui.domain.text import clean
from civictui.keys import ASK, LOCK, Key
from civictui.widgets.bindings import bindings
from civictui.widgets.key_footer import KeyFooter


class Answer(Widget, can_focus=True):
    """One of the two answers."""

    def __init__(self, words: str, *, agrees: bool) -> None:
        super().__init__()
        self._words = words
        self.agrees = agrees

    def render(self) -> Content:
        mark = ">" if self.has_focus else " "
        return Content(f"{mark} {self._words} ")

    def on_click(self) -> None:
        self.screen.dismiss(self.agrees)


class Ask(ModalScreen[bool], inherit_bindings=False):
    """Gives True only for the answer that goes on; the safe one has the focus and Esc."""

    BINDINGS = bindings(ASK, LOCK)
    AUTO_FOCUS = "Answer"

    def __init__(self, question: str, *, yes: str, no: str) -> None:
        super().__init__()
        self._question = question
        self._yes = yes
        self._no = no

    def compose(self) -> ComposeResult:
        with Vertical(id="question"):
            yield Label(clean(self._question), markup=False)
            with Horizontal():
                yield Answer(self._no, agrees=False)
                yield Answer(self._yes, agrees=True)
            yield KeyFooter()

    def named(self, key: Key) -> Key:
        """The footer calls the safe answer by its name."""
        return replace(key, footer=self._no.lower()) if key.id == "ask.safe" else key

    def action_choose(self) -> None:
        self.dismiss(isinstance(self.focused, Answer) and self.focused.agrees)

    def action_other(self) -> None:
        self.focus_next(Answer)

    def action_safe(self) -> None:
        self.dismiss(False)
