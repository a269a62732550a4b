"""Links to places on maps: the coordinates in them, without asking anybody."""

import re
from collections.abc import Callable
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from civictui.domain.errors import PlaceError
from civictui.geo.notation.link_rules import PLACE_RULES, SHORT_LINKS, Link, site_of
from civictui.geo.notation.understood import Kind, Understood, short

_ADVICE = "Open it, and copy the coordinates from there."
_WITHOUT_SCHEME = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,6}/\S*", re.IGNORECASE | re.ASCII)

Coordinates = Callable[[str], Understood | None]


def read(line: str, coordinates: Coordinates) -> Understood | None:
    """`coordinates` reads what a link asks for in words. Raises PlaceError."""
    split = _split(line)
    if split is None:
        return None
    host = (split.hostname or "").lower().removeprefix("www.")
    path = unquote(split.path.replace("+", " "))
    if (host, path.split("/")[1:2]) in SHORT_LINKS or (host, []) in SHORT_LINKS:
        raise PlaceError(f"The short link of {short(host)} holds no coordinates", _ADVICE)
    site = site_of(host)
    if site is None:
        raise PlaceError(f"{short(host)} is no map whose links are read", _ADVICE)
    link = Link(path, _query(split), unquote(split.fragment), coordinates)
    for rule, note in PLACE_RULES[site]:
        if (found := rule(link)) is not None:
            return Understood(found.point, Kind.LINK, found.precision_m, note)
    raise PlaceError("This link names no coordinates", _ADVICE)


def _split(line: str) -> SplitResult | None:
    """The parts of a link, None for what is none. Raises PlaceError for a broken one."""
    if _WITHOUT_SCHEME.fullmatch(line):
        line = f"https://{line}"
    if not re.match(r"https?://", line, re.IGNORECASE):
        return None
    try:
        split = urlsplit(line)
        plain = split.port is None and split.username is None and " " not in line
    except ValueError:
        plain = False
    if not plain:
        raise PlaceError(f"{short(line)} is no link that can be read", _ADVICE)
    return split


def _query(split: SplitResult) -> dict[str, str]:
    try:
        query = parse_qs(split.query, keep_blank_values=True, max_num_fields=50)
    except ValueError as error:
        raise PlaceError("This link asks for too much", _ADVICE) from error
    if any(len(set(said)) > 1 for said in query.values()):
        raise PlaceError("This link says the same thing in two ways", _ADVICE)
    return {name: said[0] for name, said in query.items()}
