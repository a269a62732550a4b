"""An unlocked store: everything of one user, behind the ports.

`StoreTables` is the synchronous whole that lives in the store's thread; the classes below it are
the ports that loops await. Each call of a port is one call in the thread.
"""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

from civictui.clock import SystemClock
from civictui.domain.errors import NotFound, StoreError, StoreFull
from civictui.domain.merge import Conflict
from civictui.domain.model import (
    Doc,
    Draft,
    EarlierVersion,
    GeoPoint,
    Query,
    Report,
    ReportRow,
    Rescued,
    Services,
    Spot,
    TransferJob,
    Unsent,
    Update,
    Waiting,
    clock_offset,
    now_text,
)
from civictui.domain.ports import Changes, Clock, Geography, Seq, WriteFailure
from civictui.storage import rescue
from civictui.storage.authoring import Authoring
from civictui.storage.awaited import AwaitedAddresses
from civictui.storage.ballast import Ballast
from civictui.storage.blobs import BlobFiles
from civictui.storage.conflicts import Conflicts
from civictui.storage.documents import Documents
from civictui.storage.envelope import wipe
from civictui.storage.history import HistoryTable
from civictui.storage.journal import JournalTable
from civictui.storage.listing import Listing
from civictui.storage.outbox import OutboxTable
from civictui.storage.picture_parts import PictureParts
from civictui.storage.picture_store import PictureStore
from civictui.storage.report_index import ReportIndex
from civictui.storage.sending import Sending
from civictui.storage.service_index import ServiceIndex
from civictui.storage.spare_keeping import SpareKeeping
from civictui.storage.spares import SpareCopies
from civictui.storage.standing import Findings
from civictui.storage.tables import SealedDatabase
from civictui.storage.tile_files import TileFiles
from civictui.storage.update_index import UpdateIndex, latest


class StoreTables:
    """The tables, the pictures and the index of one store. Synchronous."""

    def __init__(
        self,
        folder: Path,
        key: bytearray,
        store: bytes,
        geography: Geography,
        ballast: Ballast | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.folder = folder
        self.name = store.hex()
        self._key = key
        self._ballast = ballast or Ballast(folder)
        self._clock = clock or SystemClock()
        self.spares = SpareCopies(folder, key, store)
        self._database = SealedDatabase(folder, key, store, proved=self.spares.prove)
        self._index = ReportIndex()
        self._history = HistoryTable(self._database, self.now)
        self._services = ServiceIndex(self._index)
        self._updates = UpdateIndex(self._services)
        self.documents = Documents(self._database, self._updates, self._history)
        self.outbox = OutboxTable(self._database)
        self.blobs = BlobFiles(folder / "blob", key, store)
        self.tiles = TileFiles(folder / "tile", key, store)
        self.secrets = self._database.sealed("secrets")
        self.journal = JournalTable(self._database)
        self._conflicts = Conflicts(self.documents, self._history, self.transaction, self.now)
        self._authoring = Authoring(
            self._database, self.documents, self.outbox, self.blobs, self._history, self._conflicts
        )
        self._sending = Sending(
            self._database, self.documents, self.outbox, self._history, self._authoring
        )
        self.awaited = AwaitedAddresses(self._database, self.documents, self._authoring)
        parts, indexes = PictureParts(folder / "part", key, store), (self._index, self._updates)
        self.pictures = PictureStore(
            self._database, self.blobs, parts, self.outbox, indexes, self._authoring, self.documents
        )
        self._keeping = SpareKeeping(self.documents, self.outbox, self.spares)
        self._listing = Listing(self._index, self.documents, self.outbox, self._sending, geography)
        self._forgot = False
        self.restored = Rescued()
        """What was brought back from second copies when the store was opened."""
        if not self.read_only:
            self._mend()

    @property
    def findings(self) -> Findings:
        """What was not as written when the store was opened."""
        return self._database.findings

    @property
    def read_only(self) -> bool:
        return self._database.log.read_only

    @property
    def epoch(self) -> int:
        """The latest keyring that this store was opened with."""
        return self._database.log.epoch

    @property
    def stamp(self) -> Doc:
        """See `RecordLog.stamp`."""
        return self._database.log.stamp

    def note_epoch(self, epoch: int) -> None:
        self._database.log.note_epoch(epoch)

    def now(self) -> str:
        """The server's time as far as it is known, RFC 3339."""
        return now_text(self._clock.now() + clock_offset(self.secret("clock offset")))

    def transaction(self) -> AbstractContextManager[None]:
        """`with tables.transaction():` makes all changes inside one."""
        return self._database.transaction()

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

    # --- reading -----------------------------------------------------------------------------

    def find(self, query: Query) -> list[str]:
        return self._listing.find(query)

    def rows(self, ids: Sequence[str], near: GeoPoint | None = None) -> list[ReportRow]:
        return self._listing.rows(ids, near)

    def report(self, key: str) -> ReportRow:
        return self._listing.report(key)

    def document(self, key: str) -> Doc:
        return self._listing.document(key)

    def around(self, point: GeoPoint, meters: float, limit: int | None = None) -> list[ReportRow]:
        return self._listing.around(point, meters, limit)

    def spots(self, point: GeoPoint, meters: float) -> list[Spot]:
        return self._listing.spots(point, meters)

    def count(self) -> int:
        return len(self._index)

    def drafts(self) -> list[Draft]:
        return self._authoring.drafts()

    def conflict(self, key: str, user: str) -> Conflict | None:
        return self._conflicts.of(key, user)

    def conflicts(self) -> list[str]:
        return sorted(self.documents.conflicted())

    def versions(self, key: str) -> list[EarlierVersion]:
        return self._history.of(key)

    def gone(self) -> list[EarlierVersion]:
        """What reports said that are none any more, the latest first."""
        known = self._index, self._updates
        return self._history.latest(lambda key: not any(key in index for index in known))

    def updates(self, report: str) -> list[Update]:
        """What was said about a report, the earliest first."""
        docs = (self.documents.get(key) for key in self._updates.of(report))
        return latest(doc for doc in docs if doc is not None)

    def services(self) -> Services:
        return self._services.read(self.documents.get)

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

    def fill_address(self, key: str, point: GeoPoint, address: str, user: str) -> bool:
        filled = self.awaited.fill(key, point, address, user)
        self.keep_spares([key])
        return filled

    def keep_version(self, key: str, rev: str) -> None:
        self._authoring.keep_version(key, rev)

    def edit(self, report: Report, base: str, draft_id: str, user: str) -> None:
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
        self.keep_spares([conflict.id])

    def restore(self, key: str, rev: str, user: str) -> None:
        """Raises NotFound for a version that is not kept."""
        body = self._history.body(key, rev)
        if body is None:
            raise NotFound("That version is no longer here", "Choose another one.")
        self._ballast.save(self._authoring.rewrite, key, body, user)
        self.awaited.renew([key])
        self.keep_spares([key])

    def tidy(self) -> bool:
        """Let go of what nobody needs any more, a little at a time; whether there is more."""
        if not self._forgot:
            self._forgot = True
            with self.transaction():
                self._history.forget_old()
                self._authoring.forget_shelved()
            self.pictures.parts.forget_old()
        return self.spares.sweep()

    def merge(self) -> int:
        """See `OpenStore.merge`."""
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

    # --- inside ------------------------------------------------------------------------------

    def secret(self, name: str) -> Any:
        row = self.secrets.one(name)
        return None if row is None else row["value"]

    def put_secret(self, name: str, value: Any) -> None:
        self.secrets.put(name, {"value": value})
