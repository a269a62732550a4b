"""What scrolls: a page of text and pictures by its keys, a page of fields with the focus."""

from dataclasses import replace

from textual.containers import ScrollableContainer, VerticalScroll

from civictui.keys import PAGE, Key
from civictui.widgets.bindings import bindings


class ScrollPage(ScrollableContainer, can_focus=True, inherit_bindings=False):
    """Scrolls at once, so that a burst of keys goes as far as its keys say.

    While something is below, the footer says so.
    """

    BINDINGS = bindings(PAGE)

    def __init__(self) -> None:
        super().__init__()
        self._has_more = False

    def on_mount(self) -> None:
        for looked_at in ("scroll_y", "virtual_size"):
            self.watch(self, looked_at, self._look, init=False)

    def on_resize(self) -> None:
        self._look()

    def _look(self) -> None:
        has_more = self.scroll_y < self.max_scroll_y
        if has_more is not self._has_more:
            self._has_more = has_more
            self.refresh_bindings()

    def named(self, key: Key) -> Key:
        return key if self._has_more or not key.footer else replace(key, footer="")

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
