"""MGRS by the library `mgrs`, with what it takes silently refused: places outside of their zone.

A reference names a square; its middle is the place.
"""

import math
import re

from civictui.domain.errors import PlaceError
from civictui.domain.model import GeoPoint
from civictui.geo.notation.understood import DEGREE_METERS, Kind, Understood, point_of, short
from civictui.geo.notation.zones import latitudes, longitudes

_EXAMPLE = "Write zone, square and digits, such as 30UXC 99511 10909."
_REFERENCE = re.compile(
    r"(?:MGRS:? )?(?P<zone>\d{1,2})? ?(?P<band>[A-Z]) ?(?P<square>[A-Z]{2}) ?"
    r"(?P<digits>\d*|\d+ \d+)",
    re.ASCII,
)
_MOST_DIGITS, _FEWEST_DIGITS = 5, 2
"""Of easting and northing each: 1 m, and 1 km."""


def read(line: str) -> Understood | None:
    """`line` is in upper case. Raises PlaceError."""
    match = _REFERENCE.fullmatch(line)
    if match is None or not (match["zone"] or match["band"] in "ABYZ"):
        return None
    easting, northing = _halves(match["digits"], line)
    size = 10.0 ** (_MOST_DIGITS - len(easting))
    zone, band = int(match["zone"] or 0), match["band"]
    name = f"{zone or ''}{band}{match['square']}"
    point = _point(f"{name}{_middle(easting)}{_middle(northing)}", line)
    if zone and not _inside(point, zone, band, size):
        raise PlaceError(
            f"{short(line)} is outside of the zone {zone}{band}", "Look at its digits again."
        )
    return Understood(point, Kind.MGRS, size / 2)


def _halves(digits: str, line: str) -> tuple[str, str]:
    easting, blank, northing = digits.partition(" ")
    if not blank:
        easting, northing = digits[: len(digits) // 2], digits[len(digits) // 2 :]
    if len(easting) != len(northing) or len(easting) > _MOST_DIGITS:
        raise PlaceError(f"The digits of {short(line)} are not two equal halves", _EXAMPLE)
    if len(easting) < _FEWEST_DIGITS:
        size = 10 ** (_MOST_DIGITS - len(easting)) // 1000
        raise PlaceError(f"{short(line)} is a square of {size} km", "Give more of its digits.")
    return easting, northing


def _middle(digits: str) -> str:
    """The middle of the square, in metres."""
    return digits if len(digits) == _MOST_DIGITS else f"{digits}5".ljust(_MOST_DIGITS, "0")


def _point(reference: str, line: str) -> GeoPoint:
    import mgrs

    try:
        latitude, longitude = mgrs.MGRS().toLatLon(reference)
    except mgrs.core.MGRSError as error:
        raise PlaceError(f"There is no square {short(line)}", _EXAMPLE) from error
    return point_of(float(latitude), float(longitude))


def _inside(point: GeoPoint, zone: int, band: str, size: float) -> bool:
    """Whether a part of the square may be in its zone."""
    (south, north), (west, east) = latitudes(band), longitudes(zone, band)
    high = size / DEGREE_METERS
    wide = high / math.cos(math.radians(point.latitude))
    east_of_west = (point.longitude - west + wide) % 360
    return south - high <= point.latitude <= north + high and east_of_west <= east - west + 2 * wide
