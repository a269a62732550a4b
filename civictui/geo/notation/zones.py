"""The zones and bands of UTM and MGRS, with the exceptions around Norway and Svalbard."""

from collections.abc import Mapping

from civictui.domain.model import GeoPoint

BANDS = "CDEFGHJKLMNPQRSTUVWX"
"""From 80 degrees south, 8 degrees each, the last one 12; I and O are left out."""
_ROUNDING = 0.0001
"""Degrees, about 10 m."""
_EXCEPTIONS: Mapping[tuple[int, str], tuple[float, float]] = {
    (31, "V"): (0, 3),
    (32, "V"): (3, 12),
    (31, "X"): (0, 9),
    (33, "X"): (9, 21),
    (35, "X"): (21, 33),
    (37, "X"): (33, 42),
}


def latitudes(band: str) -> tuple[float, float]:
    """The south and north end of a band."""
    south = -80 + 8 * BANDS.index(band)
    return south, 84 if band == "X" else south + 8


def longitudes(zone: int, band: str) -> tuple[float, float]:
    """The west and east end of a zone in a band."""
    west = zone * 6 - 186
    return _EXCEPTIONS.get((zone, band), (west, west + 6))


def from_middle(longitude: float, zone: int) -> float:
    """Degrees between a longitude and the one from which a zone measures."""
    return abs((longitude - (zone * 6 - 183) + 180) % 360 - 180)


def is_beyond(point: GeoPoint, zone: int) -> bool:
    """Whether a point is outside of a zone by more than its own rounding."""
    band = BANDS[min(max(int(point.latitude + 80) // 8, 0), len(BANDS) - 1)]
    west, east = longitudes(zone, band)
    return (point.longitude - west + _ROUNDING) % 360 > east - west + 2 * _ROUNDING
