"""What a place may be called: by reports near it, by the nearest town, by a geocoder."""

from civictui.domain.model import AddressProposal, AddressSource, GeoPoint
from civictui.domain.text import one_line
from civictui.geo.addresses import places
from civictui.service.attention import Attention
from civictui.service.forms import FIELD_CHARACTERS

NEAR_METERS = 100.0
"""Within these the address of another report may be that of this one."""
MOST = 5
"""Proposals from other reports."""
LOOKED_AT = 100
"""Of the nearest ones."""


class Addresses(Attention):
    """The part of the service that proposes addresses."""

    async def addresses(self, point: GeoPoint) -> list[AddressProposal]:
        town, near = places.nearest(point), dict[str, AddressProposal]()
        for row in await self.reader.around(point, NEAR_METERS, LOOKED_AT):
            text = one_line(row.report.address)
            if 0 < len(text) <= FIELD_CHARACTERS:
                source = AddressSource.OFFLINE
                near.setdefault(text, AddressProposal(text, source, row.meters or 0.0))
        if town:
            near.pop(town.text, None)
        return [*list(near.values())[:MOST], *([town] if town else [])]

    async def ask_address(self, point: GeoPoint) -> AddressProposal | None:
        self.check_open()
        if self._means.new_geocoder is None:
            return None
        self.require("geocoder")
        geocoder = self._means.new_geocoder(self.store.secrets)
        try:
            text = await geocoder.address(point)
        finally:
            await geocoder.close()
        return AddressProposal(text, AddressSource.GEOCODER) if text else None

    async def awaiting_addresses(self) -> int:
        return len(await self.store.state.awaiting_address())
