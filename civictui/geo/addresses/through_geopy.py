"""What geopy knows of geocoders, over our own link: it makes the question and reads the answer.

Loaded at the first question alone.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from geopy.adapters import BaseAsyncAdapter
from geopy.exc import GeopyError
from geopy.geocoders import Nominatim, Photon

from civictui import __version__
from civictui.domain.errors import GatewayError, NoAddress, PlaceError
from civictui.domain.model import GeoPoint
from civictui.geo.addresses.address_text import PHOTON, Found, written
from civictui.net import Link

_SILENCE = 10.0
_CAP = 256 * 1024
_OK = 200
_BUSY = {429, 503}
_WHILE = 60.0
"""Seconds that a busy geocoder is left alone which does not say for how long."""
_LATER = "It can be asked for later."
_SHAPE = (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError)
_MISSHAPEN = (GeopyError, *_SHAPE)
"""What geopy raises for JSON of another shape than it expects."""


class LeftAlone(NoAddress):
    """The geocoder wants no question for so many `seconds`."""

    def __init__(self, status: int, seconds: float) -> None:
        super().__init__(f"The geocoder answered {status}: it has too much to do", _LATER)
        self.seconds = seconds


class _OverLink(BaseAsyncAdapter):  # type: ignore[misc]  # geopy has no types
    """geopy's requests through `net`: its proxies and its TLS are not used."""

    def __init__(self, link: Link) -> None:
        super().__init__(proxies=None, ssl_context=None)
        self._link = link

    async def get_json(self, url: str, **_: object) -> Any:
        """The parsed answer. Raises GatewayError, NoAddress."""
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}"
        reply = await self._link.request("GET", path, silence=_SILENCE, cap=_CAP)
        if reply.status in _BUSY:
            raise LeftAlone(reply.status, reply.retry_after or _WHILE)
        if reply.status != _OK:
            raise NoAddress(f"The geocoder answered {reply.status}", _LATER)
        try:
            answer = reply.json()
        except GatewayError as error:
            raise NoAddress("What answered is no geocoder", _LATER) from error
        _check_place(answer)
        return answer

    async def get_text(self, url: str, **_: object) -> str:
        raise NotImplementedError("both geocoders answer in JSON")


async def asked(kind: str, link: Link, point: GeoPoint) -> Found | None:
    """What the geocoder says of a place; None where it knows nothing.

    Raises GatewayError for a link that gives no answer, NoAddress for an answer that is none.
    """
    scheme, _, host = link.origin.partition("://")
    geopy = (Photon if kind == PHOTON else Nominatim)(
        scheme=scheme,
        domain=host,
        user_agent=f"civictui/{__version__}",
        adapter_factory=lambda **_: _OverLink(link),
    )
    try:
        location = await geopy.reverse((point.latitude, point.longitude), exactly_one=True)
        if location is None:
            return None
        where = GeoPoint(float(location.latitude), float(location.longitude))
        text = written(kind, _fields(kind, location.raw))
    except (*_MISSHAPEN, PlaceError) as error:
        raise NoAddress("The geocoder gave an answer that cannot be read", _LATER) from error
    return Found(text, where) if text else None


def _check_place(answer: Any) -> None:
    """Raises PlaceError for coordinates out of range: geopy would write a warning on the screen.

    An answer of another shape is geopy's to refuse.
    """
    with suppress(*_SHAPE):
        if "features" in answer:
            longitude, latitude = answer["features"][0]["geometry"]["coordinates"][:2]
        else:
            longitude, latitude = answer["lon"], answer["lat"]
        GeoPoint(float(latitude), float(longitude))


def _fields(kind: str, raw: Mapping[str, Any]) -> Mapping[str, Any]:
    fields = raw["properties" if kind == PHOTON else "address"]
    if not isinstance(fields, Mapping):
        raise TypeError("an address is an object")
    return fields
