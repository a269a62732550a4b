"""Packing for a day without a link, and the map that was packed."""

from civictui.domain.model import Pack, PackOrder
from civictui.geo.maps.tiles.packed import NOTHING, Packed
from civictui.service.whereabouts import Whereabouts

_LAST = "pack"
"""The secret with what the last packing ended with."""


class PackedDay(Whereabouts):
    """The part of the service that packs."""

    async def pack_order(self) -> PackOrder:
        means = self._means.pack
        return PackOrder(near=await self.position(), meters=means.meters, most=means.most)

    def pack(self, order: PackOrder) -> None:
        if self._working:
            self.require("pack")
            self._working.sync.pack(order)

    def stop_packing(self) -> None:
        if self._working:
            self._working.sync.stop_packing()

    async def packed(self) -> Pack | None:
        secrets, now = self.store.secrets, self._work.sync.packing()
        if now and (now.at or not now.ended):
            return now
        last = Pack.from_doc(await secrets.get(_LAST))
        if now and last:  # it did not even begin: what was packed before is still here
            return last.with_(reason=now.reason)
        return now or last

    def packed_map(self) -> Packed:
        """What of the map was packed by whoever works now, and may see it. From any thread."""
        work = self._working
        if work is None or work.shut or work.barred or "map" in work.policy.off:
            return NOTHING
        pack, tiles = work.sync.packing(), work.store.tiles
        return Packed((tiles, pack.at if pack else ""), tiles.read)
