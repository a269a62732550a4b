"""What `Service` does about the list, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from civictui.domain.model import ListFilter, Shift
from tests.fake_drafts import FakeDrafts

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


@dataclass
class FakeLists(FakeDrafts):
    saved_filters: list[ListFilter] = field(default_factory=list)
    summary: Shift = field(default_factory=lambda: Shift(user="", since=NOW, until=NOW))

    async def filters(self) -> list[ListFilter]:
        return list(self.saved_filters)

    async def keep_filters(self, filters: Sequence[ListFilter]) -> None:
        await self._note("keep_filters", tuple(filters))
        self.saved_filters = list(filters)

    async def seen(self, report_id: str = "", place: int | None = None) -> None:
        await self._note("seen", report_id)
        rows = self.reader.reports
        for key in [report_id] if report_id in rows else [] if report_id else list(rows):
            rows[key] = replace(rows[key], is_new=False)

    async def shift(self, since: datetime) -> Shift:
        await self._note("shift", since)
        return replace(self.summary, user=self.user, since=since)

    async def people(self) -> list[str]:
        return await self.reader.people()
