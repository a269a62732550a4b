"""What can be intended with the list itself."""

from collections.abc import Sequence
from typing import Any

from textual.screen import Screen

from civictui.domain.model import ListFilter, Tally
from civictui.domain.ports import Service
from civictui.screens.intents import Intent


class SeeAll(Intent):
    """The person has looked at all that was counted; what came since is still new."""

    def __init__(self, origin: Screen[Any], counted: Tally) -> None:
        super().__init__(origin)
        self.count = counted.news
        self._place = counted.place

    async def carry_out(self, service: Service) -> object:
        await service.seen(place=self._place)
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
