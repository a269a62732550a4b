"""One line with words on both sides; of it, what has changed is sent to the terminal."""

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget

from civictui.widgets.fit import sides


class WordsLine(Widget):
    """Where room is short, the words on the left give way."""

    DEFAULT_CSS = "WordsLine { height: 1; width: 100%; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.left = ""
        self.right = ""

    def show(self, left: str, right: str = "") -> None:
        before = self._line
        self.left, self.right = left, right
        if region := changed(before, self._line):
            self.refresh(region)

    def render(self) -> Content:
        return Content(self._line)

    @property
    def _line(self) -> str:
        return sides(self.left, self.right, self.size.width)


def changed(before: str, after: str) -> Region | None:
    """The part of a line that is new; all of it where a character is not one cell wide."""
    if before == after:
        return None
    width = cell_len(after)
    if not len(before) == len(after) == width == cell_len(before):
        return Region(0, 0, width, 1)
    places = [place for place in range(width) if before[place] != after[place]]
    return Region(places[0], 0, places[-1] - places[0] + 1, 1)
