"""One of a few words, all of which stand on one line; the one in force is in brackets."""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from civictui.keys import PICK
from civictui.terminal.theme import BOLD
from civictui.widgets.bindings import bindings


class PickField(Widget, can_focus=True, inherit_bindings=False):
    """Takes effect with the key that moves on to another word."""

    BINDINGS = bindings(PICK)
    DEFAULT_CSS = "PickField { height: 1; width: 1fr; }"

    class Picked(Message):
        """Another word is in force."""

        def __init__(self, field: "PickField") -> None:
            super().__init__()
            self.field = field

    def __init__(self, words: Sequence[str], value: str, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._words = tuple(words)
        self.value = value

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return 1

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        head = "> " if self.has_focus else "  "
        text = "".join(f"({w})" if w == self.value else f" {w} " for w in self._words)
        if len(head + text) > width:  # what is in force must be seen, and that there are others
            text = f"({self.value}) {self._place + 1} of {len(self._words)}"
        style = BOLD if self.has_focus else Style()
        line = Segment(f"{head}{text}"[:width].ljust(width), style)
        return Strip([line], width).apply_style(self.rich_style)

    def on_click(self) -> None:
        self.action_pick(1)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    @property
    def _place(self) -> int:
        """Counted from 0; -1 for a word that is none of them."""
        return self._words.index(self.value) if self.value in self._words else -1

    def action_pick(self, step: int) -> None:
        self.value = self._words[(self._place + step) % len(self._words)]
        self.refresh()
        self.post_message(self.Picked(self))
