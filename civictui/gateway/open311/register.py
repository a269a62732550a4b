"""Which reports there are, and what updates made of them: followed from the database's feed.

It works on any database, asks it for what is new before each answer, and begins anew where that is
another one by now. A report costs some 430 bytes of memory, its text none; the first answer after a
start reads all documents once.
"""

import asyncio
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from operator import itemgetter
from sys import intern
from typing import NamedTuple

from civictui.domain.model import SERVICE, Doc, GeoPoint, Service, Services, is_report
from civictui.domain.model.update import Update, is_update
from civictui.domain.model.values import read_time, text_of
from civictui.domain.ports import Change
from civictui.gateway.database.port import Database
from civictui.gateway.open311.asking import RequestQuery
from civictui.gateway.open311.telling import CLOSED, EVER, LINE_CHARACTERS, OPEN, Coding, is_over
from civictui.gateway.problems import Problem
from civictui.geo.distance import meters
from civictui.storage.in_force import NEVER

_ROWS = 500
_BEGINNING = "0"
_DEGREE = 110_000.0
"""Metres that a degree of latitude has at the least."""


class Entry(NamedTuple):
    """A report as it is looked for. `at`: seconds since 1970, NEVER where that cannot be read."""

    at: float
    author: str
    category: str
    code: str
    status: str
    point: GeoPoint | None


class Standing(NamedTuple):
    """What the latest update that changes the status says: "" where none does."""

    at: datetime = EVER
    update: str = ""
    status: str = ""


class Register:
    """Of one database. Belongs to the event loop."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reading = asyncio.Lock()
        self._forget_all()

    async def catch_up(self) -> Coding:
        """Take in what is new; returns the categories as they are now. Raises Problem 503."""
        async with self._reading:
            await self._catch_up()
        return self.coding

    async def find(self, query: RequestQuery, author: str | None) -> list[str]:
        """The ids of one page of the reports that are asked for, the newest first.

        `author` limits it to the reports of one account.
        """
        async with self._reading:  # nothing is taken in while a thread looks through it
            await self._catch_up()
            return await asyncio.to_thread(self._search, query, author)

    def standing(self, report: str) -> Standing:
        """What is in force of a report by its updates."""
        return max(self._acts.get(report, {}).values(), default=Standing())

    # --- following the feed ------------------------------------------------------------------

    def _forget_all(self) -> None:
        self._since = _BEGINNING
        self._entries: dict[str, Entry] = {}
        self._order: list[tuple[float, str]] | None = None
        """All of them, the newest first; None before it is asked for. To sort 100,000 takes 0.2 s
        in which nobody else is answered: so each change finds its place in it."""
        self._acts: dict[str, dict[str, Standing]] = {}
        """By report and update."""
        self._about: dict[str, str] = {}
        """The report of each update that sets a status."""
        self._defined: dict[str, Service] = {}
        self.coding = Coding(Services())

    async def _catch_up(self) -> None:
        if self._since == _BEGINNING:
            self._since = await self._database.position(_BEGINNING)
        try:
            await self._follow()
        except Problem as problem:
            if problem.code != "foreign_sequence":
                raise
            self._forget_all()
            self._since = await self._database.position(_BEGINNING)
            await self._follow()

    async def _follow(self) -> None:
        while True:
            page = await self._database.changes(self._since, _ROWS, include_docs=True)
            docs = await self._docs(page.rows)
            for row in page.rows:
                self._take(row.id, docs.get(row.id))
            is_last = not page.pending or str(page.last_seq) == self._since
            self._since = str(page.last_seq)
            if is_last:
                return

    async def _docs(self, rows: Iterable[Change]) -> dict[str, Doc]:
        """The living winners; those that did not come with their rows are asked for."""
        living = [row for row in rows if not row.deleted]
        found = {row.id: row.doc for row in living if row.doc is not None}
        lacking = [row.id for row in living if row.doc is None]
        if lacking:
            asked = await self._database.bulk_get([(key, None) for key in lacking])
            found |= {k: doc for k, doc in zip(lacking, asked, strict=True) if doc is not None}
        return {key: doc for key, doc in found.items() if not doc.get("_deleted")}

    def _take(self, key: str, doc: Doc | None) -> None:
        """Put what a document says now in the place of what it said before."""
        self._leave(key)
        if (report := self._about.pop(key, None)) is not None:
            self._acts[report].pop(key)
        if doc is not None and is_report(doc):
            self._enter(key, _entry(doc))
        elif doc is not None:
            self._take_update(key, doc)
        self._take_service(key, doc)

    def _enter(self, key: str, entry: Entry) -> None:
        self._entries[key] = entry
        if self._order is not None:
            insort(self._order, (-entry.at, key))

    def _leave(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None and self._order is not None:
            del self._order[bisect_left(self._order, (-entry.at, key))]

    def _take_service(self, key: str, doc: Doc | None) -> None:
        before = self._defined.pop(key, None)
        service = Service.from_doc(doc) if doc and doc.get("type") == SERVICE else None
        if service is not None:
            self._defined[key] = service
        if service != before:
            self.coding = Coding(Services.of(self._defined.values()))

    def _take_update(self, key: str, doc: Doc) -> None:
        update = Update.from_doc(doc)
        if is_update(doc) and update.status:
            said = Standing(update.time or EVER, key, _short(update.status))
            self._acts.setdefault(update.report, {})[key] = said
            self._about[key] = update.report

    # --- searching ---------------------------------------------------------------------------

    def _search(self, query: RequestQuery, author: str | None) -> list[str]:
        if query.ids:
            return [key for key in dict.fromkeys(query.ids) if self._is_of(key, author)]
        found = (key for key in self._between(query.start, query.end) if self._is_of(key, author))
        fitting = (key for key in found if self._fits(key, self._entries[key], query))
        first = (query.page - 1) * query.page_size
        return list(islice(fitting, first, first + query.page_size))

    def _between(self, start: float, end: float) -> Iterator[str]:
        """The ids of a span of time, the newest first."""
        if self._order is None:
            self._order = sorted((-entry.at, key) for key, entry in self._entries.items())
        first = bisect_left(self._order, (-end, ""))
        last = bisect_right(self._order, -start, key=itemgetter(0))
        return (key for _, key in islice(self._order, first, last))

    def _is_of(self, key: str, author: str | None) -> bool:
        entry = self._entries.get(key)
        return entry is not None and author in (None, entry.author)

    def _fits(self, key: str, entry: Entry, query: RequestQuery) -> bool:
        return (
            (not query.codes or self.coding.code(entry.category, entry.code) in query.codes)
            and (not query.statuses or self._status(key, entry) in query.statuses)
            and (query.near is None or _is_near(entry.point, query.near, query.radius))
        )

    def _status(self, key: str, entry: Entry) -> str:
        return CLOSED if is_over(self.standing(key).status or entry.status) else OPEN


def _entry(doc: Doc) -> Entry:
    return Entry(
        at=_seconds(text_of(doc.get("reportedDateTime"))),
        author=intern(text_of(doc.get("reportedBy"))),
        category=_short(doc.get("category")),
        code=_short(doc.get("service_code")),
        status=_short(doc.get("status")),
        point=GeoPoint.from_geojson(doc.get("geoLocation")),
    )


def _short(value: object) -> str:
    """The same few words come in thousands of reports; one that is long is nobody's code."""
    return intern(text_of(value)[:LINE_CHARACTERS])


def _seconds(text: str) -> float:
    time = read_time(text)
    return time.timestamp() if time else NEVER


def _is_near(point: GeoPoint | None, near: GeoPoint, radius: float) -> bool:
    if point is None or abs(point.latitude - near.latitude) * _DEGREE > radius:
        return False  # most are, and this is cheap
    return meters(point, near) <= radius
