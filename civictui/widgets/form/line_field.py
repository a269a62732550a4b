"""Fields for typing: no blinking, no borders, all keys from the registry, pasted text cleaned."""

from textual import events
from textual.widgets import Input, TextArea

from civictui.domain.text import clean, one_line
from civictui.keys import LINE, TEXT, display
from civictui.widgets.bindings import bindings


def types_a_letter(key: str, character: str | None) -> bool:
    """Whether a key in a field is typing. The toolkit does not know the sign of some (slash)."""
    sign = character or display(key)
    return len(sign) == 1 and sign.isprintable()


class LineField(Input, inherit_bindings=False):
    """One line of text."""

    BINDINGS = bindings(LINE)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return types_a_letter(key, character)

    def __init__(self, value: str = "", *, id: str, placeholder: str = "") -> None:  # noqa: A002
        super().__init__(
            one_line(value), placeholder=placeholder, id=id, compact=True, select_on_focus=False
        )
        self.cursor_blink = False

    def insert_text_at_cursor(self, text: str) -> None:
        super().insert_text_at_cursor(clean(text))

    def _on_paste(self, event: events.Paste) -> None:
        """Take all lines of a pasted text as one, where the stock field takes the first."""
        event.stop()
        event.prevent_default()
        self.replace(self.pasted(event.text), *self.selection)

    def pasted(self, text: str) -> str:
        return one_line(text)


class PasswordField(LineField):
    """A password: every blank counts, nothing is cleaned away but line ends."""

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self.password = True

    def insert_text_at_cursor(self, text: str) -> None:
        self.insert(text, self.cursor_position)

    def pasted(self, text: str) -> str:
        return text.rstrip("\r\n")


class TextField(TextArea, inherit_bindings=False):
    """Several lines of text; Tab goes on to the next field."""

    BINDINGS = bindings(TEXT)

    def check_consume_key(self, key: str, character: str | None = None) -> bool:
        return types_a_letter(key, character)

    def __init__(self, text: str = "", *, id: str, placeholder: str = "") -> None:  # noqa: A002
        super().__init__(
            clean(text),
            id=id,
            compact=True,
            tab_behavior="focus",
            highlight_cursor_line=False,
            placeholder=placeholder,
        )
        self.cursor_blink = False
        self.move_cursor(self.document.end)  # one goes on where the text ends

    async def _on_paste(self, event: events.Paste) -> None:
        # The stock handler runs after this one, by itself.
        event.text = clean(event.text)
