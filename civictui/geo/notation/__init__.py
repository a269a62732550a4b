"""Places as people write them: each notation by a strict grammar, so that none is silently wrong.

    degrees       51.5183, -0.125   51°31'6"N 0°7'30"W   N51 31.100 W000 07.500   Lat 51.5 Lon -0.1
    compact       +51.5183-000.1250/   513106N0000730W
    geo: URI      geo:51.5183,-0.125;u=10
    map link      of OpenStreetMap, Google, Apple, Bing, Mapy and others; nothing is fetched
    plus code     9C3XGV9G+8F, or a short one with a place that it is near to
    MGRS, UTM     30UXC9951110909   30U 699511 5710910

Each module here, loaded with the first place that is read, is one of them: its `read` gives what it
understood, None for what is written otherwise, or raises PlaceError for what is its own and wrong.
What can be read in two ways is refused with the reason: a wrong place sends somebody to the wrong
street.
"""

import re

from civictui.domain.errors import PlaceError
from civictui.domain.model import GeoPoint
from civictui.domain.text import one_line
from civictui.geo.notation.understood import EXAMPLE, Kind, Understood, short, show

__all__ = ["EXAMPLE", "MAX_LENGTH", "Kind", "Understood", "parse", "read", "show", "visible"]

MAX_LENGTH = 2000
"""Characters of a map link."""
_OF_ANOTHER_ENCODING = re.compile("[\x7f-\x9f\ud800-\udfff]")
_MAX_COORDINATES = 120
"""Characters of everything else."""


def parse(text: str, near: GeoPoint | None = None) -> GeoPoint:
    """The place alone; see `read`."""
    return read(text, near).point


def read(text: str, near: GeoPoint | None = None) -> Understood:
    """Read a place. Raises PlaceError that says what is wrong and how to write it.

    `near` is where the person is: a short plus code is the one nearest to it, and refused without
    it. What was read with its help is `relative`: whoever keeps that keeps `show` of the point,
    since elsewhere the text means another one.
    """
    line = one_line(visible(text))
    if not line:
        raise PlaceError("The place is empty", EXAMPLE)
    if len(line) > MAX_LENGTH:
        raise PlaceError("This is too long for a place", EXAMPLE)
    from civictui.geo.notation import geo_uri, links

    if "/" in line and (understood := links.read(line, _coordinates)):
        return understood
    if len(line) > _MAX_COORDINATES:
        raise PlaceError("This is too long for a place", EXAMPLE)
    if understood := geo_uri.read(line, _coordinates) or _coordinates(line, near):
        return understood
    raise PlaceError(f"{short(line)} is no place that can be read", EXAMPLE)


def visible(text: str) -> str:
    """What cleaning would take out without a trace, and what may be a part of a place.

    In texts from PDF files a minus is often a soft hyphen. Every sort of blank and line end parts
    two numbers. A byte of another encoding (such as a dash of Windows) becomes what nobody reads.
    """
    return _OF_ANOTHER_ENCODING.sub("\ufffd", " ".join(text.replace("\u00ad", "-").split()))


def _coordinates(line: str, near: GeoPoint | None = None) -> Understood | None:
    """What is neither a link nor a URI."""
    from civictui.geo.notation import compact, degrees, labelled, mgrs_square, plus_code, utm_grid

    upper = degrees.unified(line)
    return (
        plus_code.read(upper, near)
        or utm_grid.read(upper, near)
        or mgrs_square.read(upper)
        or compact.read(upper)
        or labelled.read(upper)
        or degrees.read(upper)
    )
