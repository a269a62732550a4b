"""What scrolls: a page of text and pictures by its keys, a page of fields with the focus."""

from textual.containers import ScrollableContainer, VerticalScroll

from civictui.keys import PAGE
from civictui.widgets.bindings import bindings


class ScrollPage(ScrollableContainer, can_focus=True, inherit_bindings=False):
    """Scrolls at once, so that a burst of keys goes as far as its keys say."""

    BINDINGS = bindings(PAGE)

    def action_line(self, lines: int) -> None:
        self._go_to(self.scroll_y + lines)

    def action_page(self, pages: int) -> None:
        self._go_to(self.scroll_y + pages * max(1, self.size.height - 1))

    def action_top(self) -> None:
        self._go_to(0)

    def action_bottom(self) -> None:
        self._go_to(self.max_scroll_y)

    def _go_to(self, line: float) -> None:
        self.scroll_to(y=line, animate=False, immediate=True)


class Scrolled(VerticalScroll, can_focus=False, inherit_bindings=False):
    """Holds fields, and has no keys of its own."""
