"""Remarks, changes of status and assignments: which documents are about which report.

Beside the index of the reports, which hears of every document through this one, and of what is in
force by the updates of a report. An update costs some 200 bytes here, twice that where it changes
something, a report without one nothing.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from heapq import nlargest
from sys import intern

from civictui.codec import decode_trusted, encode
from civictui.domain.model import Doc, Photo, Update, is_update, now_text, read_time
from civictui.domain.model.update import UPDATE, word_of
from civictui.storage.in_force import NEVER, Act, InForce, in_force
from civictui.storage.observer import Observer
from civictui.storage.report_entry import PHOTOS, Glimpse, photos_seen, seconds_of
from civictui.storage.report_index import ReportIndex

_FEW = 16
"""Ids in a tuple take less room than in a set; of more each change would copy all."""
READ = 1_000
"""Updates of one report that are looked at: nobody reads more, and each costs 30 microseconds."""

READ_CHARACTERS = 4_000_000
"""Of all that is said about one report, the latest: nobody fills the memory with remarks."""
PHOTO_CHARACTERS = 200
"""What a photo counts as."""


_LATER = 0.002
"""Seconds: written in whole milliseconds, this is later, however the fraction is rounded."""


def _act_time(text: str) -> float:
    seconds = seconds_of(text)
    return NEVER if not seconds and read_time(text) is None else seconds


def _overrules(update: Update, act: Act) -> bool:
    both_assign = update.assignee is not None and act.assignee is not None
    return both_assign or bool(update.status and act.status)


def latest(docs: Iterable[Doc]) -> list[Update]:
    """What these documents, the latest made first, say, in the order of their times."""
    found, size = [], 0
    for doc in docs:
        found.append(Update.from_doc(doc))
        size += len(found[-1].text) + PHOTO_CHARACTERS * len(found[-1].photos)
        if size > READ_CHARACTERS:
            break
    return in_order(found)


def in_order(updates: Iterable[Update]) -> list[Update]:
    """The earliest first; one without a readable time before all others."""

    def when(update: Update) -> tuple[float, str]:
        return update.time.timestamp() if update.time else NEVER, update.id

    return sorted(updates, key=when)


class UpdateIndex:
    """`Observer` of the documents: it keeps the ids of updates, and tells the other index."""

    glimpse = Glimpse

    def __init__(self, others: Observer, reports: ReportIndex) -> None:
        """`others` hear of every document, `reports` (one of them) of what is in force."""
        self._others = others
        self._reports = reports
        self._acts: dict[str, Act] = {}
        """Of the updates that change something, by id."""
        self._moved: set[str] = set()
        """Reports of which something else may be in force now, and that were not told so yet."""
        self._about: dict[str, str] = {}
        """The report of each update."""
        self._ids: dict[str, tuple[str, ...] | set[str]] = {}
        """The updates of each report, in no order."""
        self._photos: dict[str, bytes] = {}
        """Of the updates that have some, as JSON: objects would take three times the room."""

    def __contains__(self, key: object) -> bool:
        return key in self._about

    def report_of(self, key: str) -> str:
        """The report that an update is about; of every other document its own id."""
        return self._about.get(key, key)

    def of(self, report: str) -> list[str]:
        """The ids of the updates of a report, the latest made first; of very many only those."""
        return nlargest(READ, self._ids.get(report, ()))

    def in_force(self, report: str) -> InForce:
        """What counts instead of what the document of the report says."""
        acts = self._acts
        return in_force((key, acts[key]) for key in self._ids.get(report, ()) if key in acts)

    def after(self, update: Update) -> Update:
        """It, later than the words in force that it overrules, whatever the clock here shows.

        Who says something else has seen those; with a clock that is behind, or beside those of one
        that is far ahead, it would count for nothing.
        """
        acts = (self._acts.get(key) for key in self._ids.get(update.report, ()))
        times = [act.time for act in acts if act and _overrules(update, act)]
        if not times or max(times) < seconds_of(update.reported_at):
            return update
        with suppress(OverflowError, ValueError, OSError):  # nothing is later than the year 9999
            later = datetime.fromtimestamp(max(times) + _LATER, UTC)
            return replace(update, reported_at=now_text(later))
        return update

    def named(self) -> Iterator[tuple[str, Photo]]:
        """All photos that updates name, each with the id; those of the latest id first."""
        keys = sorted(self._photos, reverse=True)
        return (
            (key, Photo(*fields)) for key in keys for fields in decode_trusted(self._photos[key])
        )

    def load(self, found: Iterable[tuple[str, Glimpse]]) -> None:
        self._others.load(self._seen(found))
        self._tell()

    def begin(self, found: Iterable[tuple[str, Doc]]) -> None:
        self._others.begin(self._begun(found))
        self._tell()

    def observe(self, key: str, doc: Doc | None) -> None:
        self._forget(key)
        if doc is not None:
            self._take(key, doc)
        self._others.observe(key, doc)
        self._tell()

    def _seen(self, found: Iterable[tuple[str, Glimpse]]) -> Iterator[tuple[str, Glimpse]]:
        """All of it, on its way to the other index: only once are the rows looked at."""
        for key, body in found:
            if body.type == UPDATE and isinstance(body.report, str) and body.report:
                self._note(key, body.report, photos_seen(body))
                self._act(key, body.report, body.reportedDateTime, body.status, body.assignee)
            yield key, body

    def _begun(self, found: Iterable[tuple[str, Doc]]) -> Iterator[tuple[str, Doc]]:
        for key, body in found:
            self._take(key, body)
            yield key, body

    def _take(self, key: str, doc: Doc) -> None:
        if is_update(doc):
            update = Update.from_doc(doc)
            self._note(key, update.report, update.photos[:PHOTOS])
            self._act(key, update.report, update.reported_at, update.status, update.assignee)
        elif key in self._ids:
            self._moved.add(key)

    def _act(self, key: str, report: str, at: str, status: str, assignee: str | None) -> None:
        """Take in what an update changes; the same words come in thousands of them."""
        status = word_of(status)
        if status or assignee is not None:
            who = None if assignee is None else intern(word_of(assignee))
            self._acts[key] = Act(_act_time(at), intern(status), who)
            self._moved.add(report)

    def _tell(self) -> None:
        for report in self._moved:
            self._reports.overrule(report, *self.in_force(report))
        self._moved.clear()

    def _note(self, key: str, report: str, photos: tuple[Photo, ...]) -> None:
        self._about[key] = report
        ids = self._ids.get(report, ())
        if isinstance(ids, set):
            ids.add(key)
        else:
            self._ids[report] = (*ids, key) if len(ids) < _FEW else {*ids, key}
        if photos:
            self._photos[key] = encode(
                [(p.large, p.thumbnail, p.bytes, p.width, p.height, p.caption) for p in photos]
            )

    def _forget(self, key: str) -> None:
        report = self._about.pop(key, None)
        if report is None:
            return
        self._photos.pop(key, None)
        if self._acts.pop(key, None):
            self._moved.add(report)
        ids = self._ids[report]
        if isinstance(ids, set):
            ids.discard(key)
        else:
            ids = self._ids[report] = tuple(other for other in ids if other != key)
        if not ids:
            del self._ids[report]
