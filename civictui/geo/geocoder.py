"""Addresses from a geocoder, Photon or Nominatim: of one's own, or a public one that is named.

Every question waits its turn, a second after the one before, which is what the public ones allow.
What they said is remembered in the store, sealed, so that nothing is asked twice.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from civictui.domain.errors import GatewayError, NoAddress, UsageError
from civictui.domain.model import GeoPoint
from civictui.domain.ports import Geocoder, Secrets
from civictui.geo.address_text import NOMINATIM, PHOTON, Found
from civictui.net import Link, origin_of

PAUSE = 1.0
"""Seconds from one question of this process to the next."""
PATIENCE = 20.0
"""Seconds for a whole answer."""
REMEMBERED = 300
"""Answers."""
LATER = "It can be asked for later."
_NAME = "known addresses"


def named(setting: str) -> tuple[str, str]:
    """(kind, origin) of `photon https://photon.example.org`. Raises UsageError."""
    kind, _, address = setting.strip().partition(" ")
    if kind not in {PHOTON, NOMINATIM} or not address.strip():
        raise UsageError(
            f"The setting geocoder is not {setting!r}",
            "Write it like photon https://photon.example.org, or nominatim and its address.",
        )
    return kind, origin_of(address)


def configured(setting: str) -> Callable[[Secrets], Geocoder] | None:
    """What makes the geocoder of a setting; None for "". Raises UsageError."""
    if not setting:
        return None
    kind, origin = named(setting)
    return lambda secrets: KnownAddresses(WebGeocoder(kind, origin), secrets)


class _Turns:
    """Gives every question of the process, in whichever thread, a time of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = 0.0

    async def wait(self) -> None:
        with self._lock:
            now = time.monotonic()
            mine = max(now, self._next)
            self._next = mine + PAUSE
        await asyncio.sleep(mine - now)


_TURNS = _Turns()


class WebGeocoder:
    """`Geocoder` over one link. Belongs to the event loop that first uses it."""

    def __init__(self, kind: str, origin: str) -> None:
        self._kind = kind
        self._origin = origin
        self._link: Link | None = None

    async def address(self, point: GeoPoint) -> str:
        # Loading it takes 0.1 s, on a small board half a second: beside what is typed.
        from_geopy = await asyncio.to_thread(_from_geopy)
        await _TURNS.wait()
        self._link = self._link or Link(self._origin)
        try:
            async with asyncio.timeout(PATIENCE):
                found: Found | None = await from_geopy(self._kind, self._link, point)
        except NoAddress:
            raise
        except GatewayError as error:
            raise NoAddress(str(error), LATER) from error
        except TimeoutError as error:
            raise NoAddress(f"No answer in time from {self._origin}", LATER) from error
        return found.text if found and found.is_near(point) else ""

    async def close(self) -> None:
        if self._link:
            await self._link.close()
            self._link = None


def _from_geopy() -> Callable[[str, Link, GeoPoint], Any]:
    from civictui.geo.through_geopy import asked

    return asked


class KnownAddresses:
    """`Geocoder` that asks another one only for what it has not said before, within 10 m."""

    def __init__(self, geocoder: Geocoder, secrets: Secrets) -> None:
        self._geocoder = geocoder
        self._secrets = secrets

    async def address(self, point: GeoPoint) -> str:
        place = f"{point.latitude:.4f},{point.longitude:.4f}"
        known = _texts(await self._secrets.get(_NAME))
        if place in known:
            return known[place]
        text = await self._geocoder.address(point)
        # Another loop may have asked meanwhile; what is lost of that is asked once more.
        known = {**_texts(await self._secrets.get(_NAME)), place: text}
        latest = dict(list(known.items())[-REMEMBERED:])
        await self._secrets.put(_NAME, latest)
        return text

    async def close(self) -> None:
        await self._geocoder.close()


def _texts(said: object) -> Mapping[str, str]:
    return said if isinstance(said, dict) else {}
