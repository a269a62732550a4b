"""Degrees, with or without minutes and seconds.

    place      = value separator value
    value      = [letter] number or number [letter]: both have one on the same side, or none has
    letter     = N S for a latitude, E W for a longitude, or the word; with letters any order goes
    number     = [sign] degrees [minutes [seconds]]; only the last may have decimals
    marks      = ° ' " and their lookalikes, blanks, ":", "-" (with a letter), d m s (with a letter)
    decimals   = after "." in both, or after "," in both (then blanks, ";" or a letter part the two)
    separator  = "," or ";" or blanks, or the end of a value at its letter

Every way to part the text in two is tried; where more than one gives a place, it is refused.
"""

import re
from collections.abc import Iterator

from civictui.domain.errors import PlaceError
from civictui.domain.model import GeoPoint
from civictui.geo.notation.understood import (
    DEGREE_METERS,
    EXAMPLE,
    Kind,
    Understood,
    point_of,
    short,
)
from civictui.geo.notation.value import Value, read_value

# What is copied from texts and typed on foreign keyboards for minus, degree, minute and second.
_LOOKALIKES = str.maketrans(
    dict.fromkeys("\u2212\u2010\u2011\ufe63\uff0d", "-")
    | dict.fromkeys("º˚", "°")
    | dict.fromkeys("\u2032\u2019\u2018\u00b4\u02b9\u02bc`", "'")
    | dict.fromkeys("\u2033\u201d\u201c\u02ba", '"')
    | dict.fromkeys("\u00a0\u2007\u2009\u202f", " ")
)
_WORDS = {
    "N": ("NORTH", "NORD", "NORTE"),
    "S": ("SOUTH", "SÜD", "SUED", "SUD", "SUR"),
    "E": ("EAST", "OST", "EST", "ESTE"),
    "W": ("WEST", "OUEST", "OESTE"),
}
_LETTERS = {word: letter for letter, words in _WORDS.items() for word in words}
_WINDS = tuple(_WORDS)
_WORD = re.compile(rf"\b(?:{'|'.join(_LETTERS)})\b")

_LONELY = re.compile(r"[+-]?\d{1,3}(?:[.,]\d{1,15})? ?°?", re.ASCII)
_ONE_OR_TWO = re.compile(r"[+-]?\d+,\d+", re.ASCII)
_HALF_OR_BOTH = re.compile(r"([+-]?\d{1,3} ?°) (\d{1,2}(?:[.,]\d{1,15})?)", re.ASCII)
_SECONDS_OR_SOUTH = re.compile(r"\d ?D ?\d+ ?M ?[\d.]+ ?S", re.ASCII)
_PART = re.compile(r" ?(?P<sign>[,;]) ?|(?P<blank> )|(?<=[NSEW])(?=[\d+-])|(?<=[^ ,;+-])(?=[NSEW])")
_KINDS = (Kind.DEGREES, Kind.MINUTES, Kind.SECONDS)


def unified(line: str) -> str:
    """Upper case, lookalikes and words for the winds replaced, brackets around it all taken off."""
    text = " ".join(line.translate(_LOOKALIKES).upper().replace("''", '"').split())
    text = _WORD.sub(lambda match: _LETTERS[match[0]], text)
    return text[1:-1].strip() if text[:1] == "(" and text[-1:] == ")" else text


def read(line: str) -> Understood | None:
    """`line` is `unified`."""
    _refuse_unclear(line)
    readings: dict[GeoPoint, tuple[Understood, bool]] = {}
    wrong: PlaceError | None = None
    for first, second in _pairs(line):
        try:
            understood = of_values(first, second)
        except PlaceError as error:
            wrong = wrong or error
        else:
            readings[understood.point] = understood, _alike(first, second)
    if len(readings) > 1:
        one, two = list(readings)[:2]
        raise PlaceError(f"{short(line)} can be read in two ways", f"Write {one} or {two}.")
    if not readings and wrong:
        raise wrong
    if not readings and _SECONDS_OR_SOUTH.search(line):
        raise PlaceError("S may be seconds or south", "Write N or S, E or W behind each of them.")
    found, alike = next(iter(readings.values()), (None, False))
    return found if alike else None


def of_values(first: Value, second: Value) -> Understood:
    """Two values as a place, by their letters where they have any. Raises PlaceError."""
    latitude, longitude = _in_order(first, second)
    point = point_of(latitude.degrees, longitude.degrees)
    # Programs drop zeros at the end, so the finer one tells how exact both are.
    step = min(latitude.step, longitude.step)
    kind = _KINDS[max(latitude.parts, longitude.parts) - 1]
    return Understood(point, kind, step / 2 * DEGREE_METERS)


def _pairs(line: str) -> Iterator[tuple[Value, Value]]:
    """Every two values that the line may be parted into."""
    for match in _PART.finditer(line):
        left, right = line[: match.start()], line[match.end() :]
        ends = left.endswith(_WINDS) or right.startswith(_WINDS)
        for mark in (".",) if match["sign"] == "," and not ends else (".", ","):
            first, second = read_value(left, mark), read_value(right, mark)
            if first is None or second is None or first.side != second.side:
                continue
            if mark == "," and match["blank"] and first.decimals != second.decimals:
                # `51,5 7` may be 51.5 and 7, or 51 and 5 degrees 7 minutes.
                raise PlaceError(
                    f"{short(line)} can be read in two ways",
                    f"Write {left}; {right} if the comma is a decimal one.",
                )
            yield first, second


def _alike(first: Value, second: Value) -> bool:
    """Whether the two have the same parts, or letters, which tell where each ends."""
    return bool(first.letter) or first.parts == second.parts


def _in_order(first: Value, second: Value) -> tuple[Value, Value]:
    letters = first.letter + second.letter
    if letters in ("", "NE", "NW", "SE", "SW"):
        return first, second
    if letters in ("EN", "ES", "WN", "WS"):
        return second, first
    raise PlaceError(f"{first.letter} and {second.letter} go in the same direction", EXAMPLE)


def _refuse_unclear(line: str) -> None:
    """Answer what is half a place, or may be two, in its own words."""
    if re.search(r"(?<![A-Z])O(?![A-Z])", line) and re.search(r"\d", line):
        raise PlaceError("O is east in some languages and west in others", "Write E or W.")
    if re.fullmatch(r"\[[^\[\]]*\]", line):
        raise PlaceError("In square brackets some put the longitude first", "Leave them out.")
    if (match := _HALF_OR_BOTH.fullmatch(line)) and not line.endswith("°"):
        raise PlaceError(
            f"{short(line)} may be degrees and minutes, or two places",
            f"Write {match[1]}, {match[2]}° if it is both.",
        )
    if _ONE_OR_TWO.fullmatch(line):
        raise PlaceError(f"{short(line)} may be one number or two", EXAMPLE)
    if _LONELY.fullmatch(line):
        raise PlaceError(f"{line} is one number, two are needed", EXAMPLE)
