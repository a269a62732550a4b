"""Which tiles of a map show the surroundings of places."""

import math
from collections.abc import Iterator, Sequence
from itertools import product

from civictui.domain.model import GeoPoint, TilePlace, TileSet
from civictui.geo.projection import meters_per_world, to_world

FARTHEST = 50_000.0
"""Metres: no more than that around a place is ever fetched."""


def tiles_around(points: Sequence[GeoPoint], meters: float, tiles: TileSet) -> list[TilePlace]:
    """Those within `meters` of one of `points`, on all levels of the map, the nearest first.

    Of those that are as near, coarse ones come first: a few show much.
    """
    nearest: dict[TilePlace, float] = {}
    west, south, east, north = tiles.bounds
    low_x, low_y = to_world(GeoPoint(north, west))
    high_x, high_y = to_world(GeoPoint(south, east))
    for point in points:
        x, y = to_world(point)
        reach = min(meters, FARTHEST) / meters_per_world(point.latitude)
        box = max(x - reach, low_x), max(y - reach, low_y), min(x + reach, high_x), min(y + reach, high_y)
        for place in _places(box, tiles):
            away = _away(place, x, y)
            if away <= reach:
                nearest[place] = min(away, nearest.get(place, math.inf))
    return sorted(nearest, key=lambda place: (nearest[place], place))


def _places(box: tuple[float, float, float, float], tiles: TileSet) -> Iterator[TilePlace]:
    """Every tile that has a part in a box of the unit square."""
    left, top, right, bottom = box
    if left > right or top > bottom:
        return
    for zoom in range(tiles.min_zoom, tiles.max_zoom + 1):
        count = 1 << zoom
        columns = range(_number(left, count), _number(right, count) + 1)
        rows = range(_number(top, count), _number(bottom, count) + 1)
        for x, y in product(columns, rows):
            yield zoom, x, y


def _number(part: float, count: int) -> int:
    return max(0, min(count - 1, math.floor(part * count)))


def _away(place: TilePlace, x: float, y: float) -> float:
    """How far a tile is from a point, in widths of the world; 0 for the one that it lies in."""
    zoom, column, row = place
    count = 1 << zoom
    across = max(column / count - x, 0.0, x - (column + 1) / count)
    down = max(row / count - y, 0.0, y - (row + 1) / count)
    return math.hypot(across, down)
