"""The map in a pack: tiles of the gateway's base maps around the places of the day."""

from collections.abc import Sequence

from civictui.codec import BadJson, decode, encode
from civictui.domain.model import GeoPoint, PackStep, TilePlace, TileSet
from civictui.domain.ports import MAPS, OpenStore, TileCover
from civictui.sync.pack.map_tiles import MapTiles
from civictui.sync.pack.pack_tally import Tally, Told

TILE_BYTES = 20_000
"""What a tile weighs of the way; how large it is only its coming tells."""
OVER = "over the budget"
_NO_MAP = "the gateway has no base map of this place"


class PackedTiles:
    """Plans, fetches and keeps them; `tally` hears of each."""

    def __init__(self, store: OpenStore, maps: MapTiles, cover: TileCover, tally: Tally) -> None:
        self._tiles = store.tiles
        self._maps = maps
        self._cover = cover
        self._tally = tally
        self._open: list[tuple[TileSet, list[TilePlace]]] = []
        self._keys: list[str] = []

    def plan(self, sets: Sequence[TileSet], centres: Sequence[GeoPoint], meters: float) -> None:
        """Which tiles of these maps show the surroundings of the centres."""
        for tiles in sets:
            if places := self._cover(centres, meters, tiles):
                self._open.append((tiles, places))
                self._keys += map(tiles.key, places)
                self._tally.expect(PackStep.MAP, len(places) * TILE_BYTES, len(places))
        if centres and not self._open:
            self._tally.lacks(PackStep.MAP, _NO_MAP, "the map", count=0)

    async def fetch(self, told: Told) -> None:
        """Have them come. What was packed before and is not wanted any more goes at the end.

        Raises GatewayError, StoreError.
        """
        if not self._open:
            return
        await self._list(also=await self._listed())
        for tiles, places in list(self._open):
            await self._fetch_of(tiles, await self._pass_present(tiles, places), told)
        wanted = [tiles for tiles, _ in self._open]
        self._open.clear()
        await self._tiles.put(MAPS, encode([tiles.to_doc() for tiles in wanted]))
        await self._tiles.keep([*self._keys, MAPS])

    def give_up(self, reason: str) -> None:
        """Those that did not come are missing for this reason."""
        for tiles, places in self._open:
            if places:
                self._tally.lacks(PackStep.MAP, reason, tiles.name, count=len(places))

    async def _pass_present(self, tiles: TileSet, places: list[TilePlace]) -> list[TilePlace]:
        """Count those that are here already; gives the others."""
        sizes = await self._tiles.sizes([tiles.key(place) for place in places])
        self._tally.here(PackStep.MAP, sum(sizes.values()), len(sizes))
        self._tally.passed(len(sizes) * TILE_BYTES)
        places[:] = [place for place in places if tiles.key(place) not in sizes]
        return places

    async def _fetch_of(self, tiles: TileSet, places: list[TilePlace], told: Told) -> None:
        """`places` is emptied as they come."""
        while places and self._tally.room > 0:
            for content in await self._maps.fetch(tiles, places):
                if len(content) > self._tally.room:
                    self._tally.room = 0
                    break
                await self._tiles.put(tiles.key(places.pop(0)), content)
                self._tally.here(PackStep.MAP, len(content))
                self._tally.passed(TILE_BYTES)
            told(self._tally.pack)
        if places:
            self._tally.lacks(PackStep.MAP, OVER, tiles.name, count=len(places))
            self._tally.passed(len(places) * TILE_BYTES)
            places.clear()

    async def _list(self, also: Sequence[TileSet]) -> None:
        """What comes now can be drawn at once; what came before still can."""
        found = {(tiles.name, tiles.version): tiles for tiles in also}
        found |= {(tiles.name, tiles.version): tiles for tiles, _ in self._open}
        await self._tiles.put(MAPS, encode([tiles.to_doc() for tiles in found.values()]))

    async def _listed(self) -> list[TileSet]:
        try:
            listed = decode(await self._tiles.get(MAPS) or b"[]")
        except BadJson:
            return []
        found = map(TileSet.from_doc, listed if isinstance(listed, list) else ())
        return [tiles for tiles in found if tiles is not None]
