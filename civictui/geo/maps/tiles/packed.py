"""Maps of which some tiles were packed for a day without a link, and lie sealed in a store."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from civictui.codec import BadJson, decode
from civictui.domain.model import TileSet
from civictui.geo.maps.tiles.archive import About, Archive, credit, inflated

Read: TypeAlias = Callable[[str], bytes | None]
"""Gives what lies sealed under a key, None where nothing does. Blocks."""


@dataclass(frozen=True, slots=True)
class Packed:
    """What is packed now. Another `stamp` means that it may be something else."""

    stamp: object
    read: Read


NOTHING = Packed(None, lambda _: None)


class PackedMap:
    """`Archive` of the tiles of one map that were packed."""

    def __init__(self, tiles: TileSet, read: Read) -> None:
        self._tiles = tiles
        self._read = read
        self.about = About(
            name=tiles.name,
            attribution=credit(tiles.attribution),
            bounds=tiles.bounds,
            min_zoom=tiles.min_zoom,
            max_zoom=tiles.max_zoom,
        )

    def tile(self, zoom: int, x: int, y: int) -> bytes:
        content = self._read(self._tiles.key((zoom, x, y)))
        return inflated(content) if content else b""

    def close(self) -> None:
        """It holds nothing open."""


def packed_maps(packed: Packed) -> Iterator[Archive]:
    """Every map of which something is packed; none where the list of them cannot be read."""
    from civictui.domain.ports import MAPS  # no start of the program waits for all the ports

    try:
        listed = decode(packed.read(MAPS) or b"[]")
    except BadJson:
        listed = None
    for doc in listed if isinstance(listed, list) else ():
        if tiles := TileSet.from_doc(doc):
            yield PackedMap(tiles, packed.read)
