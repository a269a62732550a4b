"""Drafts: which one is being written, and one that begins with what another report says."""

from contextlib import suppress

from civictui.domain.errors import StoreFull, StoreReadOnly
from civictui.domain.ids import new_id
from civictui.domain.model import Answer, Draft, Report, Service, now_text
from civictui.domain.model.answers import answers_of
from civictui.service.attention import Attention

_AT_WORK = "at work on"
"""The name under which the store keeps the id of the draft that is being written."""


class Drafts(Attention):
    """The part of the service that keeps what is not a report yet.

    What somebody types is kept also when he is barred while typing; nothing is read again. The
    gateway is told at once: it may have heard already that nothing is left here.
    """

    async def save_draft(self, draft: Draft) -> None:
        stamped = Draft.from_doc({**draft.to_doc(), "saved_at": now_text(self._clock.now())})
        await self.outgoing.writer.save_draft(stamped)
        if self.barred:
            self._work.sync.wake()

    async def discard_draft(self, draft_id: str) -> None:
        await self.store.writer.discard_draft(draft_id)

    async def at_work_on(self, draft_id: str) -> None:
        """A store that takes nothing any more leads to the list: what is lost is the way back."""
        secrets = self.outgoing.secrets
        if (await secrets.get(_AT_WORK) or "") != draft_id:
            with suppress(StoreFull, StoreReadOnly):
                await secrets.put(_AT_WORK, draft_id)

    async def unfinished(self) -> Draft | None:
        """None where it has become something since, or where nothing was written into it."""
        named = await self.store.secrets.get(_AT_WORK)
        drafts = await self.reader.drafts() if named else []
        return next((draft for draft in drafts if draft.id == named), None)

    async def template(self, report_id: str) -> Draft:
        report = (await self.reader.report(report_id)).report
        services = await self.reader.services()
        return Draft(
            id=new_id(self._clock.now()),
            description=report.description,
            category=report.category,
            answers=asked_still(report, services.called(report.category)),
        )


def asked_still(report: Report, service: Service | None) -> dict[str, Answer]:
    """The answers to what its category asks today; what else a report carries is its own."""
    asked = {question.code for question in service.questions if question.asked} if service else ()
    answers = answers_of(report.attributes)
    return {code: answer for code, answer in answers.items() if code in asked}
