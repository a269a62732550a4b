"""The outbox: pictures that the object storage has not yet confirmed, in the order of sending."""

from dataclasses import replace

from civictui.domain.model import JobKind, TransferJob
from civictui.storage.tables import SealedDatabase


class OutboxTable:
    """Transfer jobs by object key, so that one object is one job however often it is wanted.

    Decoded jobs are kept: what is unsent is asked for at every change of state.
    """

    def __init__(self, database: SealedDatabase) -> None:
        self._database = database
        self._rows = database.sealed("outbox")
        self._shelf = database.sealed("shelf")
        self._known = {job.key: job for job in self._stored()}

    def add(self, job: TransferJob) -> None:
        """Queue an object; one that is queued already goes on, for these reports too."""
        row = self._rows.one(job.key)
        if row is not None:
            queued = TransferJob.from_doc(row)
            waiting = tuple(dict.fromkeys((*queued.reports, *job.reports)))
            again = queued.again and job.again
            job = replace(queued, reports=waiting, error="", code="", again=again)
        self._put(job)

    def jobs(self) -> list[TransferJob]:
        """Thumbnails first, then large pictures; within each the oldest first.

        What the server had already, and lost, comes behind what it never had.
        """
        found = self._stored() if self._database.in_transaction else list(self._known.values())
        return sorted(found, key=lambda job: (job.kind is JobKind.LARGE, job.again))

    def by_report(self) -> dict[str, list[TransferJob]]:
        """The jobs of each report that waits for a picture."""
        found: dict[str, list[TransferJob]] = {}
        for job in self.jobs():
            for report in job.reports:
                found.setdefault(report, []).append(job)
        return found

    def update(self, job: TransferJob) -> None:
        """Remember how far a job came; one that is done meanwhile stays done."""
        row = self._rows.one(job.key)
        if row is not None:
            waiting = TransferJob.from_doc(row).reports  # another report may wait for it by now
            self._put(replace(job, reports=waiting))

    def retry(self, report: str = "") -> None:
        """Take the errors off, of one report's jobs or of all: each is tried once more."""
        for job in self.jobs():
            if job.error and (not report or report in job.reports):
                self.update(replace(job, error="", code=""))

    def release(self, job: TransferJob, report: str) -> None:
        """No version of `report` has this photo any more: its job is shelved.

        It was never confirmed; where a version that names it comes back, it is `reclaimed`.
        """
        shelved = replace(job, reports=(report,), location="")
        self._shelf.put(f"{report}/{job.key}", shelved.to_doc())
        waiting = tuple(other for other in job.reports if other != report)
        if waiting:
            self._put(replace(job, reports=waiting))
        else:
            self.done(job)

    def shelved(self) -> list[TransferJob]:
        """Jobs of photos that no version of their report names."""
        return [TransferJob.from_doc(row) for row in self._shelf]

    def reclaim(self, job: TransferJob) -> None:
        """Queue a shelved job once more."""
        self.forget(job)
        self.add(job)

    def forget(self, shelved: TransferJob) -> None:
        """Shelved long enough."""
        self._shelf.drop(f"{shelved.reports[0]}/{shelved.key}")

    def done(self, job: TransferJob) -> None:
        self._rows.drop(job.key)
        self._database.after_commit(lambda: self._known.pop(job.key, None))

    def _put(self, job: TransferJob) -> None:
        self._rows.put(job.key, job.to_doc())
        self._database.after_commit(lambda: self._known.__setitem__(job.key, job))

    def _stored(self) -> list[TransferJob]:
        return [TransferJob.from_doc(row) for row in self._rows]
