"""What waits for the server: marks, jobs, refusals, and what the server has said of them."""

from collections.abc import Sequence
from typing import Any

from civictui.domain.merge import EDITED, WITHDRAWN_BY
from civictui.domain.model import Doc, TransferJob, Unsent, Waiting
from civictui.domain.ports import Changes, WriteFailure
from civictui.domain.revtree import parse
from civictui.storage.authoring import Authoring
from civictui.storage.documents import Documents
from civictui.storage.history import DISCARDED, HistoryTable
from civictui.storage.outbox import OutboxTable
from civictui.storage.stored_document import StoredDocument
from civictui.storage.tables import SealedDatabase

_TITLE = 200
"""Characters of a description that name a report."""


class Sending:
    def __init__(
        self,
        database: SealedDatabase,
        documents: Documents,
        outbox: OutboxTable,
        history: HistoryTable,
        authoring: Authoring,
    ) -> None:
        self._database = database
        self._documents = documents
        self._outbox = outbox
        self._history = history
        self._authoring = authoring
        self._refused = database.sealed("rejected")

    # --- questions -----------------------------------------------------------------------------

    def unsent(self) -> Unsent:
        jobs = self._outbox.jobs()
        photos = {job.photo for job in jobs}
        size = sum(job.bytes for job in jobs)
        return Unsent(len(self._documents.marked()), len(photos), size, self._database.sequence)

    def rejected(self) -> dict[str, str]:
        """The reason by the report that needs somebody."""
        refused = {str(row.doc_id): row["reason"] for row in self._refused}
        jobs = (job for job in self._outbox.jobs() if job.error)
        pictures = {report: job.error for job in jobs for report in job.reports}
        return {**pictures, **refused}

    def waiting(self) -> list[Waiting]:
        """Report by report, those that need somebody first, then in the order of their ids."""
        jobs = self._outbox.by_report()
        keys = sorted({*self._documents.marked(), *jobs})
        found = [self._waiting(key, jobs.get(key, [])) for key in keys]
        return sorted(found, key=lambda waiting: not waiting.reason)

    def marked_changes(self, since: int, limit: int) -> Changes:
        """What waits to be sent, without the revisions that the server refused already."""
        refused = {str(row.doc_id): row["rev"] for row in self._refused}
        found = self._documents.marked_changes(since, limit)
        rows = [row for row in found.rows if refused.get(row.id) not in row.revs]
        return Changes(rows, found.last_seq, found.pending)

    # --- what the server said ------------------------------------------------------------------

    def acknowledge(self, revisions: Sequence[tuple[str, str]]) -> None:
        with self._database.transaction():
            self._documents.unmark(revisions)
            for key, _ in revisions:
                self._refused.drop(key)

    def reject(self, failures: Sequence[WriteFailure]) -> None:
        with self._database.transaction():
            for failure in failures:
                reason = failure.reason or failure.error
                row = {"rev": failure.rev, "reason": reason, "code": failure.error}
                self._refused.put(failure.id, row)

    def doubt(self, user: str) -> None:
        """Mark all that `user` wrote, edited or withdrew, and queue the photos that are here."""
        with self._database.transaction():
            for key in self._documents.ids():
                stored = self._documents.stored(key)
                rev = _written_by(stored, user) if stored else None
                if stored is not None and rev is not None:
                    self._documents.mark(key, rev)
                    if not stored.tree.is_deleted(rev):
                        self._authoring.queue_again(key, stored.bodies[rev])

    # --- what the person said ------------------------------------------------------------------

    def retry(self, key: str = "") -> None:
        """Offer again what the server refused: of one report, or of all."""
        with self._database.transaction():
            self._outbox.retry(key)
            for refused in [key] if key else self._refused.ids():
                self._refused.drop(refused)

    def discard(self, key: str) -> None:
        """Take back what the server has not taken of a report."""
        stored = self._documents.stored(key)
        with self._database.transaction():
            if stored and stored.pending:
                for rev in stored.pending:
                    if rev in stored.bodies and not stored.tree.is_deleted(rev):
                        self._history.keep(key, rev, stored.bodies[rev], DISCARDED)
                earlier = {version.rev: version.body for version in self._history.of(key)}
                self._documents.discard(key, earlier)
            for job in self._outbox.by_report().get(key, ()):
                self._outbox.release(job, key)
            self._refused.drop(key)

    # --- inside --------------------------------------------------------------------------------

    def _waiting(self, key: str, jobs: Sequence[TransferJob]) -> Waiting:
        stored = self._documents.stored(key)
        pending = stored.pending if stored else ()
        refused: dict[str, Any] = self._refused.one(key) or {}
        failed = next((job for job in jobs if job.error), None)
        reason = str(refused.get("reason", "")) or (failed.error if failed else "")
        code = str(refused.get("code", "")) or (failed.code if failed else "")
        return Waiting(
            id=key,
            title=self._title(stored),
            photos=len({job.photo for job in jobs}),
            bytes=sum(job.bytes for job in jobs),
            reason=reason,
            code=code,
            text=bool(pending),
            first=any(parse(rev)[0] == 1 for rev in pending),
            withdrawn=stored is not None and not stored.living,
        )

    def _title(self, stored: StoredDocument | None) -> str:
        """How the report is called: of a deleted one, how it was."""
        doc = stored.shown() if stored else None
        if doc is None and stored is not None:
            doc = next((version.body for version in self._history.of(stored.id)), None)
        text = (doc or {}).get("problemDescription") or (doc or {}).get("text") or ""
        return str(text)[:_TITLE]


def _written_by(stored: StoredDocument, user: str) -> str | None:
    """The winning revision, where it says that `user` wrote it or had a part in it."""
    rev = stored.tree.winner()
    body: Doc = stored.bodies.get(rev, {})
    edited = body.get(EDITED)
    by = edited.get("by") if isinstance(edited, dict) else None
    mine = user in (body.get("reportedBy"), body.get(WITHDRAWN_BY), by)
    return rev if mine else None
