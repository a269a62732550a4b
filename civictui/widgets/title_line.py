"""The first line of each screen: what it shows, and what there is to say."""

from rich.cells import cell_len
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from civictui.widgets.fit import line_of, sides, wrapped

MOST_LINES = 4


class TitleLine(Widget):
    """A title on the left; on the right a notice, which goes before the title where room is short.

    The notice has its place on a line that is there anyway: nothing moves when it comes, unless it
    is longer than the screen is wide. Then it takes more lines.
    """

    def __init__(self, title: str = "") -> None:
        super().__init__()
        self._title = title
        self.notice = ""
        self.whole = ""
        """What the notice is cut from, where there is more than has room here."""
        self._is_error = False

    def entitle(self, title: str) -> None:
        if title != self._title:
            self._title = title
            self.refresh()

    def say(self, notice: str, *, error: bool = False, whole: str = "") -> None:
        """Show `notice` until the next one; "" takes it away."""
        self.whole = whole
        if (notice, error) != (self.notice, self._is_error):
            before = self._height(self.size.width)
            self.notice, self._is_error = notice, error
            self.refresh(layout=self._height(self.size.width) != before)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self._height(width)

    def render(self) -> Content:
        width = self.size.width
        style = "bold $error" if self._is_error else "$warning"
        if self._height(width) > 1:
            lines = wrapped(self.notice, width, MOST_LINES)
            return Content("\n".join(lines)).stylize(style)
        line = sides(self._title, self.notice, width)
        start = len(line) - len(line_of(self.notice)) if self.notice else len(line)
        return Content(line).stylize("bold", 0, start).stylize(style, max(0, start))

    def _height(self, width: int) -> int:
        if not width or cell_len(line_of(self.notice)) <= width:
            return 1
        return len(wrapped(self.notice, width, MOST_LINES))
