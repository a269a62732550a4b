"""Remarks: what is said about a report that exists, as a document of its own."""

from civictui.domain.errors import UsageError
from civictui.domain.events import ReportSaved, ReportsChanged
from civictui.domain.ids import new_id
from civictui.domain.model import Draft, Update, clock_offset, now_text
from civictui.domain.text import clean
from civictui.service.attention import Attention
from civictui.service.forms import DESCRIPTION_CHARACTERS


class Remarks(Attention):
    """The part of the service that writes updates."""

    async def remark(self, report_id: str, draft: Draft) -> str:
        await self.reader.report(report_id)
        update = await self._update_of(report_id, draft)
        key = await self.store.writer.submit_update(update, draft.id)
        await self._work.sync.recount()
        self._announcer.emit(ReportSaved(key))
        self._announcer.emit(ReportsChanged())
        self._work.sync.wake()
        return key

    async def _update_of(self, report_id: str, draft: Draft) -> Update:
        """The update that a draft makes. Raises UsageError."""
        text = clean(draft.description).strip()
        if not (text or draft.photos):
            raise UsageError("A remark needs words or a photo", "Say in a few words what is new.")
        if len(text) > DESCRIPTION_CHARACTERS:
            raise UsageError(
                f"The remark is longer than {DESCRIPTION_CHARACTERS} characters", "Shorten it."
            )
        device = self._clock.now()
        ahead = clock_offset(await self.store.secrets.get("clock offset"))
        return Update(
            id=draft.id or new_id(device),
            report=report_id,
            reported_by=self.user,
            reported_at=now_text(device + ahead),
            text=text,
            photos=draft.photos,
        )
