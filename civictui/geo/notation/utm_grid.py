"""UTM by the library `utm`, which takes any easting for any zone, and S for south or for a band.

A letter behind the zone may be a band or a hemisphere; both are tried, and where both may be meant
the one on the person's side of the globe counts; without a position the place is refused.
"""

import re

from civictui.domain.errors import PlaceError
from civictui.domain.model import GeoPoint
from civictui.geo.distance import meters
from civictui.geo.notation.understood import Kind, Understood, point_of, short
from civictui.geo.notation.zones import BANDS, from_middle, is_beyond, latitudes

_EXAMPLE = "Write zone, easting and northing, such as 30U 699511 5710910."
_ZONE = (
    r"(?:(?:ZONE )?(?P<zone>\d{1,2}) ?(?P<letter>[A-Z])?"
    r"|EPSG: ?(?P<system>326|327|258(?=2[89]|3[0-8]))(?P<number>\d\d))"
)
_SEPARATOR = "(?:[,;] ?| )"
_NUMBER = r"\d{1,8}(?:\.\d{1,6})?"
_PAIR = (
    rf"(?:E ?)?(?P<easting>{_NUMBER})(?: ?M?E| ?M)?{_SEPARATOR}"
    rf"(?:N ?)?(?P<northing>{_NUMBER})(?: ?M?N| ?M)?"
)
_REFERENCES = [
    re.compile(rf"(?:UTM:? )?{_ZONE}{_SEPARATOR}{_PAIR}", re.ASCII),
    re.compile(rf"(?:UTM:? )?{_PAIR}{_SEPARATOR}{_ZONE}", re.ASCII),
]
_WITHOUT_ZONE = re.compile(
    r"\d{6,7}(?:\.\d+)?(?: ?M?E)?[ ,;]+\d{6,8}(?:\.\d+)?(?: ?M?N)?", re.ASCII
)
_DECIMAL_COMMA = re.compile(r"\d{5},\d{1,3}(?!\d)", re.ASCII)
_WIDEST = 9.0
"""Degrees from the middle of a zone in which the library is off by less than 1 m."""
_SAME_SIDE_METERS = 4_000_000.0
"""What the two readings of an S mean is at least 9,500 km apart: one at most is as near as this."""
_EDGE = 0.001
"""Degrees, about 100 m: who stands at the end of a band may be on either side of it."""
_LEAST_EASTING = 5
"""Digits: with fewer these are degrees."""


def read(line: str, near: GeoPoint | None) -> Understood | None:
    """`line` is in upper case. Raises PlaceError."""
    if _WITHOUT_ZONE.fullmatch(line):
        raise PlaceError(f"{short(line)} lacks the zone of UTM", _EXAMPLE)
    match = next(filter(None, (shape.fullmatch(line) for shape in _REFERENCES)), None)
    if match is None or len(match["easting"].partition(".")[0]) < _LEAST_EASTING:
        return None
    if float(match["easting"]) >= 1_000_000 > float(match["northing"]):
        raise PlaceError(f"In {short(line)} easting and northing look swapped", _EXAMPLE)
    if _DECIMAL_COMMA.search(line):
        raise PlaceError(f"{short(line)} may be one number or two", _EXAMPLE)
    points = _meant(match, line)
    if relative := len(points) > 1 and near is not None:
        points = {point for point in points if meters(point, near) < _SAME_SIDE_METERS} or points
    if len(points) > 1:
        north, south = sorted((str(point) for point in points), reverse=True)
        raise PlaceError(
            f"{match['letter']} may be a band or a hemisphere", f"Write {north} or {south}."
        )
    if not points:
        raise PlaceError(f"{short(line)} is outside of its zone", "Look at its digits again.")
    decimals = min(len(match[name].partition(".")[2]) for name in ("easting", "northing"))
    point = points.pop()
    note = "beyond the edge of its zone" if is_beyond(point, _zone(match)) else ""
    return Understood(point, Kind.UTM, max(0.5 * 10.0**-decimals, 0.01), note, relative)


def _meant(match: re.Match[str], line: str) -> set[GeoPoint]:
    """The points that the zone and what stands behind it may mean."""
    letter = match["letter"] or {"326": "N", "258": "N", "327": "S"}.get(match["system"] or "", "")
    if not letter:
        raise PlaceError(f"{short(line)} does not say whether it is north or south", _EXAMPLE)
    zone = _zone(match)
    if not 1 <= zone <= 60 or letter not in BANDS:
        raise PlaceError(f"There is no zone {zone}{letter}", "There are 1 to 60, and C to X.")
    easting, northing = float(match["easting"]), float(match["northing"])
    as_band = None if match["system"] else _point(easting, northing, zone, north=letter >= "N")
    as_side = _point(easting, northing, zone, north=letter == "N") if letter in "NS" else None
    meant = {as_band} if as_band and _is_in(as_band, letter) else set()
    return meant | ({as_side} if as_side else set())


def _zone(match: re.Match[str]) -> int:
    return int(match["number"] or match["zone"])


def _is_in(point: GeoPoint, band: str) -> bool:
    south, north = latitudes(band)
    return south - _EDGE <= point.latitude <= north + _EDGE


def _point(easting: float, northing: float, zone: int, *, north: bool) -> GeoPoint | None:
    """None for what is too far from its zone to be meant, or to be computed."""
    import utm

    try:
        latitude, longitude = utm.to_latlon(easting, northing, zone, northern=north)
        point = point_of(float(latitude), float(longitude))
    except (utm.OutOfRangeError, PlaceError):  # at a pole the library's series run away
        return None
    inside = from_middle(point.longitude, zone) <= _WIDEST
    high = point.latitude if north else -point.latitude
    return point if inside and -_EDGE <= high <= (84 if north else 80) + _EDGE else None
