"""The parts of one store, and what can be asked of them without changing anything."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any

from civictui.clock import SystemClock
from civictui.domain.merge import Conflict
from civictui.domain.model import (
    Deeds,
    Doc,
    Draft,
    EarlierVersion,
    GeoPoint,
    Query,
    ReportRow,
    Services,
    Spot,
    Tally,
    Update,
    clock_offset,
    now_text,
)
from civictui.domain.ports import Clock, Geography
from civictui.storage.authoring import Authoring
from civictui.storage.awaited import AwaitedAddresses
from civictui.storage.ballast import Ballast
from civictui.storage.blobs import BlobFiles
from civictui.storage.conflicts import Conflicts
from civictui.storage.deeds import deeds
from civictui.storage.documents import Documents
from civictui.storage.history import HistoryTable
from civictui.storage.journal import JournalTable
from civictui.storage.listing import Listing
from civictui.storage.news import News
from civictui.storage.outbox import OutboxTable
from civictui.storage.picture_parts import PictureParts
from civictui.storage.picture_store import PictureStore
from civictui.storage.report_index import ReportIndex
from civictui.storage.row_states import RowStates
from civictui.storage.sending import Sending
from civictui.storage.service_index import ServiceIndex
from civictui.storage.spare_keeping import SpareKeeping
from civictui.storage.spares import SpareCopies
from civictui.storage.standing import Findings
from civictui.storage.tables import SealedDatabase
from civictui.storage.tile_files import TileFiles
from civictui.storage.update_index import UpdateIndex, latest


class StoreContents:
    """The tables, the pictures and the indexes of one store, and questions to them. Synchronous."""

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
        self._updates = UpdateIndex(self._services, self._index)
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
        work = self.documents, self.outbox, self._history, self._authoring
        self._sending = Sending(self._database, *work, self._updates.report_of)
        self.awaited = AwaitedAddresses(self._database, self.documents, self._authoring)
        parts, indexes = PictureParts(folder / "part", key, store), (self._index, self._updates)
        self.pictures = PictureStore(
            self._database, self.blobs, parts, self.outbox, indexes, self._authoring, self.documents
        )
        self._keeping = SpareKeeping(self.documents, self.outbox, self.spares)
        self.news = News(self._database, self.documents, self._index)
        listed = self._index, self._updates, self._services
        states = RowStates(self.documents, self.outbox, self._sending, self._updates)
        self._listing = Listing(listed, self.documents, states, self.news, geography)

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

    # --- reading -----------------------------------------------------------------------------

    def find(self, query: Query, user: str = "") -> list[str]:
        """`user`, here and below, is for whom news are new."""
        return self._listing.find(query, user)

    def rows(
        self, ids: Sequence[str], near: GeoPoint | None = None, user: str = ""
    ) -> list[ReportRow]:
        return self._listing.rows(ids, near, user)

    def report(self, key: str, user: str = "") -> ReportRow:
        return self._listing.report(key, user)

    def tally(self, user: str = "") -> Tally:
        return self._listing.tally(user)

    def people(self) -> list[str]:
        return self._listing.people()

    def document(self, key: str) -> Doc:
        return self._listing.document(key)

    def around(
        self, point: GeoPoint, meters: float, limit: int | None = None, user: str = ""
    ) -> list[ReportRow]:
        return self._listing.around(point, meters, limit, user)

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

    def deeds(self, user: str, since: datetime) -> Deeds:
        """See `Reader.deeds`."""
        documents, history = (self._database.sealed(name) for name in ("docs", "history"))
        found = deeds(documents.contents(), history.contents(), user, since)
        return found._replace(said=tuple(key for key in found.said if key in self._updates))

    def secret(self, name: str) -> Any:
        row = self.secrets.one(name)
        return None if row is None else row["value"]
