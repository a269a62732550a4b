"""The first line of each screen: what it shows, and what there is to say."""

from textual.content import Content
from textual.widget import Widget

from civictui.widgets.fit import sides


class TitleLine(Widget):
    """A title on the left; on the right a notice, which goes before the title where room is short.

    The notice has its place on a line that is there anyway: nothing moves when it comes.
    """

    def __init__(self, title: str = "") -> None:
        super().__init__()
        self._title = title
        self.notice = ""
        self._is_error = False

    def entitle(self, title: str) -> None:
        if title != self._title:
            self._title = title
            self.refresh()

    def say(self, notice: str, *, error: bool = False) -> None:
        """Show `notice` until the next one; "" takes it away."""
        if (notice, error) != (self.notice, self._is_error):
            self.notice, self._is_error = notice, error
            self.refresh()

    def render(self) -> Content:
        width = self.size.width
        line = sides(self._title, self.notice, width)
        start = len(line) - len(self.notice) if self.notice else len(line)
        style = "bold $error" if self._is_error else "$warning"
        return Content(line).stylize("bold", 0, start).stylize(style, max(0, start))
