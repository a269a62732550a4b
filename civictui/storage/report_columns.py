"""The reports as columns of plain values, by number: an object for each would cost five times that.

A number that was dropped is not in the order any more; its values stay until all is copied.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from math import asin, cos, degrees, isnan, radians, sin
from typing import Self

from civictui.codec import decode_trusted, encode
from civictui.domain.model import GeoPoint, Photo
from civictui.domain.model.filters import status_word
from civictui.storage.byte_run import ByteRun
from civictui.storage.globe import Globe
from civictui.storage.report_entry import Entry
from civictui.storage.search_texts import SearchTexts
from civictui.storage.time_order import TimeOrder
from civictui.storage.words import Words

DEGREE_METERS = 110_000
"""A degree of latitude is longer than this everywhere."""


class Columns:
    def __init__(self) -> None:
        self.ids: list[str] = []
        self.times = array("d")
        self.latitudes = array("d")
        self.longitudes = array("d")
        self.photos = _Photos()
        self.texts = SearchTexts()
        self.order = TimeOrder(self.times, self.ids)
        self.globe = Globe(self.latitudes, self.longitudes)
        self.status_words = Words(status_word)
        self.category_words = Words()
        self.people = Words()
        self.statuses = array("I")
        """In force; what the documents say is beside it, and so with the assignees."""
        self.assignees = array("I")
        self.categories = array("I")
        self.reporters = array("I")
        self.editors = array("I")
        self._own_statuses = array("I")
        self._own_assignees = array("I")

    def __len__(self) -> int:
        return len(self.ids)

    def extend(self, keys: Sequence[str], entries: Sequence[Entry]) -> None:
        """Append reports; they get the next numbers."""
        if not entries:
            return
        first, people = len(self.ids), self.people
        times, texts, north, east, photos, statuses, kinds, by, who, editors = zip(
            *entries, strict=True
        )
        self.ids += keys
        self.times.extend(times)
        self.texts.extend(texts)
        self.latitudes.extend(north)
        self.longitudes.extend(east)
        for number, named in enumerate(photos, first):
            if named:
                self.photos.add(number, named)
        self.categories.extend(map(self.category_words.__getitem__, kinds))
        self.reporters.extend(map(people.__getitem__, by))
        self.editors.extend(map(people.__getitem__, editors))
        self._own_statuses.extend(map(self.status_words.__getitem__, statuses))
        self._own_assignees.extend(map(people.__getitem__, who))
        self.statuses += self._own_statuses[first:]
        self.assignees += self._own_assignees[first:]

    def overrule(self, number: int, status: str, assignee: str | None) -> None:
        """What updates say of a report; "" and None leave it to the document."""
        own_status, own_assignee = self._own_statuses[number], self._own_assignees[number]
        self.statuses[number] = self.status_words[status] if status else own_status
        self.assignees[number] = own_assignee if assignee is None else self.people[assignee]

    def copied(self, numbers: Sequence[int]) -> Self:
        """These reports alone, in this order, numbered anew."""
        new = type(self)()
        new.status_words, new.category_words = self.status_words, self.category_words
        new.people = self.people
        for mine, its in zip(self._measures(), new._measures(), strict=True):
            its.extend(map(mine.__getitem__, numbers))
        for own, other in zip(self._codes(), new._codes(), strict=True):
            other.extend(map(own.__getitem__, numbers))
        new.ids += map(self.ids.__getitem__, numbers)
        new.texts.extend(map(self.texts.__getitem__, numbers))
        for number, old in enumerate(numbers):
            if photos := self.photos[old]:
                new.photos.add(number, photos)
        return new

    def _measures(self) -> "tuple[array[float], ...]":
        return self.times, self.latitudes, self.longitudes

    def _codes(self) -> "tuple[array[int], ...]":
        return (
            self.statuses, self.assignees, self.categories, self.reporters, self.editors,
            self._own_statuses, self._own_assignees,
        )  # fmt: skip

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

    def add(self, number: int, photos: Iterable[Photo]) -> None:
        """Those of a report with a higher number than all before."""
        fields = [(p.large, p.thumbnail, p.bytes, p.width, p.height, p.caption) for p in photos]
        self._numbers.append(number)
        self._json.add(encode(fields))


def _half_box(latitude: float, meters: float) -> tuple[float, float]:
    """How far to the north and to the east, in degrees, a circle on the globe may reach.

    From the haversine formula, with the latitude where a degree of longitude is shortest.
    """
    radius = min(180.0, (meters + 1) / DEGREE_METERS)  # one metre for what rounding takes
    shortest = cos(radians(min(90.0, abs(latitude) + radius)))
    return radius, degrees(2 * asin(min(1.0, sin(radians(radius / 2)) / shortest)))
