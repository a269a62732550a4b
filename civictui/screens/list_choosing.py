"""Choosing which reports the list shows, and in which order: search, filters, news, sort."""

from dataclasses import replace
from typing import Final

from textual import on
from textual.widgets import Input

from civictui.domain.errors import CivicError
from civictui.domain.model import ListFilter, Sort
from civictui.keys import SAVED, Key
from civictui.screens.filter_page import FilterPage
from civictui.screens.intents import Done
from civictui.screens.list_intents import SeeAll
from civictui.screens.list_reading import NO_POSITION, ListReading
from civictui.widgets import words
from civictui.widgets.background import in_background
from civictui.widgets.filter_text import named_words
from civictui.widgets.form.filter_form import Offered
from civictui.widgets.rows.search_field import SearchField
from civictui.widgets.title_line import TitleLine

NO_NEWS: Final = "nothing has come since you last looked"
_ORDERS: Final = tuple(Sort)


class ListChoosing(ListReading, inherit_bindings=False):
    """Each choice is in force at once, and the heading says so."""

    def on_mount(self) -> None:
        self.read_again()
        in_background(self, self._read_saved, "saved filters")

    async def _read_saved(self) -> None:
        try:
            self._saved = await self.desk.service.filters()
        except CivicError as error:
            self.failed(error)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        match action, parameters:
            case "unfilter", _:
                return self._leaves_out or bool(self.rows.book.marked)
            case "seen", _:
                return bool(self._tally.news)
            case "saved", (int(number),):
                return number <= len(self._saved)
        return True

    def named(self, key: Key) -> Key:
        """The digits have the names of the saved filters; what is at hand comes first."""
        names = dict(zip(SAVED, self._saved, strict=False))
        if key in names:
            return replace(key, help=f"Saved filter {named_words(names[key], self.rows.name_of)}")
        match key.id:
            case "list.unfilter" if not self._leaves_out:
                return replace(key, help="Take off all marks", footer="no marks")
            case "list.update":
                return replace(key, urgent=bool(self.rows.book.marked))
            case "list.news":
                return replace(key, urgent=bool(self._tally.news) and not self._chosen.news)
            case "list.seen":
                return replace(key, urgent=self._chosen.news)
        return key

    @property
    def _leaves_out(self) -> bool:
        """Whether a search or a filter is in force."""
        return bool(self._search) or not self._chosen.is_any

    def choose(self, chosen: ListFilter) -> None:
        """Show what is chosen, from the top; all reports again where the cursor is."""
        self.say("")
        if chosen != self._chosen:
            self._from_top = not chosen.is_any or chosen.sort is not self._chosen.sort
            self._chosen = chosen
            self._reading.now()
            self.refresh_bindings()

    # --- searching ---

    def action_search(self) -> None:
        self._show_search_line(True)
        self.query_one(SearchField).focus()

    @on(Input.Changed, "#search")
    def search_typed(self, event: Input.Changed) -> None:
        self._seek(event.value)

    @on(SearchField.Left)
    async def search_left(self, message: SearchField.Left) -> None:
        """Back to the list, with the search kept or ended.

        All of it has to be there first: what was typed ahead may be to mark all, or the last one.
        """
        self._seek(self.query_one(SearchField).value if message.keep else "")
        await self._reading.through()
        self._show_search_line(False)
        self.rows.focus()

    def _show_search_line(self, shown: bool) -> None:
        """It takes the place of the title, so that the list does not move."""
        self.query_one("#search-line").display = shown
        self.query_one(TitleLine).display = not shown

    def _seek(self, text: str) -> None:
        if text == self._search:
            return
        begins_or_ends = not (text and self._search)
        self._search = text
        self._from_top = bool(text)
        self.say("")
        if begins_or_ends:
            self.refresh_bindings()
        self._reading.now()

    def action_unfilter(self) -> None:
        """One step back: the search ends, then the filter, then the marks. The order stays."""
        if self._search:
            self.query_one(SearchField).value = ""
            self._seek("")
        elif self._leaves_out:
            self.choose(ListFilter(sort=self._chosen.sort))
        else:
            self.rows.unmark(frozenset(self.rows.book.marked))

    # --- filters ---

    def action_filter(self) -> None:
        self.say("")
        in_background(self, self._offer, "filter", alone=True)

    async def _offer(self) -> None:
        service = self.desk.service
        try:
            offered = Offered(
                tally=await service.reader.tally(),
                services=await service.reader.services(),
                saved=tuple(await service.filters()),
                has_position=await service.position() is not None,
            )
        except CivicError as error:
            self.failed(error)
            return
        page = FilterPage(self.desk, self._chosen, offered, self._search)
        self.app.push_screen(page, self._filtered)

    def _filtered(self, chosen: ListFilter | None) -> None:
        in_background(self, self._read_saved, "saved filters")
        if chosen is not None:
            self.choose(chosen)

    def action_saved(self, number: int) -> None:
        """The saved filter with this number, counted from 1."""
        if number <= len(self._saved):
            self.choose(self._saved[number - 1])

    def action_sort(self) -> None:
        in_background(self, self._sort, "sort", alone=True)

    async def _sort(self) -> None:
        """The next order; without a position there is no nearest."""
        after = _ORDERS[(_ORDERS.index(self._chosen.sort) + 1) % len(_ORDERS)]
        unknown = after is Sort.NEAREST and await self.desk.service.position() is None
        sort = Sort.STATUS if unknown else after
        self.choose(replace(self._chosen, name="", sort=sort))
        self._from_top = True
        if unknown:
            self.say(NO_POSITION, error=True)

    # --- news ---

    def action_news(self) -> None:
        """Only what is new, or no longer only that; where nothing is, the list stays."""
        if self._chosen.news or self._tally.news:
            self.choose(replace(self._chosen, name="", news=not self._chosen.news))
        else:
            self.say(NO_NEWS)

    def action_seen(self) -> None:
        if self._tally.news:
            self.post_message(SeeAll(self, self._tally))

    def on_done(self, message: Done) -> None:
        if isinstance(message.intent, SeeAll):
            if self._chosen.news:
                self.choose(replace(self._chosen, name="", news=False))
            self.say(f"{words.counted(message.intent.count, 'report')} seen")
            self.read_again()
