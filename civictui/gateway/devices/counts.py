"""What came each day, by device and version: numbers alone, without content.

{"v": 1, "day": YYYY-MM-DD, "rows": [[device, version, {"documents": n, ...}]]}, sealed, one
document a day (UTC), for 90 days.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import NamedTuple, Self

from civictui.domain.model import Doc
from civictui.gateway.devices.records import open_shelf
from civictui.gateway.folder import GatewayFolder

KEPT_DAYS = 90
MOST_ROWS = 20_000
"""Of a day; whatever else comes is counted in one row that names no device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Revisions of documents, pictures, bytes of request bodies as they came, documents refused."""

    documents: int = 0
    pictures: int = 0
    bytes_in: int = 0
    refused: int = 0
    sign_ins: int = 0
    renewals: int = 0

    def __add__(self, other: "Count") -> Self:
        sums = {name: getattr(self, name) + getattr(other, name) for name in NAMES}
        return type(self)(**sums)


NAMES = tuple(field.name for field in fields(Count))


class CountKey(NamedTuple):
    day: str
    device: str
    version: str


class Counts:
    """The counts of one folder. Synchronous: its caller owns the store's thread."""

    def __init__(self, folder: GatewayFolder) -> None:
        self._shelf = open_shelf(folder)
        self._days: dict[str, dict[CountKey, Count]] = {}
        """The last day that was written to."""

    def add(self, news: Mapping[CountKey, Count]) -> None:
        """Add to what is there, durably. Raises StoreFull, StoreError."""
        for day in sorted({key.day for key in news}):
            rows = dict(self._day(day))
            for key, count in news.items():
                if key.day == day:
                    _add(rows, key, count)
            self._shelf.put(_name(day), _document(day, rows))
            self._days = {day: rows}

    def _day(self, day: str) -> Mapping[CountKey, Count]:
        if day not in self._days:
            self._drop_before(day)
            found = self._shelf.get(_name(day))
            return dict(_rows(found)) if found else {}
        return self._days[day]

    def _drop_before(self, today: str) -> None:
        """Forget the days that are too long ago."""
        oldest = (date.fromisoformat(today) - timedelta(KEPT_DAYS - 1)).isoformat()
        for file, document in self._shelf.readable():
            if "day" in document and document["day"] < oldest:
                file.remove()


def counts_of(folder: GatewayFolder) -> dict[CountKey, Count]:
    """All that is written down, for the command line; the oldest day first."""
    found = [document for _, document in open_shelf(folder).readable() if "day" in document]
    return dict(sorted(row for document in found for row in _rows(document)))


def _add(rows: dict[CountKey, Count], key: CountKey, count: Count) -> None:
    if key not in rows and len(rows) >= MOST_ROWS:
        key = CountKey(key.day, "", "")
    rows[key] = rows.get(key, Count()) + count


def _name(day: str) -> str:
    return f"day {day}"


def _document(day: str, rows: Mapping[CountKey, Count]) -> Doc:
    said = [[key.device, key.version, count] for key, count in rows.items()]
    return {"v": 1, "day": day, "rows": said}


def _rows(document: Doc) -> Iterator[tuple[CountKey, Count]]:
    for device, version, said in document["rows"]:
        yield CountKey(document["day"], device, version), Count(**said)
