"""Remarks and changes of status: which documents are about which report.

Beside the index of the reports, which hears of every document through this one. An update costs
some 200 bytes here, a report without one nothing.
"""

from collections.abc import Iterable, Iterator

from civictui.domain.model import Doc, Photo, Update, is_update
from civictui.domain.model.update import UPDATE
from civictui.storage.observer import Observer
from civictui.storage.report_entry import PHOTOS, Glimpse, photos_seen


def in_order(updates: Iterable[Update]) -> list[Update]:
    """The earliest first; one without a readable time before all others."""

    def when(update: Update) -> tuple[float, str]:
        return update.time.timestamp() if update.time else 0.0, update.id

    return sorted(updates, key=when)


class UpdateIndex:
    """`Observer` of the documents: it keeps the ids of updates, and tells the other index."""

    glimpse = Glimpse

    def __init__(self, others: Observer) -> None:
        self._others = others
        self._about: dict[str, str] = {}
        """The report of each update."""
        self._ids: dict[str, tuple[str, ...]] = {}
        """The updates of each report, in no order."""
        self._photos: dict[str, tuple[Photo, ...]] = {}
        """Of the updates that have some."""

    def __contains__(self, key: object) -> bool:
        return key in self._about

    def of(self, report: str) -> tuple[str, ...]:
        """The ids of the updates of a report; in no order."""
        return self._ids.get(report, ())

    def named(self) -> Iterator[tuple[str, Photo]]:
        """All photos that updates name, each with the id; those of the latest id first."""
        keys = sorted(self._photos, reverse=True)
        return ((key, photo) for key in keys for photo in self._photos[key])

    def load(self, found: Iterable[tuple[str, Glimpse]]) -> None:
        self._others.load(self._seen(found))

    def begin(self, found: Iterable[tuple[str, Doc]]) -> None:
        self._others.begin(self._begun(found))

    def observe(self, key: str, doc: Doc | None) -> None:
        self._forget(key)
        if doc is not None:
            self._take(key, doc)
        self._others.observe(key, doc)

    def _seen(self, found: Iterable[tuple[str, Glimpse]]) -> Iterator[tuple[str, Glimpse]]:
        """All of it, on its way to the other index: only once are the rows looked at."""
        for key, body in found:
            if body.type == UPDATE and isinstance(body.report, str) and body.report:
                self._note(key, body.report, photos_seen(body))
            yield key, body

    def _begun(self, found: Iterable[tuple[str, Doc]]) -> Iterator[tuple[str, Doc]]:
        for key, body in found:
            self._take(key, body)
            yield key, body

    def _take(self, key: str, doc: Doc) -> None:
        if is_update(doc):
            update = Update.from_doc(doc)
            self._note(key, update.report, update.photos[:PHOTOS])

    def _note(self, key: str, report: str, photos: tuple[Photo, ...]) -> None:
        self._about[key] = report
        self._ids[report] = (*self._ids.get(report, ()), key)
        if photos:
            self._photos[key] = photos

    def _forget(self, key: str) -> None:
        report = self._about.pop(key, None)
        if report is None:
            return
        left = tuple(other for other in self._ids[report] if other != key)
        if left:
            self._ids[report] = left
        else:
            del self._ids[report]
        self._photos.pop(key, None)
