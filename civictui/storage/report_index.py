"""What the list needs beside the documents: their order, their text and their places in memory.

Documents stay JSON bytes until somebody looks at one; order and search come from here.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass

from civictui.domain.model import Doc, GeoPoint, Photo, Query, Report, is_report
from civictui.domain.text import folded

SEARCHED = 4_000
"""Characters of a field that a search looks at: normalising a hostile megabyte takes minutes."""
PHOTOS = 20
"""Photos of one report that are fetched by themselves."""


@dataclass(frozen=True, slots=True)
class _Entry:
    order: tuple[float, str]
    text: str
    point: GeoPoint | None
    photos: tuple[Photo, ...]


class ReportIndex:
    """Kept current by `observe`, the documents' observer."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._order: list[tuple[float, str]] = []

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def observe(self, key: str, doc: Doc | None) -> None:
        """Take in what `key` is now; None, or a document that is no report, takes it out."""
        self._remove(key)
        if doc is None or not is_report(doc):
            return
        report = Report.from_doc(doc)
        time = report.time
        order = (time.timestamp() if time else 0.0, key)
        entry = _Entry(order, _words(report), report.point, report.photos[:PHOTOS])
        self._entries[key] = entry
        insort(self._order, entry.order)

    def newest(self) -> Iterator[str]:
        """All ids, the newest report first."""
        return (key for _, key in reversed(self._order))

    def find(self, query: Query) -> list[str]:
        """Ids of the reports that hold every word of the query, the newest first."""
        words = folded(query.text).split()
        found = self.newest()
        if words:
            entries = self._entries
            found = (key for key in found if all(word in entries[key].text for word in words))
        return list(found)

    def point(self, key: str) -> GeoPoint | None:
        entry = self._entries.get(key)
        return entry.point if entry else None

    def places(self) -> Iterator[tuple[str, GeoPoint]]:
        """Every report that has a place, with it."""
        return ((key, entry.point) for key, entry in self._entries.items() if entry.point)

    def photos(self) -> Iterator[Photo]:
        """All photos that reports name, those of the newest report first."""
        return (photo for key in self.newest() for photo in self._entries[key].photos)

    def _remove(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry:
            del self._order[bisect_left(self._order, entry.order)]


def _words(report: Report) -> str:
    fields = (
        report.description, report.address, report.category, report.reported_by,
        report.status, report.id,
    )  # fmt: skip
    return folded("\n".join(field[:SEARCHED] for field in fields))
