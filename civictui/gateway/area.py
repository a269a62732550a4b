"""An area on the map that a user works in: polygons of longitudes and latitudes (RFC 7946)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Self, TypeAlias

from civictui.domain.errors import UsageError
from civictui.domain.model import Doc, GeoPoint

Ring: TypeAlias = tuple[tuple[float, float], ...]
"""Corners as (longitude, latitude); the last one is the first again."""

Box: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north."""

_MOST_CORNERS = 10_000
_HOW = "Give west,south,east,north in degrees, or a GeoJSON file with a Polygon or MultiPolygon."


@dataclass(frozen=True, slots=True)
class Area:
    """Polygons, each an outer ring and the holes in it. A point on a border may be either."""

    polygons: tuple[tuple[Ring, ...], ...]
    _boxes: tuple[Box, ...] = field(init=False, repr=False, compare=False)
    """Around each polygon: most places are outside, and that costs four comparisons."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_boxes", tuple(_box(polygon[0]) for polygon in self.polygons))

    @classmethod
    def box(cls, west: float, south: float, east: float, north: float) -> Self:
        """The area between two meridians and two parallels. Raises UsageError."""
        corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        if not (west < east and south < north):
            raise UsageError("West is less than east, and south less than north", _HOW)
        return cls.from_geojson({"type": "Polygon", "coordinates": [corners]})

    @classmethod
    def is_exchanged(cls, south: float, west: float, north: float, east: float) -> bool:
        """Whether these are corners by latitude and longitude, as places are written elsewhere."""
        try:
            cls.box(west, south, east, north)
        except UsageError:
            return False
        return True

    @classmethod
    def from_geojson(cls, value: object) -> Self:
        """Read a Polygon, MultiPolygon, Feature, or the features of a collection.

        Raises UsageError for what is none, or has more than 10,000 corners.
        """
        polygons = tuple(_polygons(value))
        corners = sum(len(ring) for polygon in polygons for ring in polygon)
        if not polygons or corners > _MOST_CORNERS:
            raise UsageError(f"This is no area of up to {_MOST_CORNERS} corners", _HOW)
        return cls(polygons)

    def to_geojson(self) -> Doc:
        """As a MultiPolygon."""
        rings = [[[list(corner) for corner in ring] for ring in poly] for poly in self.polygons]
        return {"type": "MultiPolygon", "coordinates": rings}

    def covers(self, point: GeoPoint) -> bool:
        """Whether a place lies in one of the polygons and in none of its holes."""
        x, y = point.longitude, point.latitude
        return any(
            west <= x <= east
            and south <= y <= north
            and _inside(polygon[0], x, y)
            and not any(_inside(hole, x, y) for hole in polygon[1:])
            for polygon, (west, south, east, north) in zip(self.polygons, self._boxes, strict=True)
        )


def _box(ring: Ring) -> Box:
    longitudes, latitudes = zip(*ring, strict=True)
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def _polygons(value: object) -> list[tuple[Ring, ...]]:
    if not isinstance(value, Mapping):
        raise UsageError("This is no GeoJSON", _HOW)
    match value.get("type"):
        case "Polygon":
            return [_polygon(value.get("coordinates"))]
        case "MultiPolygon":
            return [_polygon(part) for part in _list(value.get("coordinates"))]
        case "Feature":
            return _polygons(value.get("geometry"))
        case "FeatureCollection":
            return [found for part in _list(value.get("features")) for found in _polygons(part)]
    raise UsageError("An area is made of polygons", _HOW)


def _polygon(value: object) -> tuple[Ring, ...]:
    rings = tuple(_ring(part) for part in _list(value))
    if not rings:
        raise UsageError("A polygon has an outer ring", _HOW)
    return rings


def _ring(value: object) -> Ring:
    ring = tuple(_corner(part) for part in _list(value))
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise UsageError("A ring has four corners at least, and ends where it begins", _HOW)
    return ring


def _corner(value: object) -> tuple[float, float]:
    point = GeoPoint.from_geojson({"type": "Point", "coordinates": value})
    if point is None:
        raise UsageError("A corner is [longitude, latitude] in degrees", _HOW)
    return point.longitude, point.latitude


def _list(value: object) -> Sequence[Any]:
    if not isinstance(value, list):
        raise UsageError("This is no GeoJSON", _HOW)
    return value


def _inside(ring: Ring, x: float, y: float) -> bool:
    """Whether a ray to the east crosses the ring an odd number of times."""
    crossings = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            crossings = not crossings
    return crossings
