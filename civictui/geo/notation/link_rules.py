"""Where each map site has the place in its links: what is marked first, then what is in view."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from civictui.domain.errors import PlaceError
from civictui.geo.notation.understood import DEGREE_METERS, Kind, Understood, point_of

VIEW = "the middle of what it shows"

_NUMBER = r"-?\d{1,3}(?:\.\d{1,25})?"
_TWO = re.compile(rf"({_NUMBER})[,~_]({_NUMBER})(?![\d.])", re.ASCII)
_HALF_READ = re.compile(r"\d.*[,~_]|[,~_].*\d", re.ASCII | re.DOTALL)
_NUMBERS = re.compile(r"[\d .,;:°'\"NSEW+-]*\d[ .,;][\d .,;:°'\"NSEW+-]*", re.ASCII | re.IGNORECASE)
_NAME_BEHIND = re.compile(r"(?<=\S)\s*\([^()]*\)$")
_ONE = "Copy the link of one place."


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
        return _found_in(text, _TWO)

    return rule


def pair(name: str, *, swapped: bool = False, before: str = "", after: str = "") -> Rule:
    """The two in one parameter, latitude first unless `swapped`, within two patterns."""
    shape = re.compile(rf"{before}{_TWO.pattern}{after}", re.ASCII)

    def rule(link: Link) -> Understood | None:
        return _found_in(link.query.get(name, ""), shape, swapped=swapped)

    return rule


def text(name: str) -> Rule:
    """A parameter that may hold a place in any notation, or words, which are not looked up."""

    def rule(link: Link) -> Understood | None:
        said = link.query.get(name, "").removeprefix("loc:").strip()
        said = _NAME_BEHIND.sub("", said)
        try:
            return link.coordinates(said) if said else None
        except PlaceError:
            if _NUMBERS.fullmatch(said):
                raise
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
        return link.coordinates(match[1]) if match else None
    except PlaceError:
        return None


def refuse_routes(pattern: str, *names: str, unless: str = "") -> Rule:
    """A route has more places than one: those with such a path, or with one of these parameters."""
    shape = re.compile(pattern)

    def rule(link: Link) -> Understood | None:
        is_route = shape.match(link.path) or any(name in link.query for name in names)
        if is_route and unless not in link.query:
            raise PlaceError("This link is a route", _ONE)
        return None

    return rule


def _found(pattern: str, part: Callable[[Link], str]) -> Rule:
    shape = re.compile(pattern.replace("N", f"({_NUMBER})"), re.ASCII)

    def rule(link: Link) -> Understood | None:
        matches = list(shape.finditer(part(link)))
        if len({match.groups() for match in matches}) > 1:
            raise PlaceError("This link holds several places", _ONE)
        return _place(matches[0] if matches else None)

    return rule


def _found_in(text: str, shape: re.Pattern[str], *, swapped: bool = False) -> Understood | None:
    """The two in a parameter. One that has numbers and cannot be read is not passed over: what is
    found instead, such as the middle of the map, would be another place.
    """
    match = shape.fullmatch(text)
    if match is None and _HALF_READ.search(text):
        raise PlaceError("The place in this link cannot be read", _ONE)
    return _place(match, swapped=swapped)


def _place(match: re.Match[str] | None, *, swapped: bool = False) -> Understood | None:
    if match is None:
        return None
    latitude, longitude = (match[2], match[1]) if swapped else (match[1], match[2])
    decimals = max(len(number.partition(".")[2]) for number in (latitude, longitude))
    precision = float(DEGREE_METERS / 2 * 10.0**-decimals)
    return Understood(point_of(float(latitude), float(longitude)), Kind.LINK, precision)


PLACE_RULES: Mapping[str, list[tuple[Rule, str]]] = {
    "openstreetmap": [
        (refuse_routes(r"/directions"), ""),
        (both("mlat", "mlon"), ""),
        (pair("marker"), ""),
        (text("query"), ""),
        (fragment(r"#(?:.*&)?map=[\d.]+/N/N(?:&|$)"), VIEW),
        (both("lat", "lon"), VIEW),
    ],
    "google": [
        (refuse_routes(r"/maps/dir(?:/|$)", unless="destination"), ""),
        (path(r"!3dN!4dN(?=!|/|$)"), ""),
        (text("q"), ""),
        (text("query"), ""),
        (text("destination"), ""),
        (text("daddr"), ""),
        (place_in_path, ""),
        (refuse_routes(r"(?!)", "saddr", "daddr", "destination"), ""),
        (pair("viewpoint"), VIEW),
        (pair("ll"), VIEW),
        (pair("center"), VIEW),
        (path(r"/@N,N(?=,[\d.]+[a-z]|/|$)"), VIEW),
    ],
    "apple": [
        (pair("coordinate"), ""),
        (pair("ll"), ""),
        (text("q"), ""),
        (text("daddr"), ""),
        (text("destination"), ""),
        (refuse_routes(r"/directions", "saddr", "daddr"), ""),
        (pair("center"), VIEW),
    ],
    "bing": [
        (refuse_routes(r"/maps/directions", "rtp"), ""),
        (pair("sp", before=r"point\.", after="(?:_[^~]*)?"), ""),
        (text("q"), ""),
        (text("where1"), ""),
        (pair("cp"), VIEW),
    ],
    "mapy": [
        (refuse_routes(r"(?!)", "planovani-trasy", "rc"), ""),
        (pair("id", swapped=True), ""),
        (text("q"), ""),
        (both("y", "x"), VIEW),
    ],
    "here": [
        (refuse_routes(r"/(?:directions|r)/"), ""),
        (path(r"^/l/N,N(?=,\D|/|$)"), ""),
        (pair("map", after=",.*"), VIEW),
    ],
    "waze": [
        (pair("ll"), ""),
        (pair("to", before=r"ll\."), ""),
        (pair("latlng"), ""),
    ],
    "osmand": [
        (refuse_routes(r"/map/navigate"), ""),
        (pair("pin"), ""),
        (both("lat", "lon"), ""),
        (fragment(r"^#[\d.]+/N/N(?:&|$)"), VIEW),
    ],
    "yandex": [
        (refuse_routes(r"(?!)", "rtext"), ""),
        (pair("pt", swapped=True, after="(?:,[a-z][^~]*)?"), ""),
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
