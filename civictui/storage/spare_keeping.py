"""Which reports have a second copy, and what only the copies still know."""

from collections.abc import Iterable, Sequence
from contextlib import suppress

from civictui.domain.errors import StoreError
from civictui.domain.model import Doc, TransferJob
from civictui.storage.documents import Documents
from civictui.storage.outbox import OutboxTable
from civictui.storage.rescue import UnsentWork
from civictui.storage.spares import SpareCopies


class SpareKeeping:
    def __init__(self, documents: Documents, outbox: OutboxTable, spares: SpareCopies) -> None:
        self._documents = documents
        self._outbox = outbox
        self._spares = spares

    def keep(self, reports: Iterable[str] | None = None) -> None:
        """Bring the copies of these reports up to date; of all that wait, without any named.

        A copy that cannot be written now is written at the next opening; the report is saved.
        """
        jobs, marked = self._outbox.by_report(), self._documents.marked()
        named = {*marked, *jobs, *self._kept()} if reports is None else set(reports)
        waiting = [key for key in named if key in marked or key in jobs]
        with suppress(StoreError):
            self._spares.remove(named.difference(waiting))
            for key in waiting:
                self._put(key, jobs.get(key, ()))

    def lost_work(self, *, loss: bool) -> UnsentWork:
        """What the copies know and the log does not.

        Without a loss the log is right about what was confirmed: a document and its jobs are one
        record, so that where the document is, a job that is not there is done.
        """
        copies = [copy for copy in self._spares.read() if loss or self._is_news(copy)]
        docs = (doc for copy in copies for doc in copy["docs"])
        jobs = (TransferJob.from_doc(job) for copy in copies for job in copy["jobs"])
        return UnsentWork(tuple(docs), tuple(jobs))

    def _put(self, key: str, jobs: Sequence[TransferJob]) -> None:
        revs = self._documents.marked().get(key, ())
        docs = [doc for doc in self._documents.bulk_get((key, rev) for rev in revs) if doc]
        self._spares.put(key, docs, [job.to_doc() for job in jobs])

    def _kept(self) -> set[str]:
        return {copy["id"] for copy in self._spares.read()}

    def _is_news(self, copy: Doc) -> bool:
        """Whether a copy knows a revision that the log does not."""
        revs = [doc["_rev"] for doc in copy["docs"]]
        return bool(self._documents.revs_diff({copy["id"]: revs}))
