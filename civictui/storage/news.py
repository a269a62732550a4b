"""What came, or was changed by others, since the user last looked: the reports that are new.

Found out from the changes feed, whose places are of this store: what lies behind the place that the
secret "seen" names. A report that was looked at alone has a row with its own place. Nothing is new
before the first sync is through: all of it would be.
"""

from collections.abc import Set

from civictui.domain.model import is_update
from civictui.domain.model.values import text_of
from civictui.storage.documents import Documents
from civictui.storage.report_index import ReportIndex
from civictui.storage.tables import SealedDatabase

_SEEN = "seen"
"""The secret, and the table."""
_PLACE = "s"


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
        """Ids of the reports that are new to this user, as they are now."""
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
            self._put()

    def seen(self, user: str, report: str = "") -> bool:
        """Take this report, or with "" each one, for looked at; gives whether there was news."""
        new = self.of(user)
        if report and report not in new:
            return False
        had_news = bool(new)
        if report:
            self._looked_at.put(report, {_PLACE: self._documents.update_sequence})
            self._new.discard(report)
        else:
            self._put()
        return had_news

    def _since(self) -> int | None:
        """The place up to which all was looked at; None where nothing was ever."""
        place = (self._secrets.one(_SEEN) or {}).get("value")
        return place if isinstance(place, int) else None

    def _put(self) -> None:
        place = self._documents.update_sequence
        with self._transaction():
            self._secrets.put(_SEEN, {"value": place})
            for report in self._looked_at.ids():
                self._looked_at.drop(report)
        self._new.clear()
        self._read_to = place

    def _take(self, key: str, place: int) -> None:
        """A document changed. One's own edit ends the news about a report: who edits has looked."""
        report, author = self._about(key)
        if place <= (self._looked_at.one(report) or {}).get(_PLACE, 0):
            return
        if author != self._user and report in self._reports:
            self._new.add(report)
        elif report == key:
            self._new.discard(report)

    def _about(self, key: str) -> tuple[str, str]:
        """Of which report a document tells, itself most likely, and by whom it is."""
        editor = self._reports.editor(key)
        if editor is not None:
            return key, editor
        doc = self._documents.get(key) or {}
        if is_update(doc):
            return text_of(doc["report"]), text_of(doc.get("reportedBy"))
        return key, ""
