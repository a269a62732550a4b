"""What this terminal still holds, told to the gateway: whether a device is safe to off-board.

Counts alone, and only where they are other ones than this gateway was told last.
"""

from contextlib import suppress
from typing import TypeAlias

from civictui.couchdb.endpoint import Requests
from civictui.domain.errors import CivicError
from civictui.domain.model.values import count_of
from civictui.domain.ports import OpenStore
from civictui.signed_policy import policy_in
from civictui.sync.orders import QUIET_SECONDS

PATH = "/v1/device"
MOST = 1_000_000
"""A larger count is told as this one."""
_TOLD = "told standing"
"""The secret with what was told last."""
_LATER = 500
"""A status from here on says that it may be taken another time."""

Standing: TypeAlias = dict[str, int]
"""What the request says, by its names."""


class Holdings:
    """Belongs to one event loop."""

    def __init__(self, store: OpenStore, link: Requests) -> None:
        self._store = store
        self._link = link
        self._unwanted = False

    async def tell(self) -> None:
        """After a round, which it never makes fail: what is not heard now is told another time.

        A device that is disabled says it after each round: the operator waits for its word, and
        may have disabled it anew since the last one. A gateway that does not know the request, or
        refuses it, is not asked again in this session.
        """
        if self._unwanted:
            return
        with suppress(CivicError):
            standing = await self._standing()
            if standing["disabled"] or standing != await self._store.secrets.get(_TOLD):
                await self._put(standing)

    async def _put(self, standing: Standing) -> None:
        reply = await self._link.request("PUT", PATH, json=standing, silence=QUIET_SECONDS)
        if reply.status in {200, 204}:
            if standing != await self._store.secrets.get(_TOLD):
                await self._store.secrets.put(_TOLD, standing)
        elif reply.status != 429 and reply.status < _LATER:
            self._unwanted = True

    async def _standing(self) -> Standing:
        """What is held, and whether this device knows that it is disabled, at its next start too.

        So what is sealed counts: a gateway's mere no is forgotten with this session.
        """
        secrets, unsent = self._store.secrets, await self._store.state.unsent()
        unseen = self._store.set_aside + count_of(await secrets.get("elsewhere"))
        counts = {
            "unsent_reports": unsent.reports,
            "unsent_photos": unsent.photos,
            "needs_attention": unsent.needs_you + unseen,
            "drafts": len(await self._store.reader.drafts()),
        }
        capped = {name: min(count, MOST) for name, count in counts.items()}
        return {**capped, "disabled": policy_in(await secrets.get("policy")).disabled}
