"""Fields for typing: no blinking, no borders, all keys from the registry, pasted text cleaned.

Where the display is thin, the terminal shows its own cursor in them: a character that is typed at
the end of a field is one byte then. Elsewhere the toolkit paints one.
"""

from textual import events
from textual.app import App
from textual.message import Message
from textual.widgets import Input
from textual.widgets.input import Selection

from civictui.domain.text import clean, one_line
from civictui.keys import LINE, display
from civictui.terminal.thin import ThinApp
from civictui.terminal.typeahead import Typed
from civictui.widgets.bindings import bindings

MOST_PASTED = 10_000
"""Characters that one line takes at once: a megabyte that was copied by mistake is no address."""


def types_a_letter(key: str, character: str | None) -> bool:
    """Whether a key in a field is typing. The toolkit does not know the sign of some (slash)."""
    sign = character or display(key)
    return len(sign) == 1 and sign.isprintable()


def letter(key: events.Key) -> str:
    """What a key writes in any field; "" where it does something else."""
    return (key.character or "") if key.is_printable else ""


def paints_cursor(app: App[object]) -> bool:
    """Whether a field has to paint its cursor."""
    return not (isinstance(app, ThinApp) and app.has_terminal_cursor)


class LineField(Input, inherit_bindings=False):
    """One line of text."""

    BINDINGS = bindings(LINE)

    class Moved(Message):
        """The cursor is elsewhere in the text, whether or not that has changed."""

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return types_a_letter(key, character)

    def __init__(self, value: str = "", *, id: str, placeholder: str = "") -> None:  # noqa: A002
        super().__init__(
            one_line(value), placeholder=placeholder, id=id, compact=True, select_on_focus=False
        )
        self.cursor_blink = False

    def watch_has_focus(self, focused: bool) -> None:
        """The terminal's cursor moves with the next frame: let there be one."""
        super().watch_has_focus(focused)
        self.refresh()

    def watch_selection(self, _: Selection) -> None:
        self.post_message(self.Moved())

    def _restart_blink(self) -> None:
        self._cursor_visible = paints_cursor(self.app)

    def _pause_blink(self, visible: bool = True) -> None:
        self._cursor_visible = visible and paints_cursor(self.app)

    def insert_text_at_cursor(self, text: str) -> None:
        super().insert_text_at_cursor(clean(text))

    def text_of(self, key: events.Key) -> str:
        """See `TakesText`."""
        return letter(key)

    def on_typed(self, event: Typed) -> None:
        if not self.selection.is_empty:
            self.delete_selection()
        self.insert_text_at_cursor(event.text)

    def _on_paste(self, event: events.Paste) -> None:
        """Take all lines of a pasted text as one, where the stock field takes the first."""
        event.stop()
        event.prevent_default()
        self.replace(self.pasted(event.text), *self.selection)

    def pasted(self, text: str) -> str:
        return one_line(text[:MOST_PASTED])


class PasswordField(LineField):
    """A password: every blank counts, nothing is cleaned away but line ends."""

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.password = True

    def insert_text_at_cursor(self, text: str) -> None:
        self.insert(text, self.cursor_position)

    def pasted(self, text: str) -> str:
        return text.rstrip("\r\n")
