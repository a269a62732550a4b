"""What `Service` does with reports that exist and with the sync, in memory."""

import asyncio
from dataclasses import dataclass, field, replace

from civictui.domain.errors import UsageError
from civictui.domain.events import Event, PackMoved, ReportSaved, ReportsChanged, SyncStateChanged
from civictui.domain.merge import Conflict
from civictui.domain.model import (
    Doc,
    Draft,
    Pack,
    PackOrder,
    PackStep,
    Report,
    Rescued,
    RowState,
    SyncNote,
    SyncPhase,
    SyncState,
    Waiting,
)
from civictui.domain.model.answers import answers_of
from civictui.domain.ports import Emit
from civictui.geo import notation
from tests.fake_reader import FakeReader


@dataclass
class FakeBase:
    """What the fakes of a service share. `failing` makes the next call of that name fail."""

    reader: FakeReader = field(default_factory=FakeReader)
    user: str = ""
    state: SyncState = field(default_factory=lambda: SyncState(phase=SyncPhase.IDLE))
    failing: dict[str, Exception] = field(default_factory=dict)
    calls: list[tuple[str, object]] = field(default_factory=list)
    hold: asyncio.Event | None = None
    """When set, writes wait for it."""
    listeners: list[Emit] = field(default_factory=list)
    rescued: Rescued = field(default_factory=lambda: Rescued(reports=2, photos=1))

    def listen(self, listener: Emit) -> None:
        self.listeners.append(listener)

    def emit(self, event: Event) -> None:
        if isinstance(event, SyncStateChanged):
            self.state = event.state
        for listener in self.listeners:
            listener(event)

    def called(self, name: str) -> list[object]:
        """What the calls of that name were given."""
        return [given for called, given in self.calls if called == name]

    async def _note(self, name: str, given: object) -> None:
        self.calls.append((name, given))
        if self.hold and given != ("", True):  # nothing to close
            await self.hold.wait()
        if error := self.failing.pop(name, None):
            raise error


@dataclass
class FakeSync(FakeBase):
    """`queue` is the outbox, `journal` the history; a test fills both."""

    queue: list[Waiting] = field(default_factory=list)
    journal: list[SyncNote] = field(default_factory=list)
    order: PackOrder = field(default_factory=PackOrder)
    day: Pack | None = None
    """What is packed for the day."""

    # --- reports that exist ---

    async def begin_edit(self, report_id: str) -> Draft:
        await self._note("begin_edit", report_id)
        for draft in self.reader.kept_drafts.values():
            if draft.report == report_id:
                return draft
        report = (await self.reader.report(report_id)).report
        return Draft(
            id=f"edit-{report_id}",
            description=report.description,
            category=report.category,
            place=notation.show(report.point) if report.point else "",
            address=report.address,
            photos=report.photos,
            report=report_id,
            base="1-a",
            answers=answers_of(report.attributes),
        )

    def edited(self, draft: Draft) -> str:
        """The report has become what the draft of an edit says."""
        report = replace(
            self.reader.reports[draft.report].report,
            description=draft.description,
            category=draft.category,
            address=draft.address,
            point=notation.parse(draft.place) if draft.place else None,
            photos=draft.photos,
        )
        self._becomes(report)
        self.emit(ReportSaved(report.id))
        return report.id

    async def withdraw(self, report_id: str) -> None:
        await self._note("withdraw", report_id)
        if (await self.reader.report(report_id)).report.reported_by != self.user:
            raise UsageError("This report is not yours", "Its author can withdraw it.")
        del self.reader.reports[report_id]
        self.emit(ReportsChanged())

    async def settle(self, conflict: Conflict, body: Doc | None) -> None:
        await self._note("settle", (conflict, body))
        del self.reader.disputes[conflict.id]
        if body is None:
            self.reader.reports.pop(conflict.id, None)
            self.emit(ReportsChanged())
        else:
            self._becomes(Report.from_doc(body))

    async def restore(self, report_id: str, rev: str) -> None:
        await self._note("restore", (report_id, rev))
        kept = [*self.reader.put_away.get(report_id, ()), *self.reader.lost]
        version = next(v for v in kept if v.rev == rev and v.id in {"", report_id})
        self.reader.lost = [v for v in self.reader.lost if v.id != report_id]
        self._becomes(Report.from_doc(version.body))

    def _becomes(self, report: Report) -> None:
        self.reader.add(report, state=RowState.QUEUED)
        self.emit(ReportsChanged())

    # --- what waits ---

    async def retry(self, report_id: str) -> None:
        await self._note("retry", report_id)
        self.queue = [
            replace(entry, reason="", code="") if entry.id == report_id else entry
            for entry in self.queue
        ]
        self.emit(ReportsChanged())

    async def shrink(self, report_id: str) -> None:
        await self._note("shrink", report_id)
        self.emit(ReportsChanged())

    async def discard_unsent(self, report_id: str) -> None:
        await self._note("discard_unsent", report_id)
        self.queue = [entry for entry in self.queue if entry.id != report_id]
        self.emit(ReportsChanged())

    async def export(self, path: str, password: str) -> Rescued:
        await self._note("export", (path, password))
        return self.rescued

    async def waiting(self) -> list[Waiting]:
        return sorted(self.queue, key=lambda entry: not entry.reason)

    async def notes(self) -> list[SyncNote]:
        return list(self.journal)

    # --- the loop ---

    def pause_sync(self) -> None:
        self.calls.append(("pause_sync", None))
        self.emit(SyncStateChanged(self.state.with_(phase=SyncPhase.PAUSED)))

    def resume_sync(self) -> None:
        self.calls.append(("resume_sync", None))
        self.emit(SyncStateChanged(self.state.with_(phase=SyncPhase.CONNECTING)))

    def send_photos(self) -> None:
        self.calls.append(("send_photos", None))

    async def pack_order(self) -> PackOrder:
        return self.order

    def pack(self, order: PackOrder) -> None:
        self.calls.append(("pack", order))
        self.packs(Pack())

    def packs(self, pack: Pack) -> None:
        """Packing has got on."""
        self.day = pack
        self.emit(PackMoved(pack))

    def stop_packing(self) -> None:
        self.calls.append(("stop_packing", None))
        if self.day:
            self.packs(self.day.with_(step=PackStep.STOPPED, reason="it was stopped"))

    async def packed(self) -> Pack | None:
        return self.day

    def allow_deletions(self) -> None:
        self.calls.append(("allow_deletions", None))
