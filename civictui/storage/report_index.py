"""What the list needs beside the documents: their order, their text and their places in memory.

Documents stay JSON until somebody looks at one; order, filters and search come from here. Each
report has a number, its place in columns of plain values. A changed report gets a new number, and
when most numbers are out of use all are given anew.
"""

from collections.abc import Iterable, Iterator, Set
from itertools import count, islice
from typing import cast

from civictui.domain.model import Doc, GeoPoint, Photo, Query
from civictui.storage.report_columns import Columns
from civictui.storage.report_entry import Entry, Glimpse, entry_of, entry_seen
from civictui.storage.report_search import ANY, Choice, found

SPARE = 1_000
"""So many numbers may always be out of use."""
_AT_A_TIME = 500
"""Entries that are taken into the columns together."""


class ReportIndex:
    """The documents' observer: filled by `load`, kept current by `observe`."""

    glimpse = Glimpse

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._columns = Columns()

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, key: object) -> bool:
        return key in self._numbers

    def count(self, keys: Set[str]) -> int:
        """How many of them are reports."""
        return len(self._numbers.keys() & keys)

    @property
    def columns(self) -> Columns:
        """As they are now: a change may put others in their place."""
        return self._columns

    def load(self, found: Iterable[tuple[str, Glimpse]]) -> None:
        """Take in many documents, none of which was observed before."""
        self._add((key, entry_seen(key, body)) for key, body in found)

    def begin(self, found: Iterable[tuple[str, Doc]]) -> None:
        """The same with their whole bodies."""
        self._add((key, entry_of(key, body)) for key, body in found)

    def observe(self, key: str, doc: Doc | None) -> None:
        """Take in what `key` is now; None, or a document that is no report, takes it out."""
        if key in self._numbers:
            self._remove(key)
        if doc is not None:
            self._add([(key, entry_of(key, doc))])

    def overrule(self, key: str, status: str, assignee: str | None) -> None:
        """What updates say of a report; "" and None leave it to its document."""
        number = self._numbers.get(key)
        if number is not None:
            self._columns.overrule(number, status, assignee)

    def newest(self) -> Iterator[str]:
        """All ids, the newest report first."""
        return map(self._columns.ids.__getitem__, self._columns.order.latest_first())

    def find(self, query: Query, choice: Choice = ANY) -> list[str]:
        """Ids of the reports that fit, in the order asked for; see `report_search`."""
        return found(self._columns, self._numbers, query, choice)

    def editor(self, key: str) -> str | None:
        """Who wrote the present version of a report; None where it is none."""
        number = self._numbers.get(key)
        return None if number is None else self._columns.people.all[self._columns.editors[number]]

    def around(self, point: GeoPoint, meters: float) -> Iterator[tuple[str, GeoPoint]]:
        """Every report that may lie within so many metres: those in a box about the circle."""
        for number in self._columns.in_box(point, meters):
            key = self._columns.ids[number]
            if self._numbers.get(key) == number:
                yield key, cast(GeoPoint, self._columns.point(number))

    def photos(self) -> Iterator[Photo]:
        """All photos that reports name, those of the newest report first."""
        photos = self._columns.photos
        return (photo for number in self._columns.order.latest_first() for photo in photos[number])

    def named(self) -> Iterator[tuple[str, Photo]]:
        """The same, each with the id of its report."""
        ids, photos = self._columns.ids, self._columns.photos
        for number in self._columns.order.latest_first():
            for photo in photos[number]:
                yield ids[number], photo

    def _add(self, found: Iterable[tuple[str, Entry | None]]) -> None:
        columns = self._columns
        first = len(columns)
        reports = ((key, entry) for key, entry in found if entry is not None)
        while part := list(islice(reports, _AT_A_TIME)):
            keys, entries = zip(*part, strict=True)
            columns.extend(keys, entries)
        self._numbers.update(zip(columns.ids[first:], count(first)))

    def _remove(self, key: str) -> None:
        self._columns.drop(self._numbers.pop(key))
        if len(self._columns) > 2 * len(self._numbers) + SPARE:
            self._columns = self._columns.copied(list(self._numbers.values()))
            self._numbers = dict(zip(self._columns.ids, count()))
