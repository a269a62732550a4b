"""Photos as strips of terminal cells, for a `render_line`; nothing here is a widget.

Three ways to draw, by what the terminal can: half blocks in colour (rich-pixels), shades of ASCII
where there is no colour, and words for a photo that is not there. All have the size asked for.
"""

import asyncio
from collections import OrderedDict
from enum import StrEnum
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip

from civictui import pictures
from civictui.domain.errors import PictureError

if TYPE_CHECKING:
    from PIL.Image import Image

SHADES = " .:-=+*#%@"
"""From dark to bright, for a dark background: characters by the ink they have."""


class Tier(StrEnum):
    """How a picture is drawn. rich-pixels draws by colour alone: without colours it is blank."""

    BLOCKS = "half blocks"
    SHADES = "ASCII shades"


class Absent(StrEnum):
    """Why there is no picture to draw: the words, and the sign for where they do not fit."""

    NONE = "no photo"
    PENDING = "pending"
    BROKEN = "broken"

    @property
    def sign(self) -> str:
        return {"no photo": "-", "pending": "~", "broken": "!"}[self.value]


def cells(
    content: bytes, columns: int, rows: int, *, tier: Tier = Tier.BLOCKS, crop: bool = True
) -> list[Strip]:
    """Draw a picture: exactly `rows` strips of `columns` cells.

    With `crop` it fills them; without, the whole picture is in the middle, with blanks around.
    Takes some milliseconds for a thumbnail, up to half a second for a large picture: call it in a
    thread (`Gallery.draw` does). Raises PictureError.
    """
    if columns < 1 or rows < 1:
        return [Strip.blank(max(columns, 0))] * max(rows, 0)
    image = pictures.fit(content, columns, rows * 2, crop=crop)
    drawn = _blocks(image) if tier is Tier.BLOCKS else _shades(image)
    return _centred(drawn, columns, rows)


def placeholder(absent: Absent, columns: int, rows: int) -> list[Strip]:
    """The same size in words, or in their sign where there is no room."""
    if columns < 1 or rows < 1:
        return [Strip.blank(max(columns, 0))] * max(rows, 0)
    words = absent.value.split()
    if columns >= len(absent.value):
        lines = [absent.value]
    elif columns >= max(map(len, words)) and rows >= len(words):
        lines = words
    else:
        lines = [absent.sign]
    drawn = [Strip([Segment(line.center(columns))], columns) for line in lines]
    return _centred(drawn, columns, rows)


class Gallery:
    """The drawings made last, by picture and size, so that scrolling back costs nothing."""

    def __init__(self, tier: Tier = Tier.BLOCKS, limit: int = 200) -> None:
        self.tier = tier
        self._limit = limit
        self._drawn: OrderedDict[tuple[str, int, int, bool], list[Strip]] = OrderedDict()

    def drawn(self, key: str, columns: int, rows: int, *, crop: bool = True) -> list[Strip] | None:
        """What `draw` has made of the picture `key`; None where it has not, or long ago."""
        strips = self._drawn.get((key, columns, rows, crop))
        if strips is not None:
            self._drawn.move_to_end((key, columns, rows, crop))
        return strips

    async def draw(
        self, key: str, content: bytes, columns: int, rows: int, *, crop: bool = True
    ) -> list[Strip]:
        """Decode and draw in a thread, and remember it; a damaged picture becomes words."""
        known = self.drawn(key, columns, rows, crop=crop)
        if known is not None:
            return known
        try:
            strips = await asyncio.to_thread(
                cells, content, columns, rows, tier=self.tier, crop=crop
            )
        except PictureError:
            strips = placeholder(Absent.BROKEN, columns, rows)
        self._drawn[key, columns, rows, crop] = strips
        while len(self._drawn) > self._limit:
            self._drawn.popitem(last=False)
        return strips

    def clear(self) -> None:
        """Forget all: when the store is locked, nothing of it stays on a screen."""
        self._drawn.clear()


def _blocks(image: "Image") -> list[Strip]:
    """Two pixels a cell, one over the other."""
    from rich_pixels import HalfcellRenderer

    segments = HalfcellRenderer().render(image, None)
    lines = Segment.split_lines(segments)
    return [Strip(line, image.width).simplify() for line in lines]


def _shades(image: "Image") -> list[Strip]:
    """One character a cell, for the mean of two pixels, stretched over all shades."""
    from PIL import Image, ImageOps

    grey = image.convert("L").resize((image.width, image.height // 2), Image.Resampling.BOX)
    levels = ImageOps.autocontrast(grey, cutoff=1).tobytes()
    text = "".join(SHADES[level * len(SHADES) // 256] for level in levels)
    starts = range(0, len(text), image.width)
    return [Strip([Segment(text[start : start + image.width])], image.width) for start in starts]


def _centred(drawn: list[Strip], columns: int, rows: int) -> list[Strip]:
    """Put blanks around, so that there are `rows` strips of `columns` cells."""
    above = (rows - len(drawn)) // 2
    below = rows - len(drawn) - above
    blank = Strip.blank(columns)
    return [blank] * above + [_padded(strip, columns) for strip in drawn] + [blank] * below


def _padded(strip: Strip, columns: int) -> Strip:
    left = (columns - strip.cell_length) // 2
    right = columns - strip.cell_length - left
    if not (left or right):
        return strip
    return Strip([Segment(" " * left), *strip, Segment(" " * right)], columns)
