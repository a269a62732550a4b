"""Addresses that reports of this terminal wait for, asked for when there is a link."""

import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

from civictui.domain.errors import NoAddress, NotFound
from civictui.domain.model import GeoPoint, SyncNote, now_text
from civictui.domain.ports import Geocoder, OpenStore, Secrets

AT_ONCE = 20
"""Reports a round: each question takes a second."""
REST_SECONDS = 600.0
"""After a question without an answer nothing is asked for so long."""
LONGEST_SECONDS = 60.0
"""No more is asked at once after these: `civictui sync` waits for it."""


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
        self._in_trouble = False
        self._failures: Counter[str] = Counter()
        """How often nothing was said of a report: one that never is must not keep back others."""

    async def __call__(self, store: OpenStore) -> int:
        """How many reports have got an address. What cannot be had now is asked for later."""
        if self._new_geocoder is None or self._monotonic() < self._rests_until:
            return 0
        waiting = await store.state.awaiting_address()
        if not waiting:
            return 0
        wanted = sorted(waiting, key=self._failures.__getitem__)[:AT_ONCE]
        return await self._ask(store, wanted, self._new_geocoder(store.secrets))

    async def _ask(self, store: OpenStore, wanted: list[str], geocoder: Geocoder) -> int:
        filled, key, end = 0, "", self._monotonic() + LONGEST_SECONDS
        try:
            for key in wanted:
                if self._monotonic() > end:
                    break
                filled += await _fill(store, key, geocoder)
            self._in_trouble = False
        except NoAddress as error:
            self._failures[key] += 1
            self._rests_until = self._monotonic() + REST_SECONDS
            await self._note(store, error)
        finally:
            await geocoder.close()
        return filled

    async def _note(self, store: OpenStore, error: NoAddress) -> None:
        """When it begins, and not at every try: who wonders where addresses stay can read it."""
        if not self._in_trouble:
            self._in_trouble = True
            at = now_text(datetime.now(UTC))
            await store.journal.note(SyncNote(at=at, words=f"no addresses for now: {error}"))


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
