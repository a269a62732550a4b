"""The map in a pack: tiles of the gateway's base maps around the places of the day."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from civictui.codec import BadJson, decode, encode
from civictui.domain.errors import NotFound, StoreError
from civictui.domain.model import GeoPoint, PackStep, TilePlace, TileSet
from civictui.domain.ports import MAPS, OpenStore, TileCover
from civictui.sync.pack.map_tiles import MapTiles
from civictui.sync.pack.pack_tally import Tally, Told

TILE_BYTES = 20_000
"""What a tile weighs of the way; how large it is only its coming tells."""
OVER = "over the budget"
TOO_MANY = "more than a day's map"
TOO_WIDE = "so wide a radius is packed in less detail"
_STREETS = 14
"""The level that shows every street; whoever packs less of a map that has it should know."""
MOST_TILES = 20_000
"""Of all maps together."""
_FILE_BYTES = 4096
"""What a tile takes of the disk at least, though it be empty."""
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
            room = MOST_TILES - sum(len(places) for _, places in self._open)
            if room and (places := self._cover(centres, meters, tiles)):
                self._plan_for(tiles, places, room)
        if centres and not self._open:
            self._tally.lacks(PackStep.MAP, _NO_MAP, "the map", count=0)

    def _plan_for(self, tiles: TileSet, places: list[TilePlace], room: int) -> None:
        """A map has no more levels than are packed of it: beyond, the last one is drawn larger."""
        if more := len(places[room:]):
            self._tally.expect(PackStep.MAP, 0, more)
            self._tally.lacks(PackStep.MAP, TOO_MANY, tiles.name, count=more)
            del places[room:]
        deepest = max(place[0] for place in places)
        if deepest < min(tiles.max_zoom, _STREETS):
            self._tally.lacks(PackStep.MAP, TOO_WIDE, tiles.name, count=0)
        self._open.append((replace(tiles, max_zoom=deepest), places))
        self._tally.expect(PackStep.MAP, len(places) * TILE_BYTES, len(places))

    async def fetch(self, told: Told) -> None:
        """Have them come. What was packed before and is not wanted any more goes at the end.

        Raises GatewayError, StoreError.
        """
        if not self._open:
            return
        await self._list(also=await self._listed())
        for tiles, places in list(self._open):
            why = OVER
            try:
                await self._fetch_of(tiles, places, told)
            except NotFound as error:
                why = str(error)
            self._leave(tiles, places, why)
        wanted = [tiles for tiles, _ in self._open]
        self._open.clear()
        await self._tiles.put(MAPS, encode([tiles.to_doc() for tiles in wanted]))
        await self._tiles.keep([*self._keys, MAPS])

    async def give_up(self, reason: str) -> None:
        """Those that are not here are missing for this reason."""
        for tiles, places in self._open:
            sizes: Mapping[TilePlace, int] = {}
            with suppress(StoreError):
                sizes = await self._sizes(tiles, places)
            self._tally.here(PackStep.MAP, sum(sizes.values()), len(sizes))
            if missing := len(places) - len(sizes):
                self._tally.lacks(PackStep.MAP, reason, tiles.name, count=missing)

    async def _sizes(self, tiles: TileSet, places: Sequence[TilePlace]) -> dict[TilePlace, int]:
        """Of those that are here, how many bytes they have."""
        found = await self._tiles.sizes([tiles.key(place) for place in places])
        return {place: found[key] for place in places if (key := tiles.key(place)) in found}

    async def _fetch_of(self, tiles: TileSet, places: list[TilePlace], told: Told) -> None:
        """`places` is emptied from its beginning on, as far as they come and there is room."""
        sizes = await self._sizes(tiles, places)
        while self._take(tiles, places, sizes):
            absent = [place for place in places if place not in sizes]
            came = await self._maps.fetch(tiles, absent)
            for place, content in zip(absent, came, strict=False):
                await self._tiles.put(tiles.key(place), content)
                sizes[place] = len(content)
            told(self._tally.pack)

    def _take(
        self, tiles: TileSet, places: list[TilePlace], sizes: Mapping[TilePlace, int]
    ) -> bool:
        """Count those at the beginning that are here; says whether to fetch others."""
        while places and places[0] in sizes:
            size = sizes[places[0]]
            if max(size, _FILE_BYTES) > self._tally.room:
                self._tally.room = 0
                break
            self._keys.append(tiles.key(places.pop(0)))
            self._tally.here(PackStep.MAP, size)
            self._tally.room -= max(0, _FILE_BYTES - size)
            self._tally.passed(TILE_BYTES)
        return bool(places) and self._tally.room > 0

    def _leave(self, tiles: TileSet, places: list[TilePlace], why: str) -> None:
        if places:
            self._tally.lacks(PackStep.MAP, why, tiles.name, count=len(places))
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
