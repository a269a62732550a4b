"""The outbox: pictures that the object storage has not yet confirmed, in the order of sending."""

from dataclasses import replace

from civictui.domain.model import JobKind, TransferJob
from civictui.storage.tables import SealedDatabase


class OutboxTable:
    """Transfer jobs by object key, so that one object is one job however often it is wanted."""

    def __init__(self, database: SealedDatabase) -> None:
        self._rows = database.sealed("outbox")

    def add(self, job: TransferJob) -> None:
        """Queue an object; one that is queued already goes on, for these reports too."""
        row = self._rows.one(job.key)
        if row is not None:
            queued = TransferJob.from_doc(row)
            waiting = tuple(dict.fromkeys((*queued.reports, *job.reports)))
            job = replace(queued, reports=waiting, error="")
        self._rows.put(job.key, job.to_doc())

    def jobs(self) -> list[TransferJob]:
        """Thumbnails first, then large pictures; within each the oldest first."""
        found = [TransferJob.from_doc(row) for row in self._rows]
        return sorted(found, key=lambda job: job.kind is JobKind.LARGE)

    def update(self, job: TransferJob) -> None:
        """Remember how far a job came; one that is done meanwhile stays done."""
        row = self._rows.one(job.key)
        if row is not None:
            waiting = TransferJob.from_doc(row).reports  # another report may wait for it by now
            self._rows.put(job.key, replace(job, reports=waiting).to_doc())

    def retry(self) -> None:
        """Take the errors off: each job is tried once more."""
        for job in self.jobs():
            if job.error:
                self.update(replace(job, error=""))

    def done(self, job: TransferJob) -> None:
        self._rows.drop(job.key)
