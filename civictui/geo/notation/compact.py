"""Digits without blanks: ISO 6709 (`+51.5183-000.1250/`), aviation and NMEA (`513106N0000730W`).

What the digits before the point mean follows from how many they are: 2, 4 or 6 of a latitude
(degrees, minutes, seconds), and one more of a longitude.
"""

import re

from civictui.geo.notation.degrees import of_values
from civictui.geo.notation.understood import Understood
from civictui.geo.notation.value import Value, in_degrees, step_of

_DECIMALS = r"(?:\.\d{1,15})?"
_SIGNED = re.compile(
    rf"(?P<a>[+-])(?P<x>(?:\d\d){{1,3}}{_DECIMALS})(?P<b>[+-])(?P<y>\d(?:\d\d){{1,3}}{_DECIMALS})"
    rf"(?:[+-]\d{{1,5}}{_DECIMALS})?(?:CRSWGS_84)?/?",
    re.ASCII,
)
_TELEPHONE = re.compile(r"\+\d\d-\d{3}", re.ASCII)
_X, _Y = rf"(?P<x>\d{{4}}(?:\d\d)?{_DECIMALS})", rf"(?P<y>\d{{5}}(?:\d\d)?{_DECIMALS})"
_LETTERED = [
    re.compile(rf"{_X},?(?P<a>[NS])[,;]? ?{_Y},?(?P<b>[EW])", re.ASCII),
    re.compile(rf"(?P<a>[NS]){_X}[,;]? ?(?P<b>[EW]){_Y}", re.ASCII),
]


def read(line: str) -> Understood | None:
    """`line` is unified, as for degrees. Raises PlaceError."""
    match = next(filter(None, (shape.fullmatch(line) for shape in (_SIGNED, *_LETTERED))), None)
    if match is None or _TELEPHONE.fullmatch(line):
        return None
    latitude = _value(match["x"], match["a"], 2)
    longitude = _value(match["y"], match["b"], 3)
    return of_values(latitude, longitude) if latitude.parts == longitude.parts else None


def _value(digits: str, sign: str, width: int) -> Value:
    whole, point, decimals = digits.partition(".")
    parts = [whole[:width], *re.findall("..", whole[width:])]
    parts[-1] += point + decimals
    degrees = in_degrees(parts)
    return Value(
        degrees=-degrees if sign in "-SW" else degrees,
        letter="",
        side="",
        parts=len(parts),
        decimals=bool(decimals),
        step=step_of(parts[-1], len(parts)),
    )
