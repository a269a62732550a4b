"""What the operator has to say to whoever signs in, on a few lines."""

from typing import Final

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from civictui.widgets.bindings import bound_name
from civictui.widgets.fit import wrapped

MOST_LINES: Final = 4
_ALL: Final = 1_000
"""Lines that no notice has."""


class NoticeLines(Widget):
    """Takes no room while there is nothing to say; the help has what is cut off here."""

    DEFAULT_CSS = "NoticeLines { height: auto; width: 100%; margin-top: 1; display: none; }"

    def __init__(self) -> None:
        super().__init__()
        self._words = ""

    def say(self, words: str) -> None:
        self._words = words.strip()
        self.display = bool(self._words)
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def render(self) -> Content:
        return Content("\n".join(self._lines(self.size.width))).stylize("$warning")

    def _lines(self, width: int) -> list[str]:
        whole = wrapped(f"Notice: {self._words}", width, _ALL)
        if len(whole) <= MOST_LINES:
            return whole
        key = bound_name(self, "app.help")
        head = f"Notice ({key} shows all of it)" if key else "Notice"
        return wrapped(f"{head}: {self._words}", width, MOST_LINES)
