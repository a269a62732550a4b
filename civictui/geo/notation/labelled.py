"""Two values with their names, such as `Lat 51.5 Lon -0.1`, and the points of WKT."""

import re

from civictui.domain.errors import PlaceError
from civictui.geo.notation.degrees import of_values
from civictui.geo.notation.understood import EXAMPLE, Understood, short
from civictui.geo.notation.value import Value, read_value

_NAME = {"latitude": "(?:LATITUDE|LAT)", "longitude": "(?:LONGITUDE|LONG|LON|LNG)"}
_BOTH = [
    re.compile(
        rf"{_NAME[one]} ?[:=]? ?(?P<{one}>[^A-Z:=&][^:=&]*?) ?[,;&]? ?"
        rf"{_NAME[two]} ?[:=]? ?(?P<{two}>[^A-Z:=&][^:=&]*)"
    )
    for one, two in (("latitude", "longitude"), ("longitude", "latitude"))
]
_WKT = re.compile(r"(?:SRID=4326; ?)?POINT ?\( ?([+-]?[\d.]+) ([+-]?[\d.]+) ?\)", re.ASCII)


def read(line: str) -> Understood | None:
    """`line` is unified, as for degrees. Raises PlaceError."""
    if match := _WKT.fullmatch(line):
        return of_values(_value(match[2], line), _value(match[1], line))
    match = next(filter(None, (shape.fullmatch(line) for shape in _BOTH)), None)
    if match is None:
        return None
    latitude, longitude = _value(match["latitude"], line), _value(match["longitude"], line)
    if latitude.letter in ("E", "W") or longitude.letter in ("N", "S"):
        raise PlaceError(f"The names in {short(line)} do not fit the letters", EXAMPLE)
    return of_values(latitude, longitude)


def _value(text: str, line: str) -> Value:
    value = read_value(text, ".") or read_value(text, ",")
    if value is None:
        raise PlaceError(f"{short(line)} is no place that can be read", EXAMPLE)
    return value
