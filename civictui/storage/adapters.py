"""The ports of an unlocked store: each awaits one call in the store's thread."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from civictui.domain.errors import StoreError, UsageError
from civictui.domain.merge import Conflict
from civictui.domain.model import (
    Doc,
    Draft,
    EarlierVersion,
    GeoPoint,
    JobKind,
    Query,
    Report,
    ReportRow,
    Rescued,
    SyncNote,
    TransferJob,
    Unsent,
    Waiting,
)
from civictui.domain.ports import (
    Changes,
    EndpointInfo,
    OpenStore,
    RecoveryKey,
    Seq,
    WriteFailure,
)
from civictui.storage import rescue
from civictui.storage.exchange import export_unsent
from civictui.storage.holder import StoreLock
from civictui.storage.keys import StoreKeys, is_trusted
from civictui.storage.slots import Locksmith
from civictui.storage.store import StoreTables
from civictui.storage.thread import StoreThread

P = ParamSpec("P")
T = TypeVar("T")


class _Port:
    def __init__(self, tables: StoreTables, thread: StoreThread) -> None:
        self._tables = tables
        self._thread = thread


class _UsersPort(_Port):
    """A port whose calls are about the user of the store."""

    def __init__(self, tables: StoreTables, thread: StoreThread, user: str) -> None:
        super().__init__(tables, thread)
        self._user = user


class StoreReader(_UsersPort):
    async def find(self, query: Query) -> list[str]:
        return await self._thread.run(self._tables.find, query)

    async def rows(self, ids: Sequence[str], near: GeoPoint | None = None) -> list[ReportRow]:
        return await self._thread.run(self._tables.rows, ids, near)

    async def report(self, report_id: str) -> ReportRow:
        return await self._thread.run(self._tables.report, report_id)

    async def document(self, report_id: str) -> Doc:
        return await self._thread.run(self._tables.document, report_id)

    async def around(self, point: GeoPoint, meters: float) -> list[ReportRow]:
        return await self._thread.run(self._tables.around, point, meters)

    async def count(self) -> int:
        return await self._thread.run(self._tables.count)

    async def drafts(self) -> list[Draft]:
        return await self._thread.run(self._tables.drafts)

    async def conflict(self, report_id: str) -> Conflict | None:
        return await self._thread.run(self._tables.conflict, report_id, self._user)

    async def conflicts(self) -> list[str]:
        return await self._thread.run(self._tables.conflicts)

    async def versions(self, report_id: str) -> list[EarlierVersion]:
        return await self._thread.run(self._tables.versions, report_id)


class StoreWriter(_UsersPort):
    async def submit(self, report: Report, draft_id: str = "") -> None:
        await self._thread.run(self._tables.submit, report, draft_id)

    async def keep_version(self, report_id: str, rev: str) -> None:
        await self._thread.run(self._tables.keep_version, report_id, rev)

    async def edit(self, report: Report, base: str, draft_id: str = "") -> None:
        await self._thread.run(self._tables.edit, report, base, draft_id, self._user)

    async def withdraw(self, report_id: str) -> None:
        await self._thread.run(self._tables.withdraw, report_id, self._user)

    async def settle(self, conflict: Conflict, body: Doc | None) -> None:
        await self._thread.run(self._tables.settle, conflict, body, self._user)

    async def restore(self, report_id: str, rev: str) -> None:
        await self._thread.run(self._tables.restore, report_id, rev, self._user)

    async def discard_unsent(self, report_id: str) -> None:
        await self._thread.run(self._tables.discard_unsent, report_id)

    async def save_draft(self, draft: Draft) -> None:
        await self._thread.run(self._tables.save_draft, draft)

    async def discard_draft(self, draft_id: str) -> None:
        await self._thread.run(self._tables.discard_draft, draft_id)


class StoreBlobs(_Port):
    async def put(self, key: str, content: bytes) -> None:
        await self._thread.run(self._tables.put_picture, key, content)

    async def get(self, key: str) -> bytes | None:
        return await self._thread.run(self._tables.blobs.get, key)

    async def has(self, key: str) -> bool:
        return await self._thread.run(self._tables.blobs.has, key)


class StoreOutbox(_Port):
    async def jobs(self) -> list[TransferJob]:
        return await self._thread.run(self._tables.outbox.jobs)

    async def update(self, job: TransferJob) -> None:
        await self._thread.run(self._tables.outbox.update, job)

    async def done(self, job: TransferJob) -> None:
        await self._thread.run(self._tables.job_done, job)


class StoreStatus(_Port):
    async def unsent(self) -> Unsent:
        return await self._thread.run(self._tables.unsent)

    async def waiting(self) -> list[Waiting]:
        return await self._thread.run(self._tables.waiting)

    async def rejected(self) -> dict[str, str]:
        return await self._thread.run(self._tables.rejected)

    async def wanted_pictures(self, budget: int | None) -> list[str]:
        return await self._thread.run(self._tables.wanted, JobKind.LARGE, budget)

    async def wanted_thumbnails(self) -> list[str]:
        return await self._thread.run(self._tables.wanted, JobKind.THUMBNAIL)


class StoreJournal(_Port):
    async def note(self, note: SyncNote) -> None:
        await self._thread.run(self._tables.note, note)

    async def notes(self) -> list[SyncNote]:
        return await self._thread.run(self._tables.notes)


class StoreSecrets(_Port):
    async def get(self, name: str) -> Any:
        return await self._thread.run(self._tables.secret, name)

    async def put(self, name: str, value: Any) -> None:
        await self._thread.run(self._tables.put_secret, name, value)


class StoreEndpoint(_Port):
    """The local side of a replication; `marked` shows only what waits to be sent."""

    def __init__(self, tables: StoreTables, thread: StoreThread, name: str, marked: bool) -> None:
        super().__init__(tables, thread)
        self._name = name
        self._marked = marked

    async def info(self) -> EndpointInfo:
        sequence = await self._thread.run(lambda: self._tables.documents.update_sequence)
        return EndpointInfo(self._name, sequence, self._name)

    async def changes(
        self,
        since: Seq,
        *,
        limit: int,
        descending: bool = False,
        wait: float = 0,
        include_docs: bool = False,
    ) -> Changes:
        """`wait` is not served: whoever changes the store wakes the loop."""
        documents, start = self._tables.documents, int(since)
        if self._marked:
            return await self._thread.run(self._tables.marked_changes, start, limit)
        return await self._thread.run(documents.changes, start, limit, descending, include_docs)

    async def revs_diff(self, revs: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
        answer = await self._thread.run(self._tables.documents.revs_diff, revs)
        return {key: found["missing"] for key, found in answer.items()}

    async def bulk_get(self, wanted: Sequence[tuple[str, str]]) -> list[Doc]:
        found = await self._thread.run(self._tables.documents.bulk_get, wanted)
        return [doc for doc in found if doc is not None]

    async def bulk_docs(self, docs: Sequence[Doc]) -> list[WriteFailure]:
        return await self._thread.run(self._tables.documents.bulk_docs, docs)

    async def get_local(self, name: str) -> Doc | None:
        return await self._thread.run(self._tables.documents.get_local, name)

    async def put_local(self, name: str, body: Doc) -> None:
        await self._thread.run(self._tables.documents.put_local, name, body)


class UnlockedStore:
    """`OpenStore`: one user's store, its ports, and its end."""

    def __init__(
        self,
        user: str,
        place: Path,
        tables: StoreTables,
        thread: StoreThread,
        keys: StoreKeys,
        lock: StoreLock,
    ) -> None:
        self.user = user
        self.place = place
        self.notice = "; ".join(filter(None, (keys.notice, _notice(tables))))
        self.tables = tables
        self._thread = thread
        self._keys = keys
        self._lock = lock
        self.reader = StoreReader(tables, thread, user)
        self.writer = StoreWriter(tables, thread, user)
        self.blobs = StoreBlobs(tables, thread)
        self.outbox = StoreOutbox(tables, thread)
        self.state = StoreStatus(tables, thread)
        self.secrets = StoreSecrets(tables, thread)
        self.journal = StoreJournal(tables, thread)
        self.endpoint = StoreEndpoint(tables, thread, tables.name, marked=False)
        self.marked = StoreEndpoint(tables, thread, tables.name, marked=True)

    # --- what the server said ----------------------------------------------------------------

    async def acknowledge(self, revisions: Sequence[tuple[str, str]], told: Seq = 0) -> None:
        await self._thread.run(self.tables.acknowledge, revisions, told)

    async def doubt_since(self, told: Seq) -> None:
        await self._thread.run(self.tables.doubt_since, told)

    async def reject(self, failures: Sequence[WriteFailure]) -> None:
        await self._thread.run(self.tables.reject, failures)

    async def doubt(self) -> None:
        await self._thread.run(self.tables.doubt, self.user)

    async def retry_refused(self, report_id: str = "") -> None:
        await self._thread.run(self.tables.retry_refused, report_id)

    async def tidy(self) -> None:
        with suppress(StoreError):  # what cannot be removed now is removed another time
            while await self._thread.run(self.tables.tidy):
                pass

    async def export(self, path: str, password: str) -> Rescued:
        return await self._thread.run(self._export, path, password)

    async def merge(self) -> int:
        return await self._thread.run(self.tables.merge)

    def _export(self, path: str, password: str) -> Rescued:
        target = Path(path).expanduser()
        if target.exists():
            raise UsageError(f"{path} is there already", "Name a file that does not exist.")
        return export_unsent(self.tables, self.user, target, password, Locksmith()).counts

    # --- the keyring -------------------------------------------------------------------------

    async def add_password(self, password: str) -> None:
        await self._thread.run(self._keys.add_password, password)

    async def keep_password(self, password: str) -> None:
        await self._thread.run(self._keys.keep_password, password)

    async def seal_with(self, password: str) -> None:
        await self._thread.run(self._keys.seal_with, password)

    async def trust(self, gateway: str, gateway_key: str, recovery: RecoveryKey | None) -> str:
        """The first gateway key that is seen is pinned; a recovery key counts when it signed it."""
        if not gateway_key:
            return ""
        pinned = await self.secrets.get("gateway key")
        if pinned is None:
            await self.secrets.put("gateway key", gateway_key)
        elif pinned != gateway_key:
            return "the gateway has another key than before: ask your supervisor whether that is so"
        if recovery is None or await self._has_recovery(recovery):
            return ""
        if not is_trusted(recovery, gateway, gateway_key):
            return "the gateway named a recovery key that it did not sign: it was not taken"
        return await self._take_recovery(recovery, gateway)

    async def _has_recovery(self, recovery: RecoveryKey) -> bool:
        kept = await self.secrets.get("recovery key")
        return recovery.kid == self._keys.kid and bool(kept == asdict(recovery))

    async def _take_recovery(self, recovery: RecoveryKey, gateway: str) -> str:
        """Into the keyring, and beside it for bundles; a crash between is made good next time."""
        try:
            if recovery.kid != self._keys.kid:
                await self._thread.run(self._keys.give_recovery, recovery, gateway, self.user)
        except ValueError:
            return "the gateway named a recovery key that is none: it was not taken"
        await self.secrets.put("recovery key", asdict(recovery))
        return ""

    # --- the whole ---------------------------------------------------------------------------

    async def run(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Await a call in the store's thread, for what works on the tables as a whole."""
        return await self._thread.run(call, *args, **kwargs)

    async def stamp(self) -> Doc:
        return await self._thread.run(lambda: self.tables.stamp)

    async def take_in(self, other: OpenStore) -> Rescued:
        source = cast(UnlockedStore, other)
        work = await source.run(rescue.unsent_work, source.tables)
        # Two threads, one after the other: `other` is asked for each picture while this one waits.
        content = source.tables.blobs.get_or_none
        return await self.run(rescue.take_in, self.tables, work, content)

    async def close(self) -> None:
        """Save what is under way, forget the key, and let the next process in."""
        try:
            await self._thread.run(self.tables.close)
        finally:
            self._thread.close()
            self._lock.release()


_BACK = "they are back from their second copies"


def _notice(tables: StoreTables) -> str:
    if tables.read_only:
        return "the disk is read-only: nothing can be saved"
    findings, back = tables.findings, tables.restored
    if not findings.lost:
        count = back.reports
        return f"the log had lost {count} unsent reports; {_BACK}" if count else ""
    places = len(findings.damaged) + len(findings.broken_chain) + findings.unfinished
    said = f"the store was damaged in {places} places; what the server has comes down again"
    if not back.nothing:
        said += f"; of the unsent reports {back.reports} were lost: {_BACK}"
    return said
