"""Whether two areas have ground in common. Districts that share a border alone have not.

Two polygons overlap where the edge of one runs through the inside of the other, or where one lies
wholly in the other. Each edge is cut where it meets edges of the other polygon, so that every piece
is inside, outside or on the border as a whole, and its middle tells which.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import Final, TypeAlias

from civictui.gateway.area import Area, Box, Ring

Polygon: TypeAlias = Sequence[Ring]
"""An outer ring and the holes in it."""
Point: TypeAlias = tuple[float, float]
Edge: TypeAlias = tuple[Point, Point]

_NEAR: Final = 1e-6
"""Degrees, a tenth of a meter: what reaches no farther beyond a border is on it."""
_BANDS: Final = 256
_REMEMBERED: Final = 1_000
"""Pairs of areas: one of a rule and one of a user each."""


@lru_cache(_REMEMBERED)
def overlap(one: Area, other: Area) -> bool:
    """Whether there is a place that both cover, and not on their borders alone."""
    return any(_meet(mine, yours) for mine in one.polygons for yours in other.polygons)


def _meet(one: Polygon, other: Polygon) -> bool:
    west, south, east, north = _common(_box(one), _box(other))
    if west > east or south > north:
        return False
    if north - south > east - west:  # what is banded is the longer side: bands of few edges each
        one, other, west, east = _turned(one), _turned(other), south, north
    mine, yours = _Region(one, west, east), _Region(other, west, east)
    if yours.has_inside(mine.inner_point()) or mine.has_inside(yours.inner_point()):
        return True
    return mine.runs_through(yours) or yours.runs_through(mine)


class _Region:
    """A polygon between two meridians, its edges in bands so that few are looked at."""

    def __init__(self, polygon: Polygon, west: float, east: float) -> None:
        self._polygon = polygon
        self._west, self._east = west - _NEAR, east + _NEAR
        self._width = (self._east - self._west) / _BANDS
        self._edges = [edge for edge in _edges(polygon) if self._is_between(edge)]
        self._bands: list[list[Edge]] = [[] for _ in range(_BANDS)]
        for edge in self._edges:
            for band in self._bands[self._span(edge)]:
                band.append(edge)

    def runs_through(self, other: "_Region") -> bool:
        """Whether an edge of this one has a piece inside of the other."""
        return any(other.has_inside(point) for edge in self._edges for point in other.middles(edge))

    def middles(self, edge: Edge) -> Iterator[Point]:
        """The middle of each piece into which this region's edges cut an edge of another one."""
        (x1, y1), (x2, y2) = edge
        box = _box((edge,))
        others = chain.from_iterable(self._bands[self._span(edge)])
        near = {other for other in others if _boxes_meet(box, _box((other,)))}
        cuts = sorted({0.0, 1.0, *(cut for other in near for cut in _cuts(edge, other))})
        for start, end in pairwise(cuts):
            middle = (start + end) / 2
            yield x1 + (x2 - x1) * middle, y1 + (y2 - y1) * middle

    def has_inside(self, point: Point) -> bool:
        """Whether a point between the two meridians lies inside, and not as good as on a border."""
        x, y = point
        if not self._west <= x <= self._east:
            return False
        band = self._bands[self._band(x)]
        is_within = False
        for (x1, y1), (x2, y2) in band:
            if (x1 > x) != (x2 > x) and y < y1 + (x - x1) * (y2 - y1) / (x2 - x1):
                is_within = not is_within
        return is_within and not any(_is_near(point, edge) for edge in band)

    def inner_point(self) -> Point:
        """A point inside: in the middle of the longest stretch of a line that meets no corner."""
        places = sorted({x for ring in self._polygon for x, _ in ring})
        low, high = max(pairwise(places), key=_length, default=(places[0], places[0]))
        x = (low + high) / 2
        crossed = sorted(
            y1 + (x - x1) * (y2 - y1) / (x2 - x1)
            for (x1, y1), (x2, y2) in _edges(self._polygon)
            if (x1 > x) != (x2 > x)
        )
        stretches = zip(crossed[::2], crossed[1::2], strict=False)
        south, north = max(stretches, key=_length, default=(0.0, 0.0))
        return x, (south + north) / 2

    def _is_between(self, edge: Edge) -> bool:
        (x1, _), (x2, _) = edge
        return min(x1, x2) <= self._east and max(x1, x2) >= self._west

    def _span(self, edge: Edge) -> slice:
        """The bands that an edge has a part in; a neighbour's, too, where it is near."""
        (x1, _), (x2, _) = edge
        first, last = self._band(min(x1, x2) - _NEAR), self._band(max(x1, x2) + _NEAR)
        return slice(first, last + 1)

    def _band(self, x: float) -> int:
        return min(max(int((x - self._west) / self._width), 0), _BANDS - 1)


def _cuts(edge: Edge, other: Edge) -> Iterator[float]:
    """Where on `edge` (0 is its beginning, 1 its end) the line through `other` meets it."""
    (x1, y1), (x2, y2) = edge
    (x3, y3), (x4, y4) = other
    across = (x2 - x1) * (y4 - y3) - (y2 - y1) * (x4 - x3)
    if across:
        cut = ((x3 - x1) * (y4 - y3) - (y3 - y1) * (x4 - x3)) / across
        if 0 < cut < 1:
            yield cut


def _is_near(point: Point, edge: Edge) -> bool:
    (x, y), ((x1, y1), (x2, y2)) = point, edge
    long, high = x2 - x1, y2 - y1
    length = long * long + high * high
    along = max(0.0, min(1.0, ((x - x1) * long + (y - y1) * high) / length)) if length else 0.0
    return abs(x - x1 - along * long) <= _NEAR and abs(y - y1 - along * high) <= _NEAR


def _edges(polygon: Polygon) -> Iterator[Edge]:
    return (edge for ring in polygon for edge in pairwise(ring))


def _turned(polygon: Polygon) -> Polygon:
    """With longitudes and latitudes exchanged."""
    return [tuple((y, x) for x, y in ring) for ring in polygon]


def _length(stretch: tuple[float, float]) -> float:
    return stretch[1] - stretch[0]


def _box(polygon: Polygon) -> Box:
    longitudes, latitudes = zip(*polygon[0], strict=True)
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def _common(one: Box, other: Box) -> Box:
    """Where two boxes lie on each other; west of it is east where they do not."""
    west, south = max(one[0], other[0]), max(one[1], other[1])
    return west, south, min(one[2], other[2]), min(one[3], other[3])


def _boxes_meet(one: Box, other: Box) -> bool:
    west, south, east, north = _common(one, other)
    return west <= east and south <= north
