"""What came, or was changed by others, since the user last looked: the reports that are new.

Found out from the changes feed, whose places are of this store: what lies behind the place that the
secret "seen" names. A report that was looked at alone has a row with its own place. Nothing is new
before the first sync is through: all of it would be.
"""

from collections.abc import Iterable, Set
from contextlib import suppress

from civictui.domain.errors import StoreError
from civictui.domain.merge import EDITED
from civictui.domain.model import Doc, is_update
from civictui.domain.model.values import text_of
from civictui.storage.documents import Documents
from civictui.storage.report_index import ReportIndex
from civictui.storage.tables import SealedDatabase

_SEEN = "seen"
"""The secret, and the table."""
_PLACE, _KEPT = "s", "n"
"""Up to where it was looked at; and whether it was new when it was changed here."""


class News:
    """Synchronous: its caller owns the store's thread."""

    def __init__(
        self, database: SealedDatabase, documents: Documents, reports: ReportIndex
    ) -> None:
        self._transaction = database.transaction
        self._secrets = database.sealed("secrets")
        self._looked_at = database.sealed(_SEEN)
        self._documents = documents
        self._reports = reports
        self._user = ""
        self._read_to: int | None = None
        """How far the feed was read; None before the first question."""
        self._new: set[str] = set()

    def of(self, user: str) -> Set[str]:
        """Ids of the reports that are new to this user, as they are now.

        Those that updates are about are among them before they come, and when they are gone.
        """
        since = self._since()
        if since is None:
            return frozenset()
        if self._read_to is None or user != self._user:
            self._user, self._new, self._read_to = user, set(), since
        for place, key in self._documents.changed(self._read_to):
            self._take(key, place)
            self._read_to = place
        return self._new

    def begin(self) -> None:
        """A first sync is through: whatever comes from now on is new."""
        if self._since() is None:
            self._put(self._documents.update_sequence)

    def keep(self, user: str, reports: Iterable[str]) -> None:
        """What is new of these stays so when they are changed here: the feed knows the last change.

        Where nothing can be written it is new until the store is closed.
        """
        with suppress(StoreError), self._transaction():
            for report in self.of(user) & set(reports):
                row = self._looked_at.one(report) or {}
                if not row.get(_KEPT):
                    self._looked_at.put(report, {**row, _KEPT: True})

    def seen(self, user: str, report: str = "", place: int | None = None) -> bool:
        """Take this report, or with "" each one, for looked at; gives whether there was news.

        Of all reports only what had come when the feed was at `place` was looked at.
        """
        new = self.of(user)
        if report and report not in new:
            return False
        had_news = any(key in self._reports for key in new)
        if report:
            self._looked_at.put(report, {_PLACE: self._documents.update_sequence})
            self._new.discard(report)
        else:
            last = self._documents.update_sequence
            self._put(last if place is None else min(place, last))
        return had_news

    def _since(self) -> int | None:
        """The place up to which all was looked at; None where nothing was ever."""
        place = (self._secrets.one(_SEEN) or {}).get("value")
        return place if isinstance(place, int) else None

    def _put(self, place: int) -> None:
        with self._transaction():
            self._secrets.put(_SEEN, {"value": place})
            for report in self._looked_at.ids():
                if (self._looked_at.one(report) or {}).get(_PLACE, 0) <= place:
                    self._looked_at.drop(report)
        self._new.clear()
        self._read_to = place

    def _take(self, key: str, place: int) -> None:
        """A document changed. One's own change is no news, and ends none: others stand beside it"""
        report, authors = self._about(key)
        row = self._looked_at.one(report) or {}
        if place > row.get(_PLACE, 0) and (authors - {self._user} or row.get(_KEPT)):
            self._new.add(report)

    def _about(self, key: str) -> tuple[str, Set[str]]:
        """Of which report a document tells, itself most likely, and by whom its versions are."""
        editor = self._reports.editor(key)
        if editor is not None and key not in self._documents.conflicted():
            return key, {editor}
        stored = self._documents.stored(key)
        bodies = [stored.bodies[rev] for rev in stored.living] if stored else []
        if bodies and is_update(bodies[0]):
            return text_of(bodies[0]["report"]), {text_of(bodies[0].get("reportedBy"))}
        return key, set(map(_editor, bodies))


def _editor(body: Doc) -> str:
    """Who wrote this version of a report."""
    edited = body.get(EDITED)
    by = text_of(edited.get("by")) if isinstance(edited, dict) else ""
    return by or text_of(body.get("reportedBy"))
