"""`geo:` URIs as RFC 5870 has them, and as Android writes them (`geo:0,0?q=51.5,-0.1(name)`)."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, unquote

from civictui.domain.errors import PlaceError
from civictui.geo.distance import meters
from civictui.geo.notation.understood import (
    DEGREE_METERS,
    Kind,
    Understood,
    point_of,
    short,
)

_EXAMPLE = "Write geo:51.5183,-0.125."
_NUMBER = r"-?\d{1,3}(?:\.\d{1,20})?"
_ALTITUDE = r"-?\d{1,9}(?:\.\d{1,20})?"
_PLACE = re.compile(rf"({_NUMBER}),({_NUMBER})(?:,{_ALTITUDE})?", re.ASCII)
# RFC 5870 lets a name begin with a digit, but none does, and `geo:51,5;7,6` has decimal commas.
_PARAMETER = re.compile(r"([a-z][a-z0-9-]*)(?:=(.*))?", re.IGNORECASE | re.ASCII)
_SAME_METERS = 25.0
"""Some programs round one of the two: as near as this the place is the same."""
_UNCERTAINTY = re.compile(r"\d{1,9}(?:\.\d{1,9})?", re.ASCII)


def read(line: str, coordinates: Callable[[str], Understood | None]) -> Understood | None:
    """`coordinates` reads what Android's `q` holds. Raises PlaceError."""
    scheme, colon, rest = line.partition(":")
    if not colon or scheme.strip().lower() != "geo":
        return None
    rest, _, query = rest.strip().partition("?")
    place, *parameters = unquote(rest).split(";")
    match = _PLACE.fullmatch(place)
    if match is None:
        raise PlaceError(f"{short(line)} is no geo: URI that can be read", _EXAMPLE)
    point = point_of(float(match[1]), float(match[2]))
    here = Understood(point, Kind.URI, _precision(match, _parameters(parameters, line)))
    nowhere = (point.latitude, point.longitude) == (0, 0)
    asked = [text.partition("(")[0].strip() for text in parse_qs(query).get("q", [])]
    if not any(asked):
        if nowhere and query:
            raise PlaceError("This geo: URI asks for nothing that can be read", _EXAMPLE)
        return here
    found = _asked(asked, coordinates)
    if not nowhere and meters(found.point, point) > _SAME_METERS:
        raise PlaceError("This geo: URI names two places", "Write the one that is meant.")
    return found


def _asked(texts: list[str], coordinates: Callable[[str], Understood | None]) -> Understood:
    """What is asked for."""
    try:
        found = coordinates(texts[0]) if len(texts) == 1 else None
    except PlaceError:
        found = None
    if found is None:
        raise PlaceError("This geo: URI asks for something by its name", "Name its coordinates.")
    return Understood(found.point, Kind.URI, found.precision_m)


def _parameters(parameters: list[str], line: str) -> dict[str, str]:
    matches = [_PARAMETER.fullmatch(one) for one in parameters]
    said = {match[1].lower(): match[2] or "" for match in matches if match}
    if len(said) < len(parameters):
        raise PlaceError(f"{short(line)} is no geo: URI that can be read", _EXAMPLE)
    if said.get("crs", "wgs84").lower() != "wgs84":
        raise PlaceError(f"The system {short(said['crs'])} is not read", "Write it in WGS 84.")
    return said


def _precision(match: re.Match[str], said: dict[str, str]) -> float:
    if uncertainty := _UNCERTAINTY.fullmatch(said.get("u", "")):
        return float(uncertainty[0])
    decimals = max(len(match[group].partition(".")[2]) for group in (1, 2))
    return float(DEGREE_METERS / 2 * 10.0**-decimals)
