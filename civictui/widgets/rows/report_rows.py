"""The list of reports: virtual, three lines a row, cheap on the wire.

Only what is seen is fetched and drawn, so that 100,000 reports cost what ten do. The cursor is
one sign in the first column: moving it draws two cells.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence, Set
from typing import TypeAlias

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from civictui.domain.errors import CivicError
from civictui.domain.model import NO_SERVICES, Draft, ReportRow, Services
from civictui.domain.text import one_line
from civictui.keys import ROWS
from civictui.widgets.background import in_background
from civictui.widgets.bindings import bindings
from civictui.widgets.category_names import NameOf, names_of
from civictui.widgets.fit import fit
from civictui.widgets.pictures.thumbnail import Gallery
from civictui.widgets.rows.row_book import Entry, Row, RowBook
from civictui.widgets.rows.row_lines import HEIGHT, row_lines
from civictui.widgets.rows.row_pictures import COLUMNS, AskPicture, RowPictures, thumbnail_key

Fetch: TypeAlias = Callable[[Sequence[str]], Awaitable[list[ReportRow]]]
CURSOR = ">"
MARK = "*"
NEWS = "+"
BESIDE = 2
"""The columns of the cursor and of the marks, before the thumbnail."""
LEFT = BESIDE + COLUMNS + 1
"""Cells before the text: those columns, the thumbnail, a gap."""


class ReportRows(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows entries in the order it is given; fetches their rows by the window."""

    BINDINGS = bindings(ROWS)

    class Opened(Message):
        """The person wants this draft or report."""

        def __init__(self, row: Row) -> None:
            super().__init__()
            self.row = row

    class Turned(Message):
        """Other reports are marked, or there is another kind of entry with the cursor."""

    class Failed(Message):
        """Rows could not be read."""

        def __init__(self, error: CivicError) -> None:
            super().__init__()
            self.error = error

    def __init__(self, fetch: Fetch, ask_picture: AskPicture, gallery: Gallery) -> None:
        super().__init__()
        self.book = RowBook()
        self.name_of: NameOf = names_of(NO_SERVICES)
        """What a category is called."""
        self._fetch = fetch
        self._pictures = RowPictures(ask_picture, gallery)
        self._wanted: Entry | None = None
        self._empty = ""
        self._moved = False
        self._laid_out: tuple[Row | None, int, NameOf, tuple[Text, ...]] = None, -1, one_line, ()
        self._told: bool | None = None
        """Whether there was a report with the cursor when that was told last."""

    def show(
        self,
        drafts: Sequence[Draft],
        ids: Sequence[str],
        *,
        empty: str = "",
        from_top: bool = False,
    ) -> None:
        """Take a new order; what is read stays on its line of the screen.

        Until the cursor is moved for the first time it stays at the top, while a first sync brings
        newer and newer reports. `empty` is what to say where there is nothing.
        """
        anchor, line = self._anchor()
        differs = self.book.replace(drafts, ids)
        if from_top or not self._moved:
            self.book.move_to(0)
            anchor, line = None, 0
        self._take_wanted()
        if differs or empty != self._empty:
            self._empty = empty
            self.virtual_size = Size(self.size.width, len(self.book) * HEIGHT)
            self._hold(anchor, line)
            self.refresh()
        else:
            self._draw_places(range(len(drafts)))
        self._tell_kind()
        self._fill()

    def _anchor(self) -> tuple[Entry | None, int]:
        """What is to stay on its line, and that line: the entry with the cursor, where it is seen.

        Where the mouse has scrolled away from it, the first one in sight; None is the cursor's.
        """
        line = self.book.cursor * HEIGHT - self.scroll_offset.y
        if -HEIGHT < line < self.size.height or not len(self.book):
            return None, line
        top = min(self.scroll_offset.y // HEIGHT, len(self.book) - 1)
        return self.book.entry(top), top * HEIGHT - self.scroll_offset.y

    def _hold(self, anchor: Entry | None, line: int) -> None:
        place = self.book.place_of(anchor) if anchor else None
        if place is None:
            self._scroll_to_line(self.book.cursor * HEIGHT - line)
            self._keep_cursor_in_sight()
        else:
            self._scroll_to_line(place * HEIGHT - line)

    async def look_ahead(self, ids: Sequence[str]) -> None:
        """Fetch what will be on the first page, so that it is drawn once and whole."""
        if missing := self.book.lacking(ids[: self.page + 1]):
            self._draw_places(self.book.learn(await self._fetch(missing)))

    def distrust(self) -> None:
        """Something has changed: what is in sight is fetched anew with the next order."""
        self.book.distrust()

    def call_by(self, services: Services) -> None:
        """Name categories as the city does."""
        self.name_of = names_of(services)
        self.refresh()

    def point_at(self, entry: Entry) -> None:
        """Put the cursor on an entry now, or when it appears."""
        self._wanted = entry
        self._moved = True
        self._take_wanted()
        self._keep_cursor_in_sight()
        self.refresh()

    def picture_ready(self, key: str) -> None:
        """A picture has come: look again for those in sight that lacked it."""
        self._pictures.look_again(key)
        self._fill()

    @property
    def current(self) -> Row | None:
        """The draft or report with the cursor, once it is fetched."""
        return self.book.row(self.book.cursor) if len(self.book) else None

    def redraw(self) -> None:
        """Thumbnails are drawn in another way from now on."""
        self.refresh(Region(BESIDE, 0, COLUMNS, self.size.height))
        self._fill()

    def _take_wanted(self) -> None:
        place = self.book.place_of(self._wanted) if self._wanted else None
        if place is not None:
            self.book.move_to(place)
            self._wanted = None

    # --- drawing ---

    def render_line(self, y: int) -> Strip:
        place, line = divmod(y + self.scroll_offset.y, HEIGHT)
        width = self.size.width
        if place >= len(self.book):
            words = self._empty if y == 1 and not len(self.book) else ""
            return Strip([Segment(fit(words, width), self.rich_style)], width)
        row = self.book.row(place)
        text = self._lines(row, max(0, width - LEFT))[line]
        strips = [
            Strip([Segment(self._signs(place, line), Style(bold=True))], BESIDE),
            self._pictures.strip(row, line),
            Strip([Segment(" ")], 1),
            Strip(text.render(self.app.console), max(0, width - LEFT)),
        ]
        return Strip.join(strips).crop(0, width).apply_style(self.rich_style)

    def _lines(self, row: Row | None, width: int) -> tuple[Text, ...]:
        """Laid out once for the lines of a row, which are drawn one after the other."""
        known, at, name_of, lines = self._laid_out
        if known is not row or (at, name_of) != (width, self.name_of):
            lines = row_lines(row, width, self.name_of)
            self._laid_out = row, width, self.name_of, lines
        return lines

    def _signs(self, place: int, line: int) -> str:
        """The two columns at the left: the cursor and the mark above, what is new below."""
        if line == 0:
            cursor = CURSOR if place == self.book.cursor else " "
            return cursor + (MARK if self.book.is_marked(place) else " ")
        row = self.book.row(place)
        is_new = line == 1 and isinstance(row, ReportRow) and row.is_new
        return f" {NEWS}" if is_new else "  "

    def _draw_places(self, places: Iterable[int]) -> None:
        for place in places:
            self.refresh_lines(place * HEIGHT, HEIGHT)

    def _draw_pictures(self, places: Sequence[int]) -> None:
        """The thumbnails alone: the words beside them are on the screen already."""
        for place in places:
            top = place * HEIGHT - self.scroll_offset.y
            self.refresh(Region(BESIDE, top, COLUMNS, HEIGHT))

    def _draw_sign(self, place: int, column: int = 0) -> None:
        self.refresh(Region(column, place * HEIGHT - self.scroll_offset.y, 1, 1))

    # --- moving ---

    @property
    def page(self) -> int:
        """How many whole rows are in sight."""
        return max(1, self.size.height // HEIGHT)

    def _move_to(self, place: int) -> None:
        before = self.book.cursor
        self.book.move_to(place)
        self._moved = True
        self._wanted = None
        if self.book.cursor != before:
            self._draw_sign(before)
            self._draw_sign(self.book.cursor)
            self._keep_cursor_in_sight()
            self._tell_kind()

    def _tell_kind(self) -> None:
        """Say when what can be done with the entry under the cursor has become other."""
        entry = self.book.current
        kind = None if entry is None else not entry.draft
        if kind is not self._told:
            self._told = kind
            self.post_message(self.Turned())

    def _keep_cursor_in_sight(self) -> None:
        """Turn half a page where the cursor leaves it: a whole repaint is dear, and so is rare."""
        top = self.scroll_offset.y
        first = self.book.cursor * HEIGHT
        if first < top or first + HEIGHT > top + self.size.height:
            step = (self.page // 2) * HEIGHT
            below = first >= top
            self._scroll_to_line(first - step if below else first - self.size.height + step)

    def _scroll_to_line(self, line: int) -> None:
        rows_line = line - line % HEIGHT
        self.scroll_to(y=max(0, rows_line), animate=False, force=True)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._fill()

    def action_move(self, step: int) -> None:
        self._move_to(self.book.cursor + step)

    def action_page(self, pages: int) -> None:
        self._move_to(self.book.cursor + pages * self.page)

    def action_first(self) -> None:
        self._move_to(0)

    def action_last(self) -> None:
        self._move_to(len(self.book) - 1)

    def action_open(self) -> None:
        if (row := self.current) is not None:
            self.post_message(self.Opened(row))

    # --- marking ---

    def action_mark(self) -> None:
        """Mark the report with the cursor, or take its mark away, and go to the next."""
        place = self.book.cursor
        if self.book.mark(place):
            self._draw_sign(place, 1)
            self._move_to(place + 1)
            self.post_message(self.Turned())

    def action_mark_all(self) -> None:
        self.book.mark_all()
        self._marks_changed()

    def unmark(self, reports: Set[str]) -> None:
        if reports & self.book.marked:
            self.book.marked -= reports
            self._marks_changed()

    def _marks_changed(self) -> None:
        first, end = self._window()
        for place in range(first, min(end, len(self.book))):
            self._draw_sign(place, 1)
        self.post_message(self.Turned())

    # --- the mouse ---

    def on_mouse_scroll_down(self) -> None:
        self._moved = True

    def on_mouse_scroll_up(self) -> None:
        self._moved = True

    def on_click(self, event: events.Click) -> None:
        place = (event.y + self.scroll_offset.y) // HEIGHT
        if place == self.book.cursor:
            self.action_open()
        elif place < len(self.book):
            self._move_to(place)

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self.book) * HEIGHT)
        self._keep_cursor_in_sight()
        self._fill()

    # --- fetching ---

    def _window(self) -> tuple[int, int]:
        """First place and end of what is in sight, with half a page around."""
        top = self.scroll_offset.y // HEIGHT
        return max(0, top - self.page // 2), top + self.page + self.page // 2 + 1

    def _fill(self) -> None:
        if self.is_attached and len(self.book):
            in_background(self, self._fetch_window, "rows", alone=True)

    def _with_picture(self, places: Iterable[int], key: str) -> list[int]:
        """All rows that show this picture: reports may have the same one."""
        rows = ((place, self.book.row(place)) for place in places)
        return [place for place, row in rows if row and thumbnail_key(row) == key]

    async def _fetch_window(self) -> None:
        first, end = self._window()
        try:
            if missing := self.book.missing(first, end):
                self._draw_places(self.book.learn(await self._fetch(missing)))
            places = range(first, min(end, len(self.book)))
            for place in places:
                if drawn := await self._pictures.prepare(self.book.row(place)):
                    self._draw_pictures(self._with_picture(places, drawn))
        except CivicError as error:
            self.post_message(self.Failed(error))
