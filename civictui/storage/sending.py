"""What waits for the server: marks, jobs, refusals, and what the server has said of them."""

from collections.abc import Callable, Sequence
from typing import Any

from civictui.domain.errors import UsageError
from civictui.domain.merge import EDITED, WITHDRAWN_BY
from civictui.domain.model import Doc, TransferJob, Unsent, Update, Waiting, is_update
from civictui.domain.model.values import text_of
from civictui.domain.ports import Changes, Seq, WriteFailure
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
        report_of: Callable[[str], str],
    ) -> None:
        """`report_of` gives the report that an update is about, else the id that it is asked."""
        self._database = database
        self._documents = documents
        self._outbox = outbox
        self._history = history
        self._authoring = authoring
        self._report_of = report_of
        self._refused = database.sealed("rejected")
        self._unproved = database.sealed("unproved")

    # --- questions -----------------------------------------------------------------------------

    def unsent(self) -> Unsent:
        jobs = self._outbox.jobs()
        photos = {job.photo for job in jobs}
        size = sum(job.bytes for job in jobs)
        return Unsent(
            reports=len(set(map(self._report_of, self._documents.marked()))),
            photos=len(photos),
            bytes=size,
            sequence=self._database.sequence,
            needs_you=len(self.rejected()),
        )

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

    def acknowledge(self, revisions: Sequence[tuple[str, str]], told: Seq) -> None:
        """Take the marks off; until the server's log has moved on from `told`, remember which."""
        with self._database.transaction():
            self._documents.unmark(revisions)
            for key, _ in revisions:
                self._refused.drop(key)
            for name in self._unproved.ids():
                if (self._unproved.one(name) or {}).get("told") != told:
                    self._unproved.drop(name)
            if revisions:
                row = {"told": told, "revisions": [list(pair) for pair in revisions]}
                self._unproved.put(str(self._database.sequence), row)

    def doubt_since(self, told: Seq) -> list[str]:
        """Mark once more what was acknowledged while the server's log stood at `told`.

        The session ended before the log moved on: a server that was put back since looks the same.
        Gives the ids of these documents.
        """
        marked: list[str] = []
        with self._database.transaction():
            for name in self._unproved.ids():
                row = self._unproved.one(name) or {}
                for key, rev in row.get("revisions", ()) if row.get("told") == told else ():
                    self._documents.mark(key, rev, again=True)
                    marked.append(key)
                self._unproved.drop(name)
        return marked

    def reject(self, failures: Sequence[WriteFailure]) -> None:
        with self._database.transaction():
            for failure in failures:
                reason = failure.reason or failure.error
                row = {"rev": failure.rev, "reason": reason, "code": failure.error}
                self._refused.put(failure.id, row)

    def doubt(self, user: str) -> None:
        """Mark all that `user` wrote, edited or withdrew, and queue the photos that are here.

        A merge made here carries the name of the later editor: what was worked on here goes, too.
        """
        ours = self._history.worked_on()
        with self._database.transaction():
            for key in self._documents.ids():
                stored = self._documents.stored(key)
                for rev in _written_by(stored, user, whole=key in ours) if stored else ():
                    self._documents.mark(key, rev, again=True)
                    self._authoring.queue_again(key, stored.bodies[rev] if stored else {})

    # --- what the person said ------------------------------------------------------------------

    def retry(self, key: str = "") -> None:
        """Offer again what the server refused: of one report, or of all."""
        with self._database.transaction():
            self._outbox.retry(key)
            for refused in [key] if key else self._refused.ids():
                self._refused.drop(refused)

    def discard(self, key: str, user: str) -> None:
        """Take back what the server has not taken of a report; of photos, what it refused.

        Raises UsageError for what it had once: that is only sent again.
        """
        stored = self._documents.stored(key)
        if stored and stored.doubted and not stored.unsent:
            raise UsageError(
                "The server had this report, and may have forgotten it",
                "It is only sent once more.",
            )
        with self._database.transaction():
            if stored is None or not stored.unsent:
                self._authoring.leave_out_refused(key, user)
            else:
                for rev in stored.unsent:
                    if rev in stored.bodies and not stored.tree.is_deleted(rev):
                        self._history.keep(key, rev, stored.bodies[rev], DISCARDED)
                self._documents.discard(key, self._history.bodies(key))
            self._authoring.match_photos(key)
            self._refused.drop(key)

    # --- inside --------------------------------------------------------------------------------

    def _waiting(self, key: str, jobs: Sequence[TransferJob]) -> Waiting:
        stored = self._documents.stored(key)
        pending = stored.pending if stored else ()
        refused: dict[str, Any] = self._refused.one(key) or {}
        failed = next((job for job in jobs if job.error), None)
        reason = str(refused.get("reason", "")) or (failed.error if failed else "")
        code = str(refused.get("code", "")) or (failed.code if failed else "")
        doc = self._latest(stored) or {}
        about = Update.from_doc(doc).report if is_update(doc) else ""
        return Waiting(
            id=key,
            title=_title(doc, self._documents.get(about) or {} if about else {})[:_TITLE],
            photos=len({job.photo for job in jobs}),
            bytes=sum(job.bytes for job in jobs),
            reason=reason,
            code=code,
            text=bool(pending),
            first=any(parse(rev)[0] == 1 for rev in (stored.unsent if stored else ())),
            withdrawn=stored is not None and not stored.living,
            about=about,
        )

    def _latest(self, stored: StoredDocument | None) -> Doc | None:
        """What a document says; a deleted one, what it said."""
        doc = stored.shown() if stored else None
        if doc is None and stored is not None:
            doc = next((version.body for version in self._history.of(stored.id)), None)
        return doc


def _written_by(stored: StoredDocument, user: str, *, whole: bool) -> list[str]:
    """The leaves that say that `user` had a part in them; with `whole` all but others' deletions"""
    found = ((rev, stored.bodies.get(rev, {})) for rev in stored.tree.leaves())
    if whole:
        return [rev for rev, body in found if body.get(WITHDRAWN_BY, user) == user]
    return [rev for rev, body in found if is_by(body, user)]


def is_by(body: Doc, user: str) -> bool:
    """Whether a document says that `user` had a part in it."""
    edited = body.get(EDITED)
    by = edited.get("by") if isinstance(edited, dict) else None
    return user in (body.get("reportedBy"), body.get(WITHDRAWN_BY), by)


def _title(doc: Doc, about: Doc) -> str:
    """What a document says, in its own words; of an update first what it changes.

    Without words of its own it is named by those of the report that it is `about`.
    """
    said = text_of(doc.get("problemDescription")) or text_of(doc.get("text"))
    if not is_update(doc):
        return said
    update = Update.from_doc(doc)
    changes = [f"status {update.status}"] if update.status else []
    if update.assignee is not None:
        changes.append(f"assigned to {update.assignee or 'nobody'}")
    words = (", ".join(changes), said or text_of(about.get("problemDescription")))
    return ": ".join(filter(None, words))
