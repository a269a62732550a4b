"""What the operator has to say, on a few lines."""

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from civictui.widgets.bindings import bound_name
from civictui.widgets.fit import wrapped
from civictui.widgets.title_line import MOST_LINES


def noticed(words: str, width: int, key: str, before: str = "") -> str:
    """The operator's `words`, after what they are; where the lines do not hold them, with a way.

    `key` is how that is written which shows all of them, and `before` what is said first.
    """
    said = f"{before}Notice: {words}"
    if not key or len(wrapped(said, width, MOST_LINES + 1)) <= MOST_LINES:
        return said
    return f"{before}Notice ({key} shows all of it): {words}"


class NoticeLines(Widget):
    """For who has not signed in yet. Takes no room while there is nothing to say."""

    DEFAULT_CSS = "NoticeLines { height: auto; width: 100%; margin-top: 1; display: none; }"

    def __init__(self) -> None:
        super().__init__()
        self.words = ""

    def say(self, words: str) -> None:
        self.words = words
        self.display = bool(words)
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def render(self) -> Content:
        return Content("\n".join(self._lines(self.size.width))).stylize("$warning")

    def _lines(self, width: int) -> list[str]:
        said = noticed(self.words, width, bound_name(self, "app.help"))
        return wrapped(said, width, MOST_LINES)
