"""Photos as strips of terminal cells, for a `render_line`; nothing here is a widget.

A picture, or words for one that is not there, in exactly the size asked for.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from rich.segment import Segment
from textual.strip import Strip

from civictui import pictures
from civictui.domain.errors import PictureError
from civictui.widgets.pictures.pixels import SHADES, strips_of
from civictui.widgets.pictures.tiers import Tier
from civictui.widgets.pictures.zoom import Size, Zoom

__all__ = ["SHADES", "Absent", "Gallery", "Tier", "cells", "placeholder", "zoomed"]


class Absent(StrEnum):
    """Why there is no picture to draw: the words, and the sign for where they do not fit."""

    NONE = "no photo"
    PENDING = "pending"
    BROKEN = "broken"
    HIDDEN = "not drawn"

    @property
    def sign(self) -> str:
        return {"no photo": "-", "pending": "~", "broken": "!", "not drawn": "o"}[self.value]


def cells(
    content: bytes, columns: int, rows: int, *, tier: Tier = Tier.BLOCKS, crop: bool = True
) -> list[Strip]:
    """Draw a picture: exactly `rows` strips of `columns` cells.

    With `crop` it fills them; without, the whole picture is in the middle, with blanks around.
    Takes some milliseconds for a thumbnail, up to half a second for a large picture: call it in a
    thread (`Gallery.draw` does). Raises PictureError.
    """
    if columns < 1 or rows < 1 or tier is Tier.NONE:
        return [Strip.blank(max(columns, 0))] * max(rows, 0)
    image = pictures.fit(content, columns, rows * 2, crop=crop)
    return centred(strips_of(image, tier), columns, rows)


def zoomed(
    content: bytes, room: Size, zoom: Zoom, tier: Tier, fitted: Size | None
) -> tuple[list[Strip], Size]:
    """A part of a picture in `room` pixels of an even height.

    Also gives the size of the whole picture in that room: pass it as `fitted` the next time, which
    saves a decoding. To be called in a thread. Raises PictureError.
    """
    fitted = fitted or pictures.fit(content, *room, crop=False).size
    sight = zoom.sight(room, fitted)
    image = pictures.view(content, sight.width, sight.height, sight.window)
    return centred(strips_of(image, tier), room[0], room[1] // 2), fitted


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
    return centred(drawn, columns, rows)


def centred(drawn: list[Strip], columns: int, rows: int) -> list[Strip]:
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


class _Drawing(NamedTuple):
    """What a drawing was made of and for."""

    key: str
    columns: int
    rows: int
    crop: bool
    tier: Tier

    @property
    def is_small(self) -> bool:
        return self.columns * self.rows <= 100


class _Shelf:
    """The drawings made last, up to a number of cells, of which one takes 90 to 650 bytes."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._drawn: OrderedDict[_Drawing, list[Strip]] = OrderedDict()

    def get(self, drawing: _Drawing) -> list[Strip] | None:
        strips = self._drawn.get(drawing)
        if strips is not None:
            self._drawn.move_to_end(drawing)
        return strips

    def put(self, drawing: _Drawing, strips: list[Strip]) -> None:
        """Keep it, and forget what was not seen for longest; the last one always stays."""
        self._drawn[drawing] = strips
        filled = sum(kept.columns * kept.rows for kept in self._drawn)
        while filled > self._room and len(self._drawn) > 1:
            oldest, _ = self._drawn.popitem(last=False)
            filled -= oldest.columns * oldest.rows

    def clear(self) -> None:
        self._drawn.clear()


class Gallery:
    """How pictures are drawn now, and the drawings made last: by picture, size and tier.

    So scrolling back, turning back and a terminal that gets its size back cost nothing. Thumbnails
    have a shelf of their own, from which no large picture drives them.
    """

    def __init__(
        self,
        tier: Tier = Tier.BLOCKS,
        tiers: Sequence[Tier] = tuple(Tier),
        *,
        thumbnail_cells: int = 6_000,
        picture_cells: int = 12_000,
    ) -> None:
        self.tier = tier
        self.tiers = tuple(tiers)
        self._small = _Shelf(thumbnail_cells)
        self._large = _Shelf(picture_cells)
        self._begun: dict[_Drawing, asyncio.Task[list[Strip]]] = {}
        self._emptied = 0

    @property
    def draws(self) -> bool:
        """Whether pictures are drawn at all: where not, none need be fetched."""
        return self.tier is not Tier.NONE

    def turn(self) -> Tier:
        """Draw in the next way from now on."""
        place = self.tiers.index(self.tier) if self.tier in self.tiers else -1
        self.tier = self.tiers[(place + 1) % len(self.tiers)]
        return self.tier

    def drawn(
        self, key: str, columns: int, rows: int, *, crop: bool = True, tier: Tier | None = None
    ) -> list[Strip] | None:
        """What `draw` has made of the picture `key`; None where it has not, or long ago."""
        drawing = _Drawing(key, columns, rows, crop, tier or self.tier)
        return self._shelf(drawing).get(drawing)

    async def draw(
        self,
        key: str,
        content: bytes,
        columns: int,
        rows: int,
        *,
        crop: bool = True,
        tier: Tier | None = None,
    ) -> list[Strip]:
        """Decode and draw in a thread, and remember it; a damaged picture becomes words.

        What was begun is finished and kept although nobody waits for it any more: it has scrolled
        out of sight, and may come back. The same is never drawn twice at a time.
        """
        drawing = _Drawing(key, columns, rows, crop, tier or self.tier)
        known = self._shelf(drawing).get(drawing)
        if known is not None:
            return known
        task = self._begun.get(drawing)
        if task is None:
            task = self._begun[drawing] = asyncio.create_task(
                self._make(drawing, content, self._emptied)
            )
            task.add_done_callback(lambda _: self._begun.pop(drawing, None))
        return await asyncio.shield(task)

    def clear(self) -> None:
        """Forget all: when the store is locked, nothing of it stays on a screen."""
        self._emptied += 1
        self._small.clear()
        self._large.clear()

    async def _make(self, drawing: _Drawing, content: bytes, emptied: int) -> list[Strip]:
        """Not kept where all was forgotten since it was asked for."""
        _, columns, rows, crop, tier = drawing
        try:
            strips = await asyncio.to_thread(cells, content, columns, rows, tier=tier, crop=crop)
        except PictureError:
            strips = placeholder(Absent.BROKEN, columns, rows)
        if emptied == self._emptied:
            self._shelf(drawing).put(drawing, strips)
        return strips

    def _shelf(self, drawing: _Drawing) -> _Shelf:
        return self._small if drawing.is_small else self._large
