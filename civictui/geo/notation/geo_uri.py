"""`geo:` URIs as RFC 5870 has them, and as Android writes them (`geo:0,0?q=51.5,-0.1(name)`)."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, unquote

from civictui.domain.errors import PlaceError
from civictui.geo.notation.understood import (
    DEGREE_METERS,
    Kind,
    Understood,
    point_of,
    short,
)

_EXAMPLE = "Write geo:51.5183,-0.125."
_NUMBER = r"-?\d{1,9}(?:\.\d{1,20})?"
_PLACE = re.compile(rf"({_NUMBER}),({_NUMBER})(?:,{_NUMBER})?", re.ASCII)
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
    asked = parse_qs(query).get("q", [""])[0].partition("(")[0].strip()
    if asked:
        return _asked(asked, (point.latitude, point.longitude) == (0, 0), coordinates)
    return Understood(point, Kind.URI, _precision(match, _parameters(parameters)))


def _asked(
    text: str, anywhere: bool, coordinates: Callable[[str], Understood | None]
) -> Understood:
    """What is asked for near a place: it counts only where the place itself says nothing."""
    try:
        found = coordinates(text) if anywhere else None
    except PlaceError:
        found = None
    if found is None:
        raise PlaceError("This geo: URI asks for something by its name", "Name its coordinates.")
    return Understood(found.point, Kind.URI, found.precision_m)


def _parameters(parameters: list[str]) -> dict[str, str]:
    said = {name.lower(): value for name, _, value in (one.partition("=") for one in parameters)}
    if said.get("crs", "wgs84").lower() != "wgs84":
        raise PlaceError(f"The system {short(said['crs'])} is not read", "Write it in WGS 84.")
    return said


def _precision(match: re.Match[str], said: dict[str, str]) -> float:
    if uncertainty := _UNCERTAINTY.fullmatch(said.get("u", "")):
        return float(uncertainty[0])
    decimals = max(len(match[group].partition(".")[2]) for group in (1, 2))
    return float(DEGREE_METERS / 2 * 10.0**-decimals)
