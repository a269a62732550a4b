"""What this terminal still holds, told to the gateway: whether a device is safe to off-board.

Counts alone, and only where they are other ones than this gateway was told last.
"""

from contextlib import suppress
from typing import TypeAlias

from civictui.couchdb.endpoint import Requests
from civictui.domain.errors import CivicError
from civictui.domain.ports import OpenStore

PATH = "/v1/device"
MOST = 1_000_000
"""A larger count is told as this one."""
_TOLD = "told standing"
"""The secret with what was told last."""
_LATER = 500
"""A status from here on says that it may be taken another time."""

Standing: TypeAlias = dict[str, int]
"""Counts by the names of the request."""


class Holdings:
    """Belongs to one event loop."""

    def __init__(self, store: OpenStore, link: Requests) -> None:
        self._store = store
        self._link = link
        self._unwanted = False
        self._barred = ""

    async def tell(self, barred: str = "") -> None:
        """After a round, which it never makes fail: what is not heard now is told another time.

        Whoever is `barred` says it once more in any case: the operator waits for the word of a
        device that knows of it. A gateway that does not know the request, or refuses it, is not
        asked again in this session.
        """
        if self._unwanted:
            return
        with suppress(CivicError):
            standing, is_news = await self._counted(), barred not in {"", self._barred}
            if is_news or standing != await self._store.secrets.get(_TOLD):
                await self._put(standing)
            self._barred = barred

    async def _put(self, standing: Standing) -> None:
        reply = await self._link.request("PUT", PATH, json=standing)
        if reply.status in {200, 204}:
            if standing != await self._store.secrets.get(_TOLD):
                await self._store.secrets.put(_TOLD, standing)
        elif reply.status != 429 and reply.status < _LATER:
            self._unwanted = True

    async def _counted(self) -> Standing:
        unsent = await self._store.state.unsent()
        counts = {
            "unsent_reports": unsent.reports,
            "unsent_photos": unsent.photos,
            "needs_attention": unsent.needs_you,
            "drafts": len(await self._store.reader.drafts()),
        }
        return {name: min(count, MOST) for name, count in counts.items()}
