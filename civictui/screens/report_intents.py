"""What can be intended with reports that exist, and with what is unsent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textual.screen import Screen

from civictui.domain.merge import Conflict
from civictui.domain.model import Doc, Draft, Photo, ReportRow
from civictui.domain.ports import Service
from civictui.screens.intents import DraftIntent, Intent


class AboutReport(Intent):
    """A change that is about one report."""

    def __init__(self, origin: Screen[Any], report_id: str) -> None:
        super().__init__(origin)
        self.report_id = report_id


@dataclass(frozen=True, slots=True)
class Begun:
    """A draft of an edit, and the photos that the report has now."""

    draft: Draft
    photos: tuple[Photo, ...] = ()


class BeginEdit(AboutReport):
    """With a `draft` that is one of an edit already, that one is gone on with."""

    def __init__(self, origin: Screen[Any], report_id: str, draft: Draft | None = None) -> None:
        super().__init__(origin, report_id)
        self._draft = draft

    async def carry_out(self, service: Service) -> object:
        draft = self._draft or await service.begin_edit(self.report_id)
        rows = await service.reader.rows([self.report_id])
        return Begun(draft, rows[0].report.photos if rows else ())


class See(AboutReport):
    """The person looks at this report: it is new no more."""

    group = "see"

    async def carry_out(self, service: Service) -> object:
        await service.seen(self.report_id)
        return None


class Withdraw(AboutReport):
    async def carry_out(self, service: Service) -> object:
        await service.withdraw(self.report_id)
        return None


class Restore(AboutReport):
    """An earlier version becomes the one in force."""

    def __init__(self, origin: Screen[Any], report_id: str, rev: str) -> None:
        super().__init__(origin, report_id)
        self._rev = rev

    async def carry_out(self, service: Service) -> object:
        await service.restore(self.report_id, self._rev)
        return None


@dataclass(frozen=True, slots=True)
class UpdateBegun:
    """What the page of an update needs: a draft, None where there is none yet, and the rest.

    `rows` are those of the reports that are here; `people` are proposed for the assignment; the
    cursor is to be in the field `at`, "" for where it was.
    """

    reports: tuple[str, ...]
    rows: tuple[ReportRow, ...]
    people: tuple[str, ...]
    draft: Draft | None = None
    at: str = ""


class BeginUpdate(Intent):
    """The unfinished one about just these reports is gone on with, where there is one.

    With a `draft` that is one. The reports may be gone by now.
    """

    def __init__(
        self, origin: Screen[Any], reports: Sequence[str], at: str, draft: Draft | None = None
    ) -> None:
        super().__init__(origin)
        self._reports = tuple(reports)
        self._at = at
        self._draft = draft

    async def carry_out(self, service: Service) -> object:
        draft = self._draft or await self._unfinished(service)
        rows = await service.reader.rows(self._reports)
        people = await service.people()
        return UpdateBegun(self._reports, tuple(rows), tuple(people), draft, self._at)

    async def _unfinished(self, service: Service) -> Draft | None:
        wanted = set(self._reports)
        drafts = await service.reader.drafts()
        mine = (draft for draft in drafts if draft.is_remark and set(draft.reports) == wanted)
        return next(mine, None)


class SayUpdate(DraftIntent):
    """What a draft says becomes an update of each of these reports; the answer is one's id.

    What was withdrawn meanwhile needs none; where nothing else is left, the draft stays one.
    """

    def __init__(self, origin: Screen[Any], reports: Sequence[str], draft: Draft) -> None:
        super().__init__(origin, draft)
        self.reports = tuple(reports)

    async def carry_out(self, service: Service) -> object:
        here = {row.report.id for row in await service.reader.rows(self.reports)}
        reports = [report for report in self.reports if report in here] or self.reports
        first, *_ = await service.update(reports, self.draft)
        return first


class Settle(Intent):
    """A conflict ends with `body`; the answer is the next one about the same report, or None."""

    def __init__(self, origin: Screen[Any], conflict: Conflict, body: Doc | None) -> None:
        super().__init__(origin)
        self._conflict = conflict
        self._body = body

    async def carry_out(self, service: Service) -> object:
        await service.settle(self._conflict, self._body)
        return await service.reader.conflict(self._conflict.id)


class Retry(AboutReport):
    async def carry_out(self, service: Service) -> object:
        await service.retry(self.report_id)
        return None


class DiscardUnsent(AboutReport):
    """`done` is what is to be said of it then."""

    def __init__(self, origin: Screen[Any], report_id: str, done: str) -> None:
        super().__init__(origin, report_id)
        self.done = done

    async def carry_out(self, service: Service) -> object:
        await service.discard_unsent(self.report_id)
        return None


class Shrink(AboutReport):
    """Takes a second a photo: what is being written must not wait for it."""

    group = "shrink"

    async def carry_out(self, service: Service) -> object:
        await service.shrink(self.report_id)
        return None


class ExportUnsent(Intent):
    """All that is unsent goes into a sealed file."""

    group = "export"

    def __init__(self, origin: Screen[Any], path: str, password: str) -> None:
        super().__init__(origin)
        self.path = path
        self._password = password

    async def carry_out(self, service: Service) -> object:
        return await service.export(self.path, self._password)
