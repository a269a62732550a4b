"""The field for typing several lines: as `line_field`, on a widget that takes longer to load."""

from textual import events
from textual.widgets import TextArea

from civictui.domain.text import clean
from civictui.keys import TEXT
from civictui.terminal.typeahead import Typed
from civictui.widgets.bindings import bindings
from civictui.widgets.form.line_field import letter, paints_cursor, types_a_letter


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

    def watch_has_focus(self, focused: bool) -> None:
        super().watch_has_focus(focused)
        self.refresh()

    @property
    def _draw_cursor(self) -> bool:
        return super()._draw_cursor and paints_cursor(self.app)

    def text_of(self, key: events.Key) -> str:
        """See `TakesText`. Enter is text too, unless a keymap has bound it to something else."""
        if key.key == "enter":
            return "" if key.key in self.screen.active_bindings else "\n"
        return letter(key)

    def on_typed(self, event: Typed) -> None:
        self._replace_via_keyboard(event.text, *self.selection)

    async def _on_paste(self, event: events.Paste) -> None:
        # The stock handler runs after this one, by itself.
        event.text = clean(event.text)
