"""An unlocked store: everything of one user, behind the ports.

`StoreTables` is the synchronous whole that lives in the store's thread; the classes below it are
the ports that loops await. Each call of a port is one call in the thread.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from civictui.domain.errors import NotFound, StoreError, StoreFull
from civictui.domain.merge import Conflict
from civictui.domain.model import (
    Doc,
    Draft,
    GeoPoint,
    Report,
    Rescued,
    TransferJob,
    Unsent,
    Update,
    Waiting,
)
from civictui.domain.ports import Changes, Clock, Geography, Seq, WriteFailure
from civictui.storage import rescue
from civictui.storage.ballast import Ballast
from civictui.storage.envelope import wipe
from civictui.storage.store_contents import StoreContents


class StoreTables(StoreContents):
    """What can be done with a store: the whole of it. Synchronous."""

    def __init__(
        self,
        folder: Path,
        key: bytearray,
        store: bytes,
        geography: Geography,
        ballast: Ballast | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(folder, key, store, geography, ballast, clock)
        self._forgot = False
        self.restored = Rescued()
        """What was brought back from second copies when the store was opened."""
        if not self.read_only:
            self._mend()

    def _mend(self) -> None:
        """Bring back what only second copies still know, and go on in a log without damage.

        Where there is no room the damaged log goes on, and the next opening tries again.
        """
        with suppress(StoreFull):
            self.spares.set_apart()
            work = self._keeping.lost_work(loss=bool(self.findings.lost))
            self.restored = rescue.take_in(self, work, self.blobs.get_or_none)
            self.keep_spares()
        if self.findings.lost or not self.restored.nothing:
            with suppress(StoreError):
                self._recover()

    def _recover(self) -> None:
        """After a loss: have everything come down again, and go on in a log without the damage."""
        checkpoints = self._database.sealed("local")
        with self._database.transaction():
            for name in checkpoints.ids():
                checkpoints.drop(name)
        self._database.compact()

    def take_in(self, docs: Sequence[Doc]) -> list[WriteFailure]:
        """Store revisions made elsewhere; a photo that they name again is queued with them."""
        with self.transaction():
            failures = self.documents.bulk_docs(docs)
            back = self._authoring.reclaim()
            self.awaited.renew(filter(self._history.knows, (str(doc.get("_id")) for doc in docs)))
        self.keep_spares(back)
        return failures

    # --- writing -----------------------------------------------------------------------------

    def submit(self, new: Report | Update, draft_id: str) -> str:
        key = self._ballast.save(self.awaited.submit, new, draft_id)
        self.keep_spares([key])
        return key

    def submit_updates(self, updates: Sequence[Update], draft_id: str) -> list[str]:
        later = list(map(self._updates.after, updates))
        keys = self._ballast.save(self._authoring.submit_all, later, draft_id)
        self.keep_spares(keys)
        return keys

    def fill_address(self, key: str, point: GeoPoint, address: str, user: str) -> bool:
        self.news.keep(user, [key])
        filled = self.awaited.fill(key, point, address, user)
        self.keep_spares([key])
        return filled

    def keep_version(self, key: str, rev: str) -> None:
        self._authoring.keep_version(key, rev)

    def edit(self, report: Report, base: str, draft_id: str, user: str) -> None:
        self.news.keep(user, [report.id])
        self._ballast.save(self.awaited.edit, report, base, draft_id, user)
        self.keep_spares([report.id])

    def withdraw(self, key: str, user: str) -> None:
        """Nobody will look at its photos: what of them waits is not sent, unless it comes back."""
        with self.transaction():
            self._conflicts.withdraw(key, user)
            self._authoring.match_photos(key)
        self.keep_spares([key])

    def settle(self, conflict: Conflict, body: Doc | None, user: str) -> None:
        with self.transaction():
            self._ballast.save(self._conflicts.settle, conflict, body, user)
            self._authoring.match_photos(conflict.id)
        self.seen(user, conflict.id)  # both versions were on the page
        self.keep_spares([conflict.id])

    def restore(self, key: str, rev: str, user: str) -> None:
        """Raises NotFound for a version that is not kept."""
        body = self._history.body(key, rev)
        if body is None:
            raise NotFound("That version is no longer here", "Choose another one.")
        self.news.keep(user, [key])
        self._ballast.save(self._authoring.rewrite, key, body, user)
        self.awaited.renew([key])
        self.keep_spares([key])

    def seen(self, user: str, report: str = "", place: int | None = None) -> bool:
        """See `Writer.seen`. Where nothing can be written a report is read all the same."""
        try:
            return self.news.seen(user, report, place)
        except StoreError:
            if report:
                return False
            raise

    def tidy(self) -> bool:
        """Let go of what nobody needs any more, a little at a time; whether there is more."""
        if not self._forgot:
            self._forgot = True
            if not self.read_only:
                self.news.begin()
            with self.transaction():
                self._history.forget_old()
                self._authoring.forget_shelved()
            self.pictures.parts.forget_old()
        return self.spares.sweep()

    def merge(self, user: str = "") -> int:
        """See `OpenStore.merge`."""
        self.news.keep(user, self.documents.conflicted())
        merged = self._conflicts.merge_all()
        self.awaited.renew(merged)
        self.keep_spares(merged)
        return len(merged)

    def discard_unsent(self, key: str, user: str) -> None:
        self._sending.discard(key, user)
        self.keep_spares([key])

    def save_draft(self, draft: Draft) -> None:
        self._ballast.save(self._authoring.save_draft, draft)

    def discard_draft(self, draft_id: str) -> None:
        self._authoring.drop_draft(draft_id)

    # --- what is not sent --------------------------------------------------------------------

    def unsent(self) -> Unsent:
        return self._sending.unsent()

    def rejected(self) -> dict[str, str]:
        return self._sending.rejected()

    def waiting(self) -> list[Waiting]:
        return self._sending.waiting()

    def marked_changes(self, since: int, limit: int) -> Changes:
        return self._sending.marked_changes(since, limit)

    def acknowledge(self, revisions: Sequence[tuple[str, str]], told: Seq = 0) -> None:
        self._sending.acknowledge(revisions, told)
        self.keep_spares(key for key, _ in revisions)

    def job_done(self, job: TransferJob) -> None:
        """The other side has confirmed an object."""
        self.outbox.done(job)
        self.keep_spares(job.reports)

    def reject(self, failures: Sequence[WriteFailure]) -> None:
        self._sending.reject(failures)

    def doubt_since(self, told: Seq) -> None:
        self.keep_spares(self._sending.doubt_since(told))

    def doubt(self, user: str) -> None:
        self._sending.doubt(user)
        self.keep_spares()

    def retry_refused(self, key: str = "") -> None:
        self._sending.retry(key)

    # --- pictures ------------------------------------------------------------------------------

    def put_picture(self, key: str, content: bytes, fetched: bool = False) -> None:
        if fetched:  # the ballast is for what a person has in hand
            return self.pictures.put(key, content, fetched)
        return self._ballast.save(self.pictures.put, key, content, fetched)

    def heal(self, missing: set[str]) -> tuple[list[str], list[str]]:
        """See `PictureStore.heal`."""
        queued, lost = self.pictures.heal(missing)
        self.keep_spares(queued)
        return queued, lost

    def close(self) -> None:
        self._database.close()
        self.spares.close()
        wipe(self._key)

    def keep_spares(self, reports: Iterable[str] | None = None) -> None:
        """See `SpareKeeping.keep`."""
        self._keeping.keep(reports)

    def put_secret(self, name: str, value: Any) -> None:
        self.secrets.put(name, {"value": value})
