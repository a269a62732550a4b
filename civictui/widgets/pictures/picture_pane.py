"""One picture as large as its place allows, or words where there is none."""

import asyncio
from functools import partial
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from civictui.domain.errors import PictureError
from civictui.widgets.background import in_background
from civictui.widgets.fit import fit, in_full
from civictui.widgets.pictures.thumbnail import Absent, Gallery, placeholder, zoomed
from civictui.widgets.pictures.tiers import Tier
from civictui.widgets.pictures.zoom import Size, Zoom

NOT_DRAWN = "not drawn"


class _Picture(NamedTuple):
    """A JPEG and the key by which it is known."""

    key: str
    content: bytes


class PicturePane(Widget):
    """A picture with a caption in its last line; without a picture the words have all lines.

    It is drawn in a thread, again when its place or the way of drawing changes; of many changes
    that come while it is being drawn, the last one counts. With `tier` it is drawn in that one,
    whatever the gallery has.
    """

    def __init__(self, gallery: Gallery, *, tier: Tier | None = None) -> None:
        super().__init__()
        self._gallery = gallery
        self._tier = tier
        self._picture: _Picture | None = None
        self._strips: list[Strip] = []
        self._fitted: dict[tuple[str, Size], Size] = {}
        self._stale = self._drawing = False
        self.zoom = Zoom()
        self.caption = ""

    @property
    def shows_picture(self) -> bool:
        return bool(self._strips)

    @property
    def has_picture(self) -> bool:
        """Whether there is one to be drawn."""
        return self._picture is not None

    @property
    def tier(self) -> Tier:
        return self._tier or self._gallery.tier

    def show(self, key: str, content: bytes, caption: str) -> None:
        """Show the JPEG `content`, known as `key`."""
        self.caption = caption
        self._picture = _Picture(key, content)
        self.redraw()

    def say(self, caption: str) -> None:
        """Show words alone."""
        self._picture, self._strips, self.caption = None, [], caption
        self.refresh()

    def redraw(self) -> None:
        """In the tier of now."""
        self._stale = True
        if not self._drawing and self._picture and self._room:
            self._drawing = True
            in_background(self, self._draw, "picture")

    def draw_in(self, tier: Tier) -> None:
        """Leave the gallery's tier for this one."""
        self._tier = tier
        self.redraw()

    def on_resize(self) -> None:
        self.redraw()

    # --- closer ---

    def look_closer(self, steps: int) -> None:
        self._look(self.zoom.closer(steps))

    def look_aside(self, across: int, down: int) -> None:
        """To a part of the picture beside what is seen; the whole picture has none."""
        if (room := self._room) and self._picture and not self.zoom.is_whole:
            # Before it was drawn for the first time its shape is not known: taken for the room's.
            fitted = self._fitted.get((self._picture.key, room), room)
            self._look(self.zoom.shifted(across, down, self.zoom.sight(room, fitted)))

    def look_at_whole(self) -> None:
        self._look(Zoom())

    def _look(self, zoom: Zoom) -> None:
        if zoom != self.zoom:
            self.zoom = zoom
            self.redraw()

    # --- drawing ---

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        if self._strips and y < height - 1:
            if y >= len(self._strips):  # the pane has grown, the picture is still being drawn
                return Strip.blank(width, self.rich_style)
            return self._strips[y].adjust_cell_length(width).apply_style(self.rich_style)
        lines = [self.caption] if self._strips else in_full(self._words, width)
        words = lines[y - (height - 1 if self._strips else 0) :][:1]
        return Strip([Segment(fit("".join(words), width), Style(dim=True))], width)

    @property
    def _words(self) -> str:
        hidden = self._picture and self.tier is Tier.NONE
        return f"{NOT_DRAWN}: {self.caption}" if hidden else self.caption

    @property
    def _room(self) -> Size | None:
        """Pixels for the picture above its caption, where there is place for one."""
        width, height = self.size
        return (width, 2 * (height - 1)) if width and height > 1 else None

    async def _draw(self) -> None:
        try:
            while self._stale and self._picture and (room := self._room):
                self._stale = False
                strips = await self._strips_of(self._picture, room)
                if self._picture:  # else words were said meanwhile
                    self._strips = strips
                    self.refresh()
        finally:
            self._drawing = False

    async def _strips_of(self, picture: _Picture, room: Size) -> list[Strip]:
        columns, rows = room[0], room[1] // 2
        if self.tier is Tier.NONE:
            return []
        if self.zoom.is_whole:
            return await self._gallery.draw(*picture, columns, rows, crop=False, tier=self.tier)
        known = self._fitted.get((picture.key, room))
        work = partial(zoomed, picture.content, room, self.zoom, self.tier, known)
        try:
            strips, fitted = await asyncio.to_thread(work)
        except PictureError:
            return placeholder(Absent.BROKEN, columns, rows)
        self._fitted = {(picture.key, room): fitted}
        return strips
