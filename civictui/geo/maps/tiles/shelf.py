"""Tiles that were read, kept up to a number of bytes: the next frame needs most of them."""

from collections import OrderedDict

from civictui.domain.errors import MapError
from civictui.geo.maps.tiles.archive import Archive
from civictui.geo.maps.tiles.tile import Tile, read_tile

_ROOM = 24 * 1024 * 1024
"""Bytes: some twenty tiles of a dense city with all its buildings, seventy without."""

Place = tuple[int, int, int]
"""Zoom, x, y; y counts from the north."""


class Shelf:
    """The tiles of all archives. Used by one thread at a time."""

    def __init__(self, room: int = _ROOM) -> None:
        self._room = room
        self._kept: OrderedDict[tuple[int, Place, bool], Tile] = OrderedDict()
        self._size = 0
        self.faults: dict[str, str] = {}
        """The last sentence about tiles that could not be read, by the name of the map."""

    def tile(self, archive: Archive, place: Place, *, near: bool) -> Tile:
        """A tile of an archive. One that cannot be read is an empty one, with a fault."""
        key = (id(archive), place, near)
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        try:
            tile = read_tile(archive.tile(*place), near=near)
        except MapError as error:
            self.faults[archive.about.name] = str(error)
            tile = Tile()
        self._kept[key] = tile
        self._size += tile.size
        while self._size > self._room and len(self._kept) > 1:
            self._size -= self._kept.popitem(last=False)[1].size
        return tile

    def clear(self) -> None:
        self._kept.clear()
        self._size = 0
        self.faults.clear()
