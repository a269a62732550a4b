"""Reports of this terminal that have a place and wait for an address.

What is asked for, and what came of it, is written together with the report itself: each address
comes once, whatever is killed when.
"""

from collections.abc import Iterable
from dataclasses import replace

from civictui.domain.model import AddressSource, GeoPoint, Report, Update
from civictui.storage.authoring import Authoring
from civictui.storage.documents import Documents
from civictui.storage.tables import SealedDatabase

_NAME = "awaited addresses"


class AwaitedAddresses:
    """A secret of the store with the ids of the reports."""

    def __init__(
        self, database: SealedDatabase, documents: Documents, authoring: Authoring
    ) -> None:
        self._database = database
        self._secrets = database.sealed("secrets")
        self._documents = documents
        self._authoring = authoring

    def submit(self, new: Report | Update, draft_id: str) -> str:
        """See `Writer.submit`."""
        with self._database.transaction():
            key = self._authoring.submit(new, draft_id)
            if isinstance(new, Report):
                self.note(replace(new, id=key))
        return key

    def edit(self, report: Report, base: str, draft_id: str, user: str) -> None:
        """See `Writer.edit`. Where it takes the place from under an answer, it is asked again."""
        with self._database.transaction():
            waited = self._waits(report.id)
            self._authoring.edit(report, base, draft_id, user)
            if not waited:
                self.renew([report.id])

    def renew(self, keys: Iterable[str]) -> None:
        """Ask, again perhaps, for those of these reports that wait by now."""
        for key in keys:
            if doc := self._documents.get(key):
                self.note(Report.from_doc(doc))

    def note(self, report: Report) -> None:
        """Remember a report that is written in this transaction, if it waits for an address."""
        if is_awaited(report) and report.id not in (kept := self._kept()):
            self._put([*kept, report.id])

    def all(self) -> list[str]:
        """The ids of those that nobody works on, the earliest first."""
        busy = {draft.report for draft in self._authoring.drafts() if draft.base}
        busy |= self._documents.conflicted()
        return [key for key in self._kept() if key not in busy]

    def fill(self, key: str, point: GeoPoint, address: str, user: str) -> bool:
        """See `Writer.fill_address`."""
        doc = self._documents.get(key)
        report = Report.from_doc(doc) if doc else None
        if doc is None or report is None or not is_awaited(report):
            self._drop(key)
            return False
        if report.point != point or key not in self.all():
            return False
        source = AddressSource.GEOCODER.value if address else ""
        filled = replace(report, address=address, address_source=source)
        with self._database.transaction():
            self._authoring.edit(filled, doc["_rev"], "", user)
            self._drop(key)
        return True

    def _waits(self, key: str) -> bool:
        doc = self._documents.get(key)
        return doc is not None and is_awaited(Report.from_doc(doc))

    def _drop(self, key: str) -> None:
        kept = self._kept()
        if key in kept:
            self._put([other for other in kept if other != key])

    def _kept(self) -> list[str]:
        row = self._secrets.one(_NAME) or {}
        return [key for key in row.get("value", ()) if isinstance(key, str)]

    def _put(self, keys: list[str]) -> None:
        self._secrets.put(_NAME, {"value": keys})


def is_awaited(report: Report) -> bool:
    """Whether somebody is to ask for the address of this report."""
    pending = report.address_source == AddressSource.PENDING
    return pending and report.point is not None and not report.address
