"""Words above fields: as high as they are, or as there is room for, then they scroll."""

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from civictui.domain.text import clean


class _Words(Static):
    """Text that tells its container how high it is."""

    def on_resize(self, event: events.Resize) -> None:
        if isinstance(self.parent, Explanation):
            self.parent.styles.max_height = event.size.height


class Explanation(VerticalScroll, can_focus=False, inherit_bindings=False):
    """Takes what the fields below leave; who has the focus is asked to scroll it."""

    DEFAULT_CSS = "Explanation { height: 1fr; min-height: 1; } Explanation Static { height: auto; }"

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = _Words(clean(words), markup=False)

    def compose(self) -> ComposeResult:
        yield self._words

    def explain(self, words: str) -> None:
        """Say something else, from its beginning."""
        self._words.update(clean(words))
        self.scroll_to(y=0, animate=False, immediate=True)

    def goes_on(self, way: int) -> bool:
        """Whether there is more below (1) or above (-1) of what is seen."""
        return self.scroll_y < self.max_scroll_y if way > 0 else self.scroll_y > 0

    def read(self, way: int) -> None:
        """One page on, or back."""
        page = max(1, self.size.height - 1)
        self.scroll_to(y=self.scroll_y + way * page, animate=False, immediate=True)
