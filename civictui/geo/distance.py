"""How far and in which direction, by geopy, which is loaded at the first question."""

import math

from civictui.domain.model import GeoPoint

UNITS = ("metric", "imperial")
_FEET, _MILES = 1 / 0.3048, 1 / 1609.344
_units = UNITS[0]
_WINDS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


def meters(a: GeoPoint, b: GeoPoint) -> float:
    """Metres on the sphere: for sorting many, within 0.5 % of the ellipsoid, 5 us each."""
    from geopy.distance import great_circle

    return float(great_circle((a.latitude, a.longitude), (b.latitude, b.longitude)).meters)


def exact_meters(a: GeoPoint, b: GeoPoint) -> float:
    """Metres on WGS 84: for showing, 0.15 ms each."""
    from geopy.distance import geodesic

    return float(geodesic((a.latitude, a.longitude), (b.latitude, b.longitude)).meters)


def bearing(a: GeoPoint, b: GeoPoint) -> float:
    """The direction from `a` in which `b` lies: degrees clockwise from north, 0 to below 360."""
    south, north = math.radians(a.latitude), math.radians(b.latitude)
    east = math.radians(b.longitude - a.longitude)
    x = math.sin(east) * math.cos(north)
    y = math.cos(south) * math.sin(north) - math.sin(south) * math.cos(north) * math.cos(east)
    # Twice, since the remainder of a tiny negative angle rounds to 360 itself.
    return math.degrees(math.atan2(x, y)) % 360 % 360


def compass(degrees: float) -> str:
    """The nearest of the eight winds, such as NE."""
    return _WINDS[round(degrees / 45) % 8]


def use_units(units: str) -> None:
    """Show distances in these units from now on, in all of the process."""
    global _units  # noqa: PLW0603  # how one reads figures is like the language: one for all
    _units = units


def show_distance(distance: float) -> str:
    """`7 m`, `350 m`, `4.2 km`, `58 km`: as exact as it is useful to whoever walks there.

    Or `23 ft`, `980 ft`, `2.6 mi`, `36 mi`, where those units are in use.
    """
    if _units == "imperial":
        return _shown(distance * _FEET, "ft", distance * _MILES, "mi")
    return _shown(distance, "m", distance / 1000, "km")


def _shown(near: float, unit: str, far: float, far_unit: str) -> str:
    whole = round(near) if near < 100 else 10 * round(near / 10)
    if whole < 1000:
        return f"{whole} {unit}"
    tenths = round(far * 10)
    return f"{tenths / 10:.1f} {far_unit}" if tenths < 100 else f"{round(far)} {far_unit}"
