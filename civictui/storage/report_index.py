"""What the list needs beside the documents: their order, their text and their places in memory.

Documents stay JSON until somebody looks at one; order and search come from here. Each report has a
number, its place in columns of plain values: an object a report would cost five times the memory.
A changed report gets a new number, and when most numbers are out of use all are given anew.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import count
from math import asin, cos, degrees, isnan, radians, sin
from typing import cast

from civictui.codec import decode_trusted, encode
from civictui.domain.model import Doc, GeoPoint, Photo, Query
from civictui.domain.text import folded
from civictui.storage.byte_run import ByteRun
from civictui.storage.report_entry import Entry, Glimpse, entry_of, entry_seen
from civictui.storage.search_texts import SearchTexts
from civictui.storage.time_order import TimeOrder

DEGREE_METERS = 110_000
"""A degree of latitude is longer than this everywhere."""
SPARE = 1_000
"""So many numbers may always be out of use."""


class ReportIndex:
    """The documents' observer: filled by `load`, kept current by `observe`."""

    glimpse = Glimpse

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._columns = _Columns()

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, key: object) -> bool:
        return key in self._numbers

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
        entry = None if doc is None else entry_of(key, doc)
        if entry is not None:
            self._numbers[key] = self._columns.add(key, entry)

    def newest(self) -> Iterator[str]:
        """All ids, the newest report first."""
        return map(self._columns.ids.__getitem__, self._columns.order.latest_first())

    def find(self, query: Query) -> list[str]:
        """Ids of the reports that hold every word of the query, the newest first."""
        words, who = folded(query.text).split(), query.assigned
        if not (words or who):
            return list(self.newest())
        ids, order = self._columns.ids, self._columns.order
        found = set(self._columns.texts.holding(words) if words else order.latest_first())
        if who:
            found &= self._columns.assigned.get(who, set())
        return [ids[number] for number in order.latest_first() if number in found]

    def point(self, key: str) -> GeoPoint | None:
        number = self._numbers.get(key)
        return None if number is None else self._columns.point(number)

    def places(self) -> Iterator[tuple[str, GeoPoint]]:
        """Every report that has a place, with it."""
        found = ((key, self._columns.point(number)) for key, number in self._numbers.items())
        return ((key, point) for key, point in found if point is not None)

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
        for key, entry in found:
            if entry is not None:
                columns.add(key, entry)
        self._numbers.update(zip(columns.ids[first:], count(first)))

    def _remove(self, key: str) -> None:
        self._columns.drop(self._numbers.pop(key))
        if len(self._columns) > 2 * len(self._numbers) + SPARE:
            self._renumber()

    def _renumber(self) -> None:
        columns = _Columns()
        for key, number in self._numbers.items():
            self._numbers[key] = columns.copy(self._columns, number)
        self._columns = columns


class _Photos:
    """The photos of the reports that have some, as JSON: few questions are about them."""

    def __init__(self) -> None:
        self._numbers = array("I")
        self._json = ByteRun()

    def __getitem__(self, number: int) -> tuple[Photo, ...]:
        """Those of one report; empty where it has none."""
        place = bisect_left(self._numbers, number)
        if place == len(self._numbers) or self._numbers[place] != number:
            return ()
        return tuple(Photo(*fields) for fields in decode_trusted(self._json[place]))

    def add(self, number: int, photos: tuple[Photo, ...]) -> None:
        """Those of a report with a higher number than all before."""
        fields = [(p.large, p.thumbnail, p.bytes, p.width, p.height, p.caption) for p in photos]
        self._numbers.append(number)
        self._json.add(encode(fields))


class _Columns:
    """The reports by number. A number that was dropped is not in the order; its values stay."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.times = array("d")
        self.latitudes = array("d")
        self.longitudes = array("d")
        self.photos = _Photos()
        self.assignees: dict[int, str] = {}
        self.assigned: dict[str, set[int]] = {}
        self.texts = SearchTexts()
        self.order = TimeOrder(self.times, self.ids)

    def __len__(self) -> int:
        return len(self.ids)

    def add(self, key: str, entry: Entry) -> int:
        """Append a report; gives its number."""
        number = len(self.ids)
        time, text, latitude, longitude, photos, assignee = entry
        self.ids.append(key)
        self.times.append(time)
        self.texts.add(text)
        self.latitudes.append(latitude)
        self.longitudes.append(longitude)
        if photos:
            self.photos.add(number, photos)
        if assignee:
            self.assignees[number] = assignee
            self.assigned.setdefault(assignee, set()).add(number)
        return number

    def copy(self, columns: "_Columns", number: int) -> int:
        """Append a report of other columns; gives its new number."""
        return self.add(
            columns.ids[number],
            (
                columns.times[number],
                columns.texts[number],
                columns.latitudes[number],
                columns.longitudes[number],
                columns.photos[number],
                columns.assignees.get(number, ""),
            ),
        )

    def drop(self, number: int) -> None:
        self.order.remove(number)

    def in_box(self, point: GeoPoint, meters: float) -> Iterator[int]:
        """Numbers, dropped ones too, of the places in a box about a circle on the globe."""
        north, east = _half_box(point.latitude, meters)
        for number, latitude in enumerate(self.latitudes):
            if abs(latitude - point.latitude) <= north:
                away = abs(self.longitudes[number] - point.longitude)
                if min(away, 360 - away) <= east:
                    yield number

    def point(self, number: int) -> GeoPoint | None:
        latitude = self.latitudes[number]
        return None if isnan(latitude) else GeoPoint(latitude, self.longitudes[number])


def _half_box(latitude: float, meters: float) -> tuple[float, float]:
    """How far to the north and to the east, in degrees, a circle on the globe may reach.

    From the haversine formula, with the latitude where a degree of longitude is shortest.
    """
    radius = min(180.0, (meters + 1) / DEGREE_METERS)  # one metre for what rounding takes
    shortest = cos(radians(min(90.0, abs(latitude) + radius)))
    return radius, degrees(2 * asin(min(1.0, sin(radians(radius / 2)) / shortest)))
