"""Addresses that reports of this terminal wait for, asked for when there is a link."""

import time
from collections.abc import Callable

from civictui.domain.errors import NoAddress, NotFound
from civictui.domain.model import GeoPoint
from civictui.domain.ports import Geocoder, OpenStore, Secrets

AT_ONCE = 20
"""Reports a round: each question takes a second."""
REST_SECONDS = 600.0
"""After a question without an answer nothing is asked for so long."""


class AddressErrand:
    """Done after a round that went well. Belongs to one loop; another one has its own."""

    def __init__(
        self,
        new_geocoder: Callable[[Secrets], Geocoder] | None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._new_geocoder = new_geocoder
        self._monotonic = monotonic
        self._rests_until = float("-inf")

    async def __call__(self, store: OpenStore) -> int:
        """How many reports have got an address. What cannot be had now is asked for later."""
        if self._new_geocoder is None or self._monotonic() < self._rests_until:
            return 0
        wanted = (await store.state.awaiting_address())[:AT_ONCE]
        if not wanted:
            return 0
        return await self._ask(store, wanted, self._new_geocoder(store.secrets))

    async def _ask(self, store: OpenStore, wanted: list[str], geocoder: Geocoder) -> int:
        filled = 0
        try:
            for key in wanted:
                filled += await _fill(store, key, geocoder)
        except NoAddress:
            self._rests_until = self._monotonic() + REST_SECONDS
        finally:
            await geocoder.close()
        return filled


async def _fill(store: OpenStore, key: str, geocoder: Geocoder) -> bool:
    """Raises NoAddress. The store sees to it that nobody's words are written over."""
    try:
        doc = await store.reader.document(key)
    except NotFound:
        doc = {}
    point = GeoPoint.from_geojson(doc.get("geoLocation"))
    if point is None:  # withdrawn, or without its place by now: it waits for none any more
        return await store.writer.fill_address(key, GeoPoint(0.0, 0.0), "")
    return await store.writer.fill_address(key, point, await geocoder.address(point))
