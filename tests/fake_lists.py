"""What `Service` does about the list, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from civictui.domain.model import ListFilter
from tests.fake_drafts import FakeDrafts


@dataclass
class FakeLists(FakeDrafts):
    saved_filters: list[ListFilter] = field(default_factory=list)

    async def filters(self) -> list[ListFilter]:
        return list(self.saved_filters)

    async def keep_filters(self, filters: Sequence[ListFilter]) -> None:
        await self._note("keep_filters", tuple(filters))
        self.saved_filters = list(filters)

    async def seen(self, report_id: str = "") -> None:
        await self._note("seen", report_id)
        rows = self.reader.reports
        for key in [report_id] if report_id in rows else [] if report_id else list(rows):
            rows[key] = replace(rows[key], is_new=False)

    async def people(self) -> list[str]:
        return await self.reader.people()
