"""Which tiles of a map show the surroundings of places."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Self, TypeAlias

from civictui.domain.model import GeoPoint, TilePlace, TileSet
from civictui.geo.projection import meters_per_world, to_world

FARTHEST = 50_000.0
"""Metres: no more than that around a place is ever fetched."""
MOST_TILES = 20_000
"""Of one map. Levels on which there would be more are left out: what is above is drawn larger."""
_DEEPEST = 16

_Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom in the unit square."""


def tiles_around(points: Sequence[GeoPoint], meters: float, tiles: TileSet) -> list[TilePlace]:
    """Those within `meters` of one of `points`, on the levels of the map, the nearest first.

    Of those that are as near, coarse ones come first: a few show much.
    """
    nearest: dict[TilePlace, float] = {}
    circles = [circle for point in points if (circle := _Circle.of(point, meters, tiles))]
    for zoom in range(tiles.min_zoom, min(tiles.max_zoom, _DEEPEST) + 1):
        blocks = [(circle, *_block(circle.box, 1 << zoom)) for circle in circles]
        if len(nearest) + sum(len(columns) * len(rows) for _, columns, rows in blocks) > MOST_TILES:
            break
        for circle, columns, rows in blocks:
            for x, y in product(columns, rows):
                away = circle.away((zoom, x, y))
                if away <= circle.reach:
                    nearest[zoom, x, y] = min(away, nearest.get((zoom, x, y), math.inf))
    return sorted(nearest, key=lambda place: (nearest[place], place))


@dataclass(frozen=True, slots=True)
class _Circle:
    """What is near a place, in widths of the world; `box` is where it and the map meet."""

    x: float
    y: float
    reach: float
    box: _Box

    @classmethod
    def of(cls, point: GeoPoint, meters: float, tiles: TileSet) -> Self | None:
        """None where the map does not reach there."""
        west, south, east, north = tiles.bounds
        low_x, low_y = to_world(GeoPoint(north, west))
        high_x, high_y = to_world(GeoPoint(south, east))
        x, y = to_world(point)
        reach = min(meters, FARTHEST) / meters_per_world(point.latitude)
        left, top = max(x - reach, low_x), max(y - reach, low_y)
        right, bottom = min(x + reach, high_x), min(y + reach, high_y)
        if left > right or top > bottom:
            return None
        return cls(x, y, reach, (left, top, right, bottom))

    def away(self, place: TilePlace) -> float:
        """How far a tile is from the middle; 0 for the one that it lies in."""
        zoom, column, row = place
        count = 1 << zoom
        across = max(column / count - self.x, 0.0, self.x - (column + 1) / count)
        down = max(row / count - self.y, 0.0, self.y - (row + 1) / count)
        return math.hypot(across, down)


def _block(box: _Box, count: int) -> tuple[range, range]:
    """The columns and rows of tiles that have a part in a box."""
    left, top, right, bottom = box
    columns = range(_number(left, count), _number(right, count) + 1)
    return columns, range(_number(top, count), _number(bottom, count) + 1)


def _number(part: float, count: int) -> int:
    return max(0, min(count - 1, math.floor(part * count)))
