"""Where each map site has the place in its links: what is marked first, then what is in view."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from civictui.domain.errors import PlaceError
from civictui.geo.notation.understood import DEGREE_METERS, Kind, Understood, point_of

VIEW = "the middle of what it shows"

_NUMBER = r"-?\d{1,3}(?:\.\d{1,25})?"
_TWO = re.compile(rf"({_NUMBER})[,~_]({_NUMBER})(?![\d.])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Link:
    """The parts of a link, percent signs resolved; `coordinates` reads a text as a place."""

    path: str
    query: Mapping[str, str]
    fragment: str
    coordinates: Callable[[str], Understood | None]


Rule = Callable[[Link], Understood | None]


def both(latitude: str, longitude: str) -> Rule:
    """Each in a parameter of its own."""

    def rule(link: Link) -> Understood | None:
        text = f"{link.query.get(latitude, '')},{link.query.get(longitude, '')}"
        return _place(_TWO.fullmatch(text))

    return rule


def pair(name: str, *, swapped: bool = False, before: str = "", after: str = "") -> Rule:
    """The two in one parameter, latitude first unless `swapped`, within two patterns."""
    shape = re.compile(rf"{before}{_TWO.pattern}{after}", re.ASCII)

    def rule(link: Link) -> Understood | None:
        return _place(shape.fullmatch(link.query.get(name, "")), swapped=swapped)

    return rule


def text(name: str) -> Rule:
    """A parameter that may hold a place in any notation, or words, which are not looked up."""

    def rule(link: Link) -> Understood | None:
        said = link.query.get(name, "").removeprefix("loc:").strip()
        try:
            return link.coordinates(said) if said else None
        except PlaceError:
            return None

    return rule


def path(pattern: str) -> Rule:
    """The two in the path."""
    return _found(pattern, lambda link: link.path)


def fragment(pattern: str) -> Rule:
    """The two behind the #."""
    return _found(pattern, lambda link: f"#{link.fragment}")


def place_in_path(link: Link) -> Understood | None:
    """Google's /maps/place/<what>: a place in any notation, or a name."""
    match = re.match(r"/maps/(?:place|search)/([^/]+)", link.path)
    try:
        return link.coordinates(match[1].replace("+", " ")) if match else None
    except PlaceError:
        return None


def refuse_routes(link: Link) -> Understood | None:
    """A route has more places than one."""
    if re.match(r"/maps/dir(?:/|$)", link.path) and "destination" not in link.query:
        raise PlaceError("This link is a route", "Copy the link of one place.")
    return None


def _found(pattern: str, part: Callable[[Link], str]) -> Rule:
    shape = re.compile(pattern.replace("N", f"({_NUMBER})"), re.ASCII)

    def rule(link: Link) -> Understood | None:
        matches = list(shape.finditer(part(link)))
        if len({match.groups() for match in matches}) > 1:
            raise PlaceError("This link holds several places", "Copy the link of one place.")
        return _place(matches[0] if matches else None)

    return rule


def _place(match: re.Match[str] | None, *, swapped: bool = False) -> Understood | None:
    if match is None:
        return None
    latitude, longitude = (match[2], match[1]) if swapped else (match[1], match[2])
    decimals = max(len(number.partition(".")[2]) for number in (latitude, longitude))
    precision = float(DEGREE_METERS / 2 * 10.0**-decimals)
    return Understood(point_of(float(latitude), float(longitude)), Kind.LINK, precision)


PLACE_RULES: Mapping[str, list[tuple[Rule, str]]] = {
    "openstreetmap": [
        (both("mlat", "mlon"), ""),
        (text("query"), ""),
        (fragment(r"#(?:.*&)?map=[\d.]+/N/N(?:&|$)"), VIEW),
        (both("lat", "lon"), VIEW),
    ],
    "google": [
        (refuse_routes, ""),
        (path(r"!3dN!4dN(?![\d.])"), ""),
        (text("q"), ""),
        (text("query"), ""),
        (text("destination"), ""),
        (place_in_path, ""),
        (pair("ll"), VIEW),
        (pair("center"), VIEW),
        (path(r"/@N,N(?=,|/|$)"), VIEW),
    ],
    "apple": [
        (pair("coordinate"), ""),
        (pair("ll"), ""),
        (text("q"), ""),
        (text("daddr"), ""),
        (pair("center"), VIEW),
    ],
    "bing": [
        (pair("sp", before=r"point\.", after="(?:_.*)?"), ""),
        (text("q"), ""),
        (text("where1"), ""),
        (pair("cp"), VIEW),
    ],
    "mapy": [
        (pair("id", swapped=True), ""),
        (text("q"), ""),
        (both("y", "x"), VIEW),
    ],
    "here": [
        (path(r"^/l/N,N(?=,|/|$)"), ""),
        (pair("map", after=",.*"), VIEW),
    ],
    "waze": [
        (pair("ll"), ""),
        (pair("to", before=r"ll\."), ""),
        (pair("latlng"), ""),
    ],
    "osmand": [
        (pair("pin"), ""),
        (fragment(r"^#[\d.]+/N/N(?:&|$)"), VIEW),
    ],
    "yandex": [
        (pair("pt", swapped=True, after="(?:,.*)?"), ""),
        (pair("whatshere[point]", swapped=True), ""),
        (text("text"), ""),
        (pair("ll", swapped=True), VIEW),
    ],
}
"""By site; the first rule that finds something counts."""

_HOSTS = {
    "openstreetmap": r"(?:openstreetmap\.org|osm\.org)",
    "google": r"(?:maps\.)?google\.(?:com|com?\.[a-z]{2}|[a-z]{2})",
    "apple": r"maps\.apple\.com",
    "bing": r"bing\.com",
    "mapy": r"(?:[a-z]{2}\.)?mapy\.(?:cz|com)",
    "here": r"(?:share|wego)\.here\.com",
    "waze": r"waze\.com",
    "osmand": r"osmand\.net",
    "yandex": r"(?:maps\.)?yandex\.(?:com|ru|kz|by|uz|com\.tr)",
}
SHORT_LINKS = [
    ("goo.gl", ["maps"]),
    ("maps.app.goo.gl", []),
    ("g.co", []),
    ("osm.org", ["go"]),
    ("openstreetmap.org", ["go"]),
    ("maps.apple", []),
    ("binged.it", []),
    ("mapy.cz", ["s"]),
    ("mapy.com", ["s"]),
]
"""Host and first part of the path; [] is any."""


def site_of(host: str) -> str | None:
    return next((site for site, shape in _HOSTS.items() if re.fullmatch(shape, host)), None)
