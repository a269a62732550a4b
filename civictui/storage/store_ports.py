"""The parts of an unlocked store as ports: each awaits one call in the store's thread."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ParamSpec, TypeVar

from civictui.domain.merge import Conflict
from civictui.domain.model import (
    Deeds,
    Doc,
    Draft,
    EarlierVersion,
    GeoPoint,
    JobKind,
    Query,
    Report,
    ReportRow,
    Services,
    Spot,
    SyncNote,
    Tally,
    TransferJob,
    Unsent,
    Update,
    Waiting,
)
from civictui.domain.ports import (
    Changes,
    EndpointInfo,
    Seq,
    WriteFailure,
)
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
        return await self._thread.run(self._tables.find, query, self._user)

    async def rows(self, ids: Sequence[str], near: GeoPoint | None = None) -> list[ReportRow]:
        return await self._thread.run(self._tables.rows, ids, near, self._user)

    async def report(self, report_id: str) -> ReportRow:
        return await self._thread.run(self._tables.report, report_id, self._user)

    async def document(self, report_id: str) -> Doc:
        return await self._thread.run(self._tables.document, report_id)

    async def around(
        self, point: GeoPoint, meters: float, limit: int | None = None
    ) -> list[ReportRow]:
        return await self._thread.run(self._tables.around, point, meters, limit, self._user)

    async def spots(self, point: GeoPoint, meters: float) -> list[Spot]:
        return await self._thread.run(self._tables.spots, point, meters)

    async def count(self) -> int:
        return await self._thread.run(self._tables.count)

    async def tally(self) -> Tally:
        return await self._thread.run(self._tables.tally, self._user)

    async def people(self) -> list[str]:
        return await self._thread.run(self._tables.people)

    async def drafts(self) -> list[Draft]:
        return await self._thread.run(self._tables.drafts)

    async def conflict(self, report_id: str) -> Conflict | None:
        return await self._thread.run(self._tables.conflict, report_id, self._user)

    async def conflicts(self) -> list[str]:
        return await self._thread.run(self._tables.conflicts)

    async def versions(self, report_id: str) -> list[EarlierVersion]:
        return await self._thread.run(self._tables.versions, report_id)

    async def gone(self) -> list[EarlierVersion]:
        return await self._thread.run(self._tables.gone)

    async def updates(self, report_id: str) -> list[Update]:
        return await self._thread.run(self._tables.updates, report_id)

    async def services(self) -> Services:
        return await self._thread.run(self._tables.services)

    async def deeds(self, since: datetime) -> Deeds:
        return await self._thread.run(self._tables.deeds, self._user, since)


class StoreWriter(_UsersPort):
    async def submit(self, report: Report, draft_id: str = "") -> str:
        return await self._thread.run(self._tables.submit, report, draft_id)

    async def submit_updates(self, updates: Sequence[Update], draft_id: str = "") -> list[str]:
        return await self._thread.run(self._tables.submit_updates, updates, draft_id)

    async def seen(self, report_id: str = "", place: int | None = None) -> bool:
        return await self._thread.run(self._tables.seen, self._user, report_id, place)

    async def fill_address(self, report_id: str, point: GeoPoint, address: str) -> bool:
        fill = self._tables.fill_address
        return await self._thread.run(fill, report_id, point, address, self._user)

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
        await self._thread.run(self._tables.discard_unsent, report_id, self._user)

    async def save_draft(self, draft: Draft) -> None:
        await self._thread.run(self._tables.save_draft, draft)

    async def discard_draft(self, draft_id: str) -> None:
        await self._thread.run(self._tables.discard_draft, draft_id)


class StoreBlobs(_Port):
    async def put(self, key: str, content: bytes, *, fetched: bool = False) -> None:
        await self._thread.run(self._tables.put_picture, key, content, fetched)

    async def get(self, key: str) -> bytes | None:
        return await self._thread.run(self._tables.pictures.get, key)

    async def has(self, key: str) -> bool:
        return await self._thread.run(self._tables.blobs.has, key)

    async def size(self, key: str) -> int | None:
        return await self._thread.run(self._tables.blobs.size, key)

    async def parts(self, key: str) -> tuple[str, list[bytes]]:
        return await self._thread.run(self._tables.pictures.parts.get, key)

    async def put_part(self, key: str, sha256: str, number: int, content: bytes) -> None:
        await self._thread.run(self._tables.pictures.parts.put, key, sha256, number, content)

    async def drop_parts(self, key: str) -> None:
        await self._thread.run(self._tables.pictures.parts.drop, key)


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

    async def awaiting_address(self) -> list[str]:
        return await self._thread.run(self._tables.awaited.all)

    async def rejected(self) -> dict[str, str]:
        return await self._thread.run(self._tables.rejected)

    async def wanted_pictures(self, budget: int | None) -> list[str]:
        return await self._thread.run(self._tables.pictures.wanted, JobKind.LARGE, budget)

    async def wanted_thumbnails(self) -> list[str]:
        return await self._thread.run(self._tables.pictures.wanted, JobKind.THUMBNAIL)


class StoreJournal(_Port):
    async def note(self, note: SyncNote) -> None:
        await self._thread.run(self._tables.journal.note, note)

    async def notes(self) -> list[SyncNote]:
        return await self._thread.run(self._tables.journal.notes)


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
        return await self._thread.run(self._tables.take_in, docs)

    async def get_local(self, name: str) -> Doc | None:
        return await self._thread.run(self._tables.documents.get_local, name)

    async def put_local(self, name: str, body: Doc) -> None:
        await self._thread.run(self._tables.documents.put_local, name, body)
