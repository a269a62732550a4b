"""Plus codes by the library `pluscodes`, which neither validates what it decodes nor keeps the
digits behind the tenth of a short code.

A code names an area; its middle is the place.
"""

import re

from civictui.domain.errors import PlaceError
from civictui.domain.model import GeoPoint
from civictui.geo import distance
from civictui.geo.notation.understood import DEGREE_METERS, Kind, Understood, point_of, short

_FULL = "Write the whole code, such as 9C3XGV9G+8F."
_CODE = re.compile(
    r"(?P<code>[2-9CFGHJMPQRVWX]{2,8}0{0,6}\+[2-9CFGHJMPQRVWX]{0,12})(?P<town>[ ,].*)?"
)
_PLACE_BEHIND = re.compile(r"\+|\d[.,]\d|[°'\"]|\d{6}", re.ASCII)
"""What no town and no postal code has."""
_TWO_NUMBERS = re.compile(r"\d\d\+\d+", re.ASCII)
_SEPARATOR_AT = 8
_MOST_METERS = 1000.0
"""An area that is longer is no place."""


def read(line: str, near: GeoPoint | None) -> Understood | None:
    """`line` is in upper case. Raises PlaceError."""
    match = _CODE.fullmatch(line)
    if match is None:
        return None
    code, town = match["code"], match["town"]
    from pluscodes import Validator

    if Validator().is_full(code):
        if town and _PLACE_BEHIND.search(town):
            raise PlaceError(f"Behind {code} stands another place", "Leave one of them out.")
        return _area(code, "")
    if not Validator().is_short(code):
        raise PlaceError(f"{short(code)} is no plus code", _FULL)
    if _TWO_NUMBERS.fullmatch(code):
        raise PlaceError(f"{code} may be a plus code or two numbers", _FULL)
    if town:
        raise PlaceError(f"The town of {code} is not looked up", _FULL)
    if near is None:
        raise PlaceError(f"{code} is a short code, and where it is near to is not known", _FULL)
    return _nearest(code, near)


def _nearest(code: str, near: GeoPoint) -> Understood:
    from pluscodes import Transformer

    dropped = _SEPARATOR_AT - code.index("+")
    whole = Transformer().lenghten(code, (near.latitude, near.longitude))
    found = _area(whole[:dropped] + code, "")
    away = distance.show_distance(distance.meters(near, found.point))
    return Understood(
        found.point, found.kind, found.precision_m, f"{away} from the last position", relative=True
    )


def _area(code: str, note: str) -> Understood:
    from pluscodes import decode

    area = decode(code)
    size = max(area.ne.lat - area.sw.lat, area.ne.lon - area.sw.lon) * DEGREE_METERS
    if size > _MOST_METERS:
        raise PlaceError(f"{code} is an area of {round(size / 1000)} km", "Give the whole code.")
    middle = area.center()
    return Understood(point_of(middle.lat, middle.lon), Kind.PLUS_CODE, size / 2, note)
