"""Decimal degrees as people write them: a strict grammar, so that no place is silently wrong.

    place      = value separator value
    value      = [letter] number [degree sign]  or  number [degree sign] [letter]
    letter     = N S for a latitude, E W for a longitude; both values have one on the same side,
                 or none has
    number     = [sign] 1 to 3 digits [mark 1 to 15 digits]
    mark       = "." in both, or "," in both (then blanks or ";" part the two)
    separator  = "," or ";" or blanks

Without letters the latitude comes first. What can be read in two ways is refused with the reason:
a wrong place sends somebody to the wrong street.
"""

import re
from dataclasses import dataclass

from civictui.domain.errors import PlaceError
from civictui.domain.model import GeoPoint
from civictui.domain.text import one_line

EXAMPLE = "Write latitude and longitude in degrees, such as -33.8, 151.2 or 33.8S 151.2E."

MAX_LENGTH = 80

# A minus that was copied from a text may be U+2212; some keyboards have an ordinal for the degree.
_LOOKALIKES = str.maketrans({"\u2212": "-", "º": "°", "˚": "°", "\u00a0": " "})

_NUMBER = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{1,15})?", re.ASCII)
_LONELY = re.compile(rf"{_NUMBER.pattern} ?°?", re.ASCII)
_ONE_OR_TWO = re.compile(r"[+-]?\d+,\d+", re.ASCII)


def _pairs(mark: str, separator: str) -> list[re.Pattern[str]]:
    """The patterns of two values with no letter, the letter before, the letter after."""
    number = rf"[+-]?\d{{1,3}}(?:{mark}\d{{1,15}})? ?°?"
    values = (number, rf"[NSEW] ?{number}", rf"{number} ?[NSEW]")
    return [re.compile(rf"({value})(?:{separator})({value})", re.ASCII) for value in values]


_PAIRS = _pairs("[.]", " ?[,;] ?| ") + _pairs(",", " ?; ?| ")


def parse(text: str) -> GeoPoint:
    """Read a place. Raises PlaceError that says what is wrong and how to write it."""
    line = one_line(text.translate(_LOOKALIKES)).upper()
    _refuse_foreign(line)
    match = next(filter(None, (pair.fullmatch(line) for pair in _PAIRS)), None)
    if match is None:
        raise PlaceError(f"{_short(one_line(text))} is no place that can be read", EXAMPLE)
    if ";" not in line:
        _refuse_half_decimal(match)
    return _point(*_in_order(_Value.of(match[1]), _Value.of(match[2])))


def show(point: GeoPoint) -> str:
    """Six decimals (11 cm), latitude first: `parse` reads it again."""
    latitude, longitude = (round(value, 6) + 0.0 for value in (point.latitude, point.longitude))
    return str(GeoPoint(latitude, longitude))


@dataclass(frozen=True, slots=True)
class _Value:
    degrees: float
    letter: str

    @classmethod
    def of(cls, text: str) -> "_Value":
        letter = text.strip("+-.,0123456789° ")
        number = text.strip("NSEW° ")
        if letter and number[0] in "+-":
            raise PlaceError(f"{number} has a sign and the letter {letter}", "Leave one out.")
        degrees = float(number.replace(",", "."))
        return cls(-degrees if letter in ("S", "W") else degrees, letter)


def _in_order(first: _Value, second: _Value) -> tuple[float, float]:
    """Latitude and longitude, by their letters where they have any."""
    letters = first.letter + second.letter
    if letters in ("", "NE", "NW", "SE", "SW"):
        return first.degrees, second.degrees
    if letters in ("EN", "ES", "WN", "WS"):
        return second.degrees, first.degrees
    raise PlaceError(f"{first.letter} and {second.letter} go in the same direction", EXAMPLE)


def _point(latitude: float, longitude: float) -> GeoPoint:
    if 90 < abs(latitude) <= 180 and abs(longitude) <= 90:
        swapped = show(GeoPoint(longitude, latitude))
        raise PlaceError(
            f"The latitude {latitude:g} is outside -90 to 90: latitude and longitude look swapped",
            f"Latitude comes first: {swapped}.",
        )
    try:
        return GeoPoint(latitude, longitude)
    except PlaceError as error:
        raise PlaceError(str(error), EXAMPLE) from error


def _refuse_foreign(line: str) -> None:
    """Answer what is a place in another notation, or half of one, in its own words."""
    if not line:
        raise PlaceError("The place is empty", EXAMPLE)
    if len(line) > MAX_LENGTH:
        raise PlaceError("This is too long for a place", EXAMPLE)
    if re.search("[\"'\u2032\u2033\u2019\u201d]", line):
        raise PlaceError("Minutes and seconds are not read", "Write 51.5183 for 51° 31.1'.")
    if re.search("(?<![A-Z])O(?![A-Z])", line):
        raise PlaceError("O is east in some languages and west in others", "Write E or W.")
    if _ONE_OR_TWO.fullmatch(line):
        raise PlaceError(f"{_short(line)} may be one number or two", EXAMPLE)
    if _LONELY.fullmatch(line):
        raise PlaceError(f"{line} is one number, two are needed", EXAMPLE)


def _refuse_half_decimal(match: re.Match[str]) -> None:
    """Of two numbers with a blank between, either both have a decimal comma or none has.

    `51,5 7` may be 51.5 and 7, or 51 and 5 degrees 7 minutes.
    """
    first, second = match.groups()
    if ("," in first) != ("," in second):
        advice = f"Write {first}; {second} if the comma is a decimal one."
        raise PlaceError(f"{_short(match[0])} can be read in two ways", advice)


def _short(line: str) -> str:
    return line if len(line) <= 40 else f"{line[:39]}…"
