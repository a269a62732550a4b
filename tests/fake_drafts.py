"""What `Service` does with drafts, in memory."""

from dataclasses import dataclass, field, replace

from civictui.domain.crash import Crash
from civictui.domain.model import Draft
from civictui.domain.model.answers import answers_of
from tests.fake_places import FakePlaces


@dataclass
class FakeDrafts(FakePlaces):
    at_work: str = ""
    """The draft that is being written."""
    kept_crashes: list[Crash] = field(default_factory=list)

    async def save_draft(self, draft: Draft) -> None:
        await self._note("save_draft", draft)
        self.reader.kept_drafts[draft.id] = replace(draft, saved_at="2026-11-23T10:00:00Z")

    async def discard_draft(self, draft_id: str) -> None:
        await self._note("discard_draft", draft_id)
        self.reader.kept_drafts.pop(draft_id, None)

    async def at_work_on(self, draft_id: str) -> None:
        self.at_work = draft_id

    async def unfinished(self) -> Draft | None:
        return self.reader.kept_drafts.get(self.at_work)

    async def keep_crash(self, crash: Crash) -> None:
        await self._note("keep_crash", crash)
        self.kept_crashes.append(crash)

    async def crashes(self, crash_id: str = "") -> list[Crash]:
        return [crash for crash in reversed(self.kept_crashes) if crash_id in {"", crash.id}]

    async def template(self, report_id: str) -> Draft:
        await self._note("template", report_id)
        report = (await self.reader.report(report_id)).report
        return Draft(
            id=f"like-{report_id}",
            description=report.description,
            category=report.category,
            answers=answers_of(report.attributes),
        )
