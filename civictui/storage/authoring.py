"""What a person writes: new reports, edits, drafts. Each call is one transaction."""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from civictui.domain.errors import NotFound, StoreDamaged
from civictui.domain.ids import new_id
from civictui.domain.model import Doc, Draft, JobKind, Photo, Report, TransferJob, Update, is_update
from civictui.storage.blobs import BlobFiles
from civictui.storage.conflicts import Conflicts
from civictui.storage.documents import Documents
from civictui.storage.history import EDITED, HistoryTable
from civictui.storage.outbox import OutboxTable
from civictui.storage.stored_document import StoredDocument
from civictui.storage.tables import SealedDatabase

_TOO_OLD = "Open it again, and make the change once more."

_TIMES = {"reportedDateTime", "clock", "location", "addressSource"}
"""Fields that differ where the same is saved at another time."""


class Authoring:
    """`refused` is the table of what the server refused, which an edit answers."""

    def __init__(
        self,
        database: SealedDatabase,
        documents: Documents,
        outbox: OutboxTable,
        blobs: BlobFiles,
        history: HistoryTable,
        conflicts: Conflicts,
    ) -> None:
        self._database = database
        self._documents = documents
        self._outbox = outbox
        self._blobs = blobs
        self._history = history
        self._conflicts = conflicts
        self._drafts = database.sealed("drafts")
        self._refused = database.sealed("rejected")
        self._spent: set[str] = set()
        """Drafts that became something since the store was opened."""

    def drafts(self) -> list[Draft]:
        found = [Draft.from_doc(row) for row in self._drafts]
        return sorted(found, key=lambda draft: draft.saved_at, reverse=True)

    def save_draft(self, draft: Draft) -> None:
        """Keep a draft; a late autosave must not follow the submit."""
        if draft.id in self._spent:
            return
        with self._database.transaction():
            if draft.base:
                self.keep_version(draft.report, draft.base)
            self._drafts.put(draft.id, draft.to_doc())

    def keep_version(self, key: str, rev: str) -> None:
        """What somebody edits is kept from the first letter on: a sync may replace it meanwhile."""
        stored = self._documents.stored(key)
        body = stored.bodies.get(rev) if stored else None
        if body is not None and self._history.body(key, rev) is None:
            self._history.keep(key, rev, body, EDITED)

    def drop_draft(self, draft_id: str) -> None:
        self._drafts.drop(draft_id)
        self._database.after_commit(lambda: self._spent.add(draft_id))

    def submit(self, new: Report | Update, draft_id: str) -> str:
        """See `Writer.submit`."""
        (key,) = self.submit_all([new], draft_id)
        return key

    def submit_all(self, made: Sequence[Report | Update], draft_id: str) -> list[str]:
        """The same for all that one draft makes: they have the same photos."""
        draft_id = draft_id or made[0].id
        named = [self._named(new, draft_id) for new in made]
        missing = [new for new, is_here in named if not is_here]
        jobs = self.jobs_of([new.id for new in missing], missing[0].photos) if missing else []
        with self._database.transaction():
            for new in missing:
                self._documents.write(new.id, _body_of(new))
            self._queue(jobs)
            self.drop_draft(draft_id)
        return [new.id for new, _ in named]

    def _named(self, new: Report | Update, draft_id: str) -> tuple[Report | Update, bool]:
        """It, under the id that it will have; and whether it is here already."""
        if not self._documents.leaves(new.id):
            return new, False
        if draft_id in self._spent or self._said(new.id, _body_of(new)):
            return new, True
        return replace(new, id=new_id(datetime.now(UTC))), False

    def _said(self, key: str, body: Doc) -> bool:
        """Whether a living version of a document says the same, whenever it was said."""
        stored = self._documents.stored(key)
        versions = [stored.bodies[rev] for rev in stored.living] if stored else []
        return _timeless(body) in map(_timeless, versions)

    def edit(self, report: Report, base: str, draft_id: str, user: str) -> None:
        """See `Writer.edit`."""
        stored = self._documents.stored(report.id)
        old = self._body(stored, base) if stored and base in stored.tree else None
        if stored is None or old is None:
            raise NotFound("The version that was edited is not known here", _TOO_OLD)
        body = _edited(report.id, old, report)
        added = _added(old, body)
        jobs = self.jobs_of([report.id], added)
        with self._database.transaction():
            if body != old:
                self._history.keep(report.id, base, old, EDITED)
                self._documents.write(report.id, self._conflicts.stamped(body, user), base)
                self._queue(jobs)
                self.match_photos(report.id)
                self._refused.drop(report.id)
            self.drop_draft(draft_id)
        self._conflicts.merge(report.id)
        self.match_photos(report.id)

    def rewrite(self, key: str, body: Doc, user: str) -> None:
        """Make `body` the one in force, whatever is: what was put away comes back."""
        stored = self._documents.stored(key)
        winner = stored.tree.winner() if stored else None
        with self._database.transaction():
            if stored and winner and not stored.tree.is_deleted(winner):
                self._history.keep(key, winner, stored.bodies[winner], EDITED)
            self._documents.write(key, self._conflicts.stamped(body, user), winner)
            self._conflicts.keep(key)
            self.queue_again(key, body)
            self._refused.drop(key)

    def leave_out_refused(self, key: str, user: str) -> None:
        """A new edit of a report without the photos that the server refused."""
        refused = {job.photo for job in self._outbox.by_report().get(key, ()) if job.error}
        doc = self._documents.get(key)
        if refused and doc is not None:
            report = Report.from_doc(doc)
            photos = tuple(photo for photo in report.photos if photo.large not in refused)
            self.edit(replace(report, photos=photos), doc["_rev"], "", user)

    def queue_again(self, key: str, body: Doc) -> None:
        """Queue the photos of a document, as far as they are here."""
        for photo in Report.from_doc(body).photos:
            with suppress(NotFound, StoreDamaged):  # what is not here cannot be sent again
                self._queue(self.jobs_of([key], [photo]))

    def jobs_of(self, keys: Sequence[str], photos: Iterable[Photo]) -> list[TransferJob]:
        """The jobs that bring these photos up. Raises NotFound for one that is not here."""
        return [
            self._job(keys, photo, kind, name)
            for photo in photos
            for kind, name in ((JobKind.THUMBNAIL, photo.thumbnail), (JobKind.LARGE, photo.large))
        ]

    def _job(self, keys: Sequence[str], photo: Photo, kind: JobKind, name: str) -> TransferJob:
        content = self._blobs.get(name)
        if content is None:
            raise NotFound("A photo of this report is not on this terminal", "Choose it again.")
        digest = hashlib.sha256(content).hexdigest()
        return TransferJob(
            key=name,
            kind=kind,
            reports=tuple(keys),
            photo=photo.large,
            bytes=len(content),
            sha256=digest,
        )

    def _queue(self, jobs: Sequence[TransferJob]) -> None:
        for job in jobs:
            self._outbox.add(job)

    def match_photos(self, key: str) -> None:
        """Shelve the jobs of photos that no version of a report names, and take back the others."""
        named = self._photos_of(key)
        with self._database.transaction():
            for job in self._outbox.by_report().get(key, ()):
                if job.photo not in named:
                    self._outbox.release(job, key)
        self.reclaim(key)

    def reclaim(self, key: str = "") -> list[str]:
        """Queue shelved photos that a version names again; gives the ids of their reports."""
        back: list[str] = []
        with self._database.transaction():
            for job in self._outbox.shelved():
                (report,) = job.reports
                if key in {"", report} and job.photo in self._photos_of(report):
                    self._outbox.reclaim(job)
                    back.append(report)
        return back

    def forget_shelved(self) -> None:
        """Let go of the jobs of photos that nothing can bring back any more."""
        for job in self._outbox.shelved():
            (report,) = job.reports
            if not self._history.of(report) and job.photo not in self._photos_of(report):
                self._outbox.forget(job)

    def _photos_of(self, key: str) -> set[str]:
        """The large pictures that the living versions of a report name."""
        stored = self._documents.stored(key)
        bodies = [stored.bodies[rev] for rev in stored.living] if stored else []
        return {photo.large for body in bodies for photo in Report.from_doc(body).photos}

    def _body(self, stored: StoredDocument, rev: str) -> Doc | None:
        return stored.bodies.get(rev) or self._history.body(stored.id, rev)


def _body_of(new: Report | Update) -> Doc:
    return {name: value for name, value in new.to_doc().items() if name != "_id"}


def _timeless(body: Doc) -> Doc:
    return {name: value for name, value in body.items() if name not in _TIMES}


def _edited(key: str, old: Doc, report: Report) -> Doc:
    """`old` with what the person changed, and nothing else: a foreign field stays as it came."""
    was, now = Report.from_doc({**old, "_id": key}).to_doc(), report.to_doc()
    fields = [name for name in {**was, **now} if was.get(name) != now.get(name)]
    if is_update(old):
        fields = [name for name in fields if name != "picture"]  # a report's alone
    kept = {name: value for name, value in old.items() if name not in fields}
    return {**kept, **{name: now[name] for name in fields if name in now and name != "_id"}}


def _added(old: Doc, body: Doc) -> list[Photo]:
    known = {photo.large for photo in Report.from_doc(old).photos}
    return [photo for photo in Report.from_doc(body).photos if photo.large not in known]
