"""One picture as large as its place allows, or words where there is none."""

from functools import partial

from rich.cells import chop_cells
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from civictui.domain.text import one_line
from civictui.widgets.background import in_background
from civictui.widgets.fit import fit
from civictui.widgets.thumbnail import Gallery


class PicturePane(Widget):
    """A picture with a caption in its last line; without a picture the words have all lines.

    It is drawn anew, in a thread, when the place changes.
    """

    def __init__(self, gallery: Gallery) -> None:
        super().__init__()
        self._gallery = gallery
        self._picture: tuple[str, bytes] | None = None
        self._strips: list[Strip] = []
        self.caption = ""

    @property
    def shows_picture(self) -> bool:
        return bool(self._strips)

    def show(self, key: str, content: bytes, caption: str) -> None:
        """Show the JPEG `content`, known as `key`."""
        self.caption = caption
        self._picture = (key, content)
        self._draw()

    def say(self, caption: str) -> None:
        """Show words alone."""
        self._picture, self._strips, self.caption = None, [], caption
        self.refresh()

    def on_resize(self) -> None:
        self._draw()

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        if self._strips and y < height - 1:
            if y >= len(self._strips):  # the pane has grown, the picture is still being drawn
                return Strip.blank(width, self.rich_style)
            return self._strips[y].adjust_cell_length(width).apply_style(self.rich_style)
        lines = [self.caption] if self._strips else chop_cells(one_line(self.caption), width)
        words = lines[y - (height - 1 if self._strips else 0) :][:1]
        return Strip([Segment(fit("".join(words), width), Style(dim=True))], width)

    def _draw(self) -> None:
        if self._picture and self.size.width and self.size.height > 1:
            work = partial(self._render_picture, *self._picture)
            in_background(self, work, "picture", alone=True)

    async def _render_picture(self, key: str, content: bytes) -> None:
        width, height = self.size
        self._strips = await self._gallery.draw(key, content, width, height - 1, crop=False)
        self.refresh()
