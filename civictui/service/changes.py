"""Changing what is there: edits, withdrawals, conflicts, and earlier versions."""

from dataclasses import replace

from civictui.domain.errors import NotFound, UsageError
from civictui.domain.events import ReportSaved, ReportsChanged
from civictui.domain.ids import new_id
from civictui.domain.merge import Conflict
from civictui.domain.model import AddressSource, Doc, Draft, Fix, GeoPoint, Report, is_update
from civictui.domain.model.answers import answers_of
from civictui.domain.ports import Clock, Reader, Session, Vault
from civictui.geo import notation
from civictui.service import heard
from civictui.service.forms import checked, located, source_of
from civictui.service.lingering import SENDING_SECONDS
from civictui.service.means import NONE, Means
from civictui.service.passwords import Passwords
from civictui.service.working import Announcer, NewSync


class Changes(Passwords):
    """The part of the service that makes new revisions of reports."""

    def __init__(
        self,
        vault: Vault,
        session: Session,
        new_sync: NewSync,
        announcer: Announcer,
        clock: Clock,
        *,
        origin: str,
        position: GeoPoint | None = None,
        sending_seconds: float = SENDING_SECONDS,
        means: Means = NONE,
    ) -> None:
        super().__init__(
            vault,
            session,
            new_sync,
            announcer,
            clock,
            origin=origin,
            sending_seconds=sending_seconds,
        )
        self._position = position
        self._means = means

    def use_means(self, means: Means, position: GeoPoint | None, sending_seconds: float) -> None:
        """Other settings of this terminal, from now on."""
        self._means = means
        self._position = position
        self._sending_seconds = sending_seconds

    @property
    def reader(self) -> Reader:
        return self.store.reader

    async def begin_edit(self, report_id: str) -> Draft:
        self.require("edit")
        for draft in await self.reader.drafts():
            if draft.report == report_id and draft.base:
                return draft
        doc = await self.reader.document(report_id)
        if is_update(doc):
            raise UsageError("An update is never changed", "Say more in another one.")
        await self.store.writer.keep_version(report_id, doc["_rev"])
        return _draft_of(Report.from_doc(doc), doc["_rev"], new_id(self._clock.now()))

    async def withdraw(self, report_id: str) -> None:
        self.require("withdraw")
        report = (await self.reader.report(report_id)).report
        if report.reported_by != self.user:
            await heard.recall_roles(self._work)
            if not self.supervises:
                raise UsageError(
                    "Only who reported it, or a supervisor, may withdraw a report",
                    "Edit it instead.",
                )
        await self.store.writer.withdraw(report_id)
        await self._changed(report_id)

    async def settle(self, conflict: Conflict, body: Doc | None) -> None:
        if body is None and not conflict.withdrawn:
            raise UsageError("A clash is settled by a version", "Choose one of them.")
        await self.store.writer.settle(conflict, body)
        await self._changed(conflict.id)

    async def restore(self, report_id: str, rev: str) -> None:
        self.require("edit")
        await self.store.writer.restore(report_id, rev)
        await self._changed(report_id)

    async def _changed(self, report_id: str) -> None:
        """Something of this report is durable: say so, and have it sent."""
        await self._work.sync.recount()
        self._announcer.emit(ReportSaved(report_id))
        self._announcer.emit(ReportsChanged())
        self._work.sync.wake()

    async def _submit_edit(self, draft: Draft) -> str:
        """Make what a draft says of a report its new revision. Raises NotFound, UsageError."""
        self.require("edit")
        before = Report.from_doc(await self._version(draft.report, draft.base))
        fields = checked(draft, await self.reader.services(), before)
        report = replace(
            before,
            description=fields.description,
            category=fields.category,
            address=fields.address,
            address_source=_source(before, draft, fields.address),
            photos=draft.photos,
            attributes=fields.attributes,
        )
        if draft.place.strip() != _written(before.point):
            point = notation.parse(draft.place) if draft.place.strip() else None
            location = located(draft, self._clock.now()) if point else {}
            report = self.awaiting_address(replace(report, point=point, location=location))
        await self.store.writer.edit(report, draft.base, draft.id)
        await self._changed(report.id)
        return report.id

    def awaiting_address(self, report: Report) -> Report:
        """A report with a place and no address gets one later, where somebody can be asked."""
        wanted = report.point is not None and not report.address
        nobody = self._means.new_geocoder is None or "geocoder" in self.policy.off
        if not wanted or nobody:
            return report
        return replace(report, address_source=AddressSource.PENDING.value)

    async def _version(self, report_id: str, rev: str) -> Doc:
        """The document as it was in this revision, `_id` included."""
        for version in await self.reader.versions(report_id):
            if version.rev == rev:
                return {**version.body, "_id": report_id}
        doc = await self.reader.document(report_id)
        if doc["_rev"] == rev:
            return doc
        raise NotFound("The version that was edited is not known here", "Open it again.")


def _draft_of(report: Report, rev: str, draft_id: str) -> Draft:
    point = report.point.to_geojson() if report.point else None
    fix = Fix.from_doc({**report.location, "point": point})
    return Draft(
        id=draft_id,
        description=report.description,
        category=report.category,
        place=_written(report.point),
        place_source=(fix.source if fix else "") or "typed",
        place_accuracy=fix.accuracy if fix else None,
        place_at=fix.at if fix else "",
        address=report.address,
        photos=report.photos,
        report=report.id,
        base=rev,
        answers=answers_of(report.attributes),
    )


def _written(point: GeoPoint | None) -> str:
    return str(point) if point else ""


def _source(before: Report, draft: Draft, address: str) -> str:
    return before.address_source if address == before.address else source_of(draft, address)
