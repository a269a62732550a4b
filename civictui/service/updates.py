"""Updates: what is said about reports that exist, each as a document of its own."""

from collections.abc import Sequence

from civictui.domain.errors import NotFound, UsageError
from civictui.domain.events import ReportSaved, ReportsChanged
from civictui.domain.ids import id_within, new_id
from civictui.domain.model import Draft, Update, clock_offset, now_text
from civictui.domain.model.update import MOST_AT_ONCE
from civictui.domain.text import clean, one_line
from civictui.service.attention import Attention
from civictui.service.forms import DESCRIPTION_CHARACTERS, FIELD_CHARACTERS


class Updates(Attention):
    """The part of the service that writes updates."""

    async def remark(self, report_id: str, draft: Draft) -> str:
        (key,) = await self.update([report_id], draft)
        return key

    async def update(self, report_ids: Sequence[str], draft: Draft) -> list[str]:
        self.require("updates")
        reports = list(dict.fromkeys(report_ids))
        await self._check_here(reports)
        updates = await self._updates_of(reports, draft)
        keys = await self.store.writer.submit_updates(updates, draft.id)
        await self._work.sync.recount()
        for key in keys:
            self._announcer.emit(ReportSaved(key))
        self._announcer.emit(ReportsChanged())
        self._work.sync.wake()
        return keys

    async def _check_here(self, reports: list[str]) -> None:
        """Raises NotFound, UsageError."""
        if not reports:
            raise UsageError("There is no report to say it about", "Choose one.")
        if len(reports) > MOST_AT_ONCE:
            raise UsageError(f"These are more than {MOST_AT_ONCE} reports", "Mark fewer at a time.")
        here = {row.report.id for row in await self.reader.rows(reports)}
        if gone := [key for key in reports if key not in here]:
            raise NotFound(_not_here(len(gone), len(reports)))

    async def _updates_of(self, reports: Sequence[str], draft: Draft) -> list[Update]:
        """The update of each report; the same draft makes the same ids. Raises UsageError."""
        text, status, assignee = checked(draft)
        device = self._clock.now()
        ahead = clock_offset(await self.store.secrets.get("clock offset"))
        first, about = draft.id or new_id(device), draft.report or reports[0]
        return [
            Update(
                id=first if report == about else id_within(first, report),
                report=report,
                reported_by=self.user,
                reported_at=now_text(device + ahead),
                text=text,
                status=status,
                assignee=assignee,
                photos=draft.photos,
            )
            for report in reports
        ]


def checked(draft: Draft) -> tuple[str, str, str | None]:
    """The words, the status and the assignee as they will be stored. Raises UsageError."""
    text, status = clean(draft.description).strip(), one_line(draft.status)
    assignee = None if draft.assignee is None else one_line(draft.assignee)
    if not (text or status or draft.photos) and assignee is None:
        raise UsageError(
            "An update needs words, a photo, a status or an assignment",
            "Say in a few words what is new.",
        )
    if len(text) > DESCRIPTION_CHARACTERS:
        raise UsageError(
            f"The remark is longer than {DESCRIPTION_CHARACTERS} characters", "Shorten it."
        )
    if max(len(status), len(assignee or "")) > FIELD_CHARACTERS:
        raise UsageError(
            f"A status or a name is longer than {FIELD_CHARACTERS} characters", "Shorten it."
        )
    return text, status, assignee


def _not_here(gone: int, of: int) -> str:
    return "No such report is here" if of == 1 else f"{gone} of the {of} reports are not here"
