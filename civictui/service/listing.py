"""What the list asks for besides reports: saved filters, what was looked at, who there is."""

from collections.abc import Sequence

from civictui.domain.events import ReportsChanged
from civictui.domain.model import MOST_SAVED, ListFilter
from civictui.service.attention import Attention

_FILTERS = "filters"
"""The name under which the store keeps them."""


class Lists(Attention):
    """The part of the service that serves the list."""

    async def filters(self) -> list[ListFilter]:
        kept = await self.store.secrets.get(_FILTERS)
        listed = kept if isinstance(kept, list) else []
        found = [ListFilter.from_doc(doc) for doc in listed if isinstance(doc, dict)]
        return [chosen for chosen in found if chosen.name][:MOST_SAVED]

    async def keep_filters(self, filters: Sequence[ListFilter]) -> None:
        docs = [chosen.to_doc() for chosen in filters[:MOST_SAVED]]
        await self.store.secrets.put(_FILTERS, docs)

    async def seen(self, report_id: str = "", place: int | None = None) -> None:
        if await self.store.writer.seen(report_id, place):
            self._announcer.emit(ReportsChanged())

    async def people(self) -> list[str]:
        return await self.reader.people()
