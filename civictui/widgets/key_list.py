"""What can be done, to choose from: a line each, with its keys at the right end."""

from collections.abc import Sequence
from typing import Final

from rich.cells import set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from civictui.widgets.bindings import ActiveKey
from civictui.widgets.fit import fit, sides

EMPTY: Final = "nothing that can be done here is called so"
_BOLD: Final = Style(bold=True)


class KeyList(Widget):
    """The cursor is a sign before its line, and is always in sight. The focus stays elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: Sequence[ActiveKey] = ()
        self._cursor = 0
        self._top = 0

    @property
    def current(self) -> ActiveKey | None:
        """What the cursor is on; None where nothing is listed."""
        return self._keys[self._cursor] if self._keys else None

    def show(self, keys: Sequence[ActiveKey]) -> None:
        """List these, with the cursor on the first."""
        self._keys, self._cursor, self._top = keys, 0, 0
        self.refresh()

    def move(self, lines: int) -> None:
        self._cursor = max(0, min(self._cursor + lines, len(self._keys) - 1))
        self._come_into_sight()
        self.refresh()

    def page(self, pages: int) -> None:
        self.move(pages * max(1, self.size.height - 1))

    def on_resize(self) -> None:
        self._come_into_sight()
        self.refresh()

    def _come_into_sight(self) -> None:
        last = self._cursor - max(1, self.size.height) + 1
        self._top = max(last, min(self._top, self._cursor))

    def render_line(self, y: int) -> Strip:
        width, number = self.size.width, self._top + y
        if number >= len(self._keys):
            words = EMPTY if not self._keys and y == 0 else ""
            return Strip([Segment(fit(words, width))], width).apply_style(self.rich_style)
        active, here = self._keys[number], number == self._cursor
        line = sides(active.key.help, ", ".join(active.names), max(0, width - 2))
        text = set_cell_size(f"{'>' if here else ' '} {line}", width)
        strip = Strip([Segment(text, _BOLD if here else Style())], width)
        return strip.apply_style(self.rich_style)
