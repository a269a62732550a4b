"""Web Mercator on the unit square: x grows eastwards, y southwards, both from 0 to 1.

The projection of every slippy map, so that base maps can lie under the same canvas.
Source: EPSG:3857.
"""

import math

from civictui.domain.model import GeoPoint

EQUATOR = 40_075_016.685578488
"""Metres around the equator: the width of the square there."""

MAX_LATITUDE = 85.0511287798066
"""Where the square ends; what lies beyond is drawn at its edge."""


def to_world(point: GeoPoint) -> tuple[float, float]:
    latitude = math.radians(max(-MAX_LATITUDE, min(MAX_LATITUDE, point.latitude)))
    y = 0.5 - math.asinh(math.tan(latitude)) / (2 * math.pi)
    return point.longitude / 360 + 0.5, y


def from_world(x: float, y: float) -> GeoPoint:
    """The place at (x, y); x goes on around the world, y ends at the edges of the square."""
    inside = max(0.0, min(1.0, y))
    latitude = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * inside))))
    return GeoPoint(latitude, (x % 1) * 360 - 180)


def offset(a: GeoPoint, b: GeoPoint) -> tuple[float, float]:
    """From `a` to `b` in the unit square, the short way round the world."""
    ax, ay = to_world(a)
    bx, by = to_world(b)
    return (bx - ax + 0.5) % 1 - 0.5, by - ay


def meters_per_world(latitude: float) -> float:
    """How many metres one unit of the square is at a latitude, in every direction."""
    nearer = max(-MAX_LATITUDE, min(MAX_LATITUDE, latitude))
    return EQUATOR * math.cos(math.radians(nearer))
