"""The list of reports as it is read from the store, and what its first line says of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Label

from civictui.domain.errors import CivicError
from civictui.domain.events import Event, PackMoved, PictureReady, ReportSaved, ReportsChanged
from civictui.domain.model import (
    NO_SERVICES,
    Draft,
    GeoPoint,
    ListFilter,
    Query,
    ReportRow,
    Services,
    Sort,
    SyncPhase,
    Tally,
)
from civictui.domain.text import folded, one_line
from civictui.screens.acting import Acting
from civictui.screens.desk import Desk
from civictui.screens.rereading import Rereading
from civictui.widgets import pack_text
from civictui.widgets.bindings import bound_name
from civictui.widgets.filter_text import named_words
from civictui.widgets.list_heading import Shown, found, heading
from civictui.widgets.rows.report_rows import ReportRows
from civictui.widgets.rows.search_field import SearchField
from civictui.widgets.title_line import TitleLine

EMPTY = "No reports yet."
FETCHING = "Fetching the reports …"
NO_POSITION = "nearest to what? No position is known yet: a report's form can ask the receiver"
DRAWN = 0.03
"""Seconds in which the first page of a search is drawn, before the rest of it is looked for."""
FETCHING_PHASES = (SyncPhase.CONNECTING, SyncPhase.PUSHING, SyncPhase.PULLING)


class ListReading(Acting[None], inherit_bindings=False):
    """Asks again whenever something has changed; the cursor stays on its report."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._search = ""
        self._chosen = ListFilter()
        self._from_top = False
        self._is_stale = True
        """Whether something may have changed since the store was asked."""
        self._tally = Tally()
        self._drafts: list[Draft] = []
        self._saved: list[ListFilter] = []
        self._services: Services = NO_SERVICES
        self._reading = Rereading(self, self._read)

    def body(self) -> ComposeResult:
        with Horizontal(id="search-line"):
            yield Label("Search: ")
            yield SearchField(id="search")
            yield Label("", id="found", markup=False)
        yield ReportRows(self._fetch, self.desk.service.picture, self.desk.gallery)

    @property
    def rows(self) -> ReportRows:
        return self.query_one(ReportRows)

    # --- reading ---

    def read_again(self) -> None:
        """Something may have changed."""
        self._is_stale = True
        self._reading.now()

    def happened(self, event: Event) -> None:
        if isinstance(event, ReportSaved | ReportsChanged):
            self._is_stale = True
            self._reading.calmly()
        elif isinstance(event, PictureReady):
            self.rows.picture_ready(event.key)
        elif isinstance(event, PackMoved) and event.pack.ended:
            self.say(pack_text.in_short(event.pack), error=bool(event.pack.reason))

    async def _read(self) -> None:
        if self._is_stale:
            await self._read_besides()
        near = await self._position() if self._chosen.needs_position else None
        search, chosen, from_top = self._search, self._chosen, self._from_top
        query = chosen.query(search, self.desk.service.user, near)
        if not from_top or await self._show_first(query, search, chosen):
            ids = await self.desk.service.reader.find(query)
            self._show(ids, search, chosen)
        if (search, chosen) == (self._search, self._chosen):
            self._say_what_is_shown()

    async def _show_first(self, query: Query, search: str, chosen: ListFilter) -> bool:
        """The first page alone, which is there at once; whether the others are to be found.

        They are not once somebody has typed on: another reading follows this one.
        """
        most = self.rows.page + 1
        ids = await self.desk.service.reader.find(replace(query, limit=most))
        await self.rows.look_ahead(ids)
        self._show(ids, search, chosen, from_top=True)
        if len(ids) < most:
            return False
        await asyncio.sleep(DRAWN)
        return (search, chosen) == (self._search, self._chosen)

    def _show(
        self, ids: Sequence[str], search: str, chosen: ListFilter, *, from_top: bool = False
    ) -> None:
        drafts = [draft for draft in self._drafts if _fits(draft, search)]
        self.rows.show(
            drafts if chosen.is_any else [],
            ids,
            empty=self._nothing(search, chosen),
            from_top=from_top,
        )
        if (search, chosen) == (self._search, self._chosen):
            self._from_top = False

    async def _read_besides(self) -> None:
        """What a search or a filter changes nothing of."""
        self._is_stale = False
        reader, had_news = self.desk.service.reader, bool(self._tally.news)
        try:
            self._tally = await reader.tally()
            self._drafts = await reader.drafts()
            services = await reader.services()
        except CivicError:
            self._is_stale = True
            raise
        self.rows.distrust()
        if services != self._services:
            self._services = services
            self.rows.call_by(services)
        if bool(self._tally.news) != had_news:
            self.refresh_bindings()

    async def _fetch(self, ids: Sequence[str]) -> list[ReportRow]:
        service = self.desk.service
        return await service.reader.rows(ids, await service.position())

    async def _position(self) -> GeoPoint | None:
        """From where it is measured; without a position nothing is near, and that is said."""
        position = await self.desk.service.position()
        if position is None:
            by_distance = self._chosen.sort is Sort.NEAREST
            sort = Sort.NEWEST if by_distance else self._chosen.sort
            self._chosen = replace(self._chosen, name="", within=0, sort=sort)
            self.say(NO_POSITION, error=True)
        return position

    @on(ReportRows.Failed)
    def rows_failed(self, message: ReportRows.Failed) -> None:
        self.failed(message.error)

    # --- saying ---

    @on(ReportRows.Turned)
    def rows_turned(self) -> None:
        self._say_what_is_shown()
        self.refresh_bindings()

    def _say_what_is_shown(self) -> None:
        book = self.rows.book
        shown = Shown(
            count=len(book.ids),
            total=self._tally.total,
            drafts=len(book) - len(book.ids),
            news=self._tally.news,
            search=self._search,
            chosen=self._chosen,
            marked=len(book.marked),
            hidden=book.unseen_marks,
        )
        self.query_one(TitleLine).entitle(heading(shown, self.rows.name_of))
        self.query_one("#found", Label).update(f" {found(shown)}")

    def _nothing(self, search: str, chosen: ListFilter) -> str:
        """What to say where no report is: perhaps the first ones are on their way."""
        plain = replace(chosen, name="", sort=Sort.NEWEST)
        said = "" if chosen.is_any else named_words(plain, self.rows.name_of)
        if search and said:
            return f"No report like this has “{one_line(search)}” in it: {said}. {self._way_back()}"
        if search:
            return f"Nothing has “{one_line(search)}” in it. {self._way_back()}"
        if said:
            return f"No report is like this: {said}. {self._way_back()}"
        state = self.desk.service.sync_state()
        coming = state.phase in FETCHING_PHASES and state.proved_at is None
        return FETCHING if coming else self._empty()

    def _way_back(self) -> str:
        return f"{bound_name(self, 'list.unfilter')} shows all again."

    def _empty(self) -> str:
        """With the keys that change it."""
        new, sync = bound_name(self, "list.new"), bound_name(self, "list.sync")
        ways = [f"{new} writes one"] if new else []
        ways += [f"{sync} asks the server for those of the others"] if sync else []
        return f"{EMPTY} {', '.join(ways)}." if ways else EMPTY


def _fits(draft: Draft, search: str) -> bool:
    text = folded(f"{draft.description} {draft.address} {draft.category}")
    return all(word in text for word in folded(search).split())
