"""What can be intended with the list itself."""

from collections.abc import Sequence
from typing import Any

from textual.screen import Screen

from civictui.domain.model import ListFilter
from civictui.domain.ports import Service
from civictui.screens.intents import Intent


class SeeAll(Intent):
    """The person has looked at all that is here, `count` reports of it new."""

    def __init__(self, origin: Screen[Any], count: int) -> None:
        super().__init__(origin)
        self.count = count

    async def carry_out(self, service: Service) -> object:
        await service.seen()
        return None


class KeepFilters(Intent):
    """These are the saved filters from now on; `said` is what is to be said of it then."""

    def __init__(self, origin: Screen[Any], filters: Sequence[ListFilter], said: str) -> None:
        super().__init__(origin)
        self.filters = tuple(filters)
        self.said = said

    async def carry_out(self, service: Service) -> object:
        await service.keep_filters(self.filters)
        return None
