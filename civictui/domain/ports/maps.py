"""Tiles of base maps that the gateway has, and that are packed for a day without a link."""

from collections.abc import Sequence
from typing import Protocol

from civictui.domain.model import GeoPoint, TilePlace, TileSet

MAPS = "maps"
"""The key of a `TileStore` under which the list of the packed maps lies, as JSON."""


class TileCover(Protocol):
    """Knows which tiles of a map show the surroundings of places."""

    def __call__(
        self, points: Sequence[GeoPoint], meters: float, tiles: TileSet
    ) -> list[TilePlace]:
        """Those within `meters` of one of `points`, the nearest first."""
        ...


class TileStore(Protocol):
    """Tiles that were packed. They are sealed: which ones somebody has tells where he works."""

    async def put(self, key: str, content: bytes) -> None: ...

    async def get(self, key: str) -> bytes | None:
        """None where it is not here, or cannot be read."""
        ...

    async def sizes(self, keys: Sequence[str]) -> dict[str, int]:
        """Of those that are here, how many bytes they have."""
        ...

    async def keep(self, keys: Sequence[str]) -> None:
        """Let go of all others."""
        ...

    def read(self, key: str) -> bytes | None:
        """As `get`, but blocks: for a thread that draws."""
        ...
