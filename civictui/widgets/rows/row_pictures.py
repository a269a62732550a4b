"""The thumbnails beside the rows: asked for by the window, drawn in a thread."""

from collections.abc import Awaitable, Callable
from functools import cache
from typing import TypeAlias

from textual.strip import Strip

from civictui.domain.model import Draft
from civictui.widgets.pictures.thumbnail import Absent, Gallery, placeholder
from civictui.widgets.rows.row_book import Row
from civictui.widgets.rows.row_lines import HEIGHT

COLUMNS = 10

AskPicture: TypeAlias = Callable[[str], Awaitable[bytes | None]]


class RowPictures:
    """Lines of thumbnails; knows which were asked for in vain."""

    def __init__(self, ask: AskPicture, gallery: Gallery) -> None:
        self._ask = ask
        self._gallery = gallery
        self._absent: set[str] = set()

    def strip(self, row: Row | None, line: int) -> Strip:
        """One line of the row's thumbnail, or of what stands for it."""
        if row is None:
            return Strip.blank(COLUMNS)
        key = thumbnail_key(row)
        if not key:
            return _words(Absent.NONE)[line]
        if not self._gallery.draws:
            return _words(Absent.HIDDEN)[line]
        drawn = self._gallery.drawn(key, COLUMNS, HEIGHT)
        return (drawn or _words(Absent.PENDING))[line]

    async def prepare(self, row: Row | None) -> str:
        """Have the row's thumbnail drawn; its key if the look of those that have it changes.

        Where pictures are not drawn, none is asked for.
        """
        key = thumbnail_key(row) if row and self._gallery.draws else ""
        if not key or key in self._absent or self._gallery.drawn(key, COLUMNS, HEIGHT):
            return ""
        content = await self._ask(key)
        if content is None:
            self._absent.add(key)
            return ""
        await self._gallery.draw(key, content, COLUMNS, HEIGHT)
        return key

    def look_again(self, key: str) -> None:
        """Forget that a picture was not here."""
        self._absent.discard(key)


def thumbnail_key(row: Row) -> str:
    """The key of the first photo's thumbnail; "" without one."""
    photos = row.photos if isinstance(row, Draft) else row.report.photos
    return photos[0].thumbnail or photos[0].large if photos else ""


@cache
def _words(absent: Absent) -> list[Strip]:
    return placeholder(absent, COLUMNS, HEIGHT)
