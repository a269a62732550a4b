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
from civictui.geo.addresses.address_text import NOMINATIM, PHOTON, Found
from civictui.net import Link
from civictui.origin import origin_of

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
    return lambda secrets: KnownAddresses(WebGeocoder(kind, origin), secrets, f"{kind} {origin}")


class _Turns:
    """Gives every question of the process, in whichever thread, a time of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = 0.0
        self._alone: dict[str, float] = {}
        """Until when an origin wants no questions."""

    async def wait(self, origin: str) -> None:
        """Raises NoAddress where `origin` wants to be left alone."""
        with self._lock:
            now = time.monotonic()
            if (left := self._alone.get(origin, now) - now) > 0:
                minutes = max(1, round(left / 60))
                raise NoAddress(f"The geocoder wants no question for {minutes} min", LATER)
            mine = max(now, self._next)
            self._next = mine + PAUSE
        try:
            await asyncio.sleep(mine - now)
        except asyncio.CancelledError:
            self._give_back(mine)
            raise

    def leave_alone(self, origin: str, seconds: float) -> None:
        with self._lock:
            self._alone[origin] = time.monotonic() + seconds

    def _give_back(self, mine: float) -> None:
        """Who goes on with the form has another question: it must not wait for the one before."""
        with self._lock:
            if self._next == mine + PAUSE:
                self._next = mine


_TURNS = _Turns()


class WebGeocoder:
    """`Geocoder` over one link. Belongs to the event loop that first uses it."""

    def __init__(self, kind: str, origin: str) -> None:
        self._kind = kind
        self._origin = origin
        self._link: Link | None = None

    async def address(self, point: GeoPoint) -> str:
        # Loading it takes 0.1 s, on a small board half a second: beside what is typed.
        through_geopy = await asyncio.to_thread(_through_geopy)
        await _TURNS.wait(self._origin)
        self._link = self._link or Link(self._origin)
        try:
            async with asyncio.timeout(PATIENCE):
                found: Found | None = await through_geopy.asked(self._kind, self._link, point)
        except through_geopy.LeftAlone as error:
            _TURNS.leave_alone(self._origin, error.seconds)
            raise
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


def _through_geopy() -> Any:
    from civictui.geo.addresses import through_geopy

    return through_geopy


class KnownAddresses:
    """`Geocoder` that asks another one only for what it has not said before, within 10 m.

    `name` says which one: what an earlier one said is not taken for the word of another.
    """

    def __init__(self, geocoder: Geocoder, secrets: Secrets, name: str) -> None:
        self._geocoder = geocoder
        self._secrets = secrets
        self._geocoder_name = name

    async def address(self, point: GeoPoint) -> str:
        place = f"{point.latitude:.4f},{point.longitude:.4f}"
        known = await self._said()
        if place in known:
            return known[place]
        text = await self._geocoder.address(point)
        # Another loop may have asked meanwhile; what is lost of that is asked once more.
        known = {**await self._said(), place: text}
        latest = dict(list(known.items())[-REMEMBERED:])
        await self._secrets.put(_NAME, {"of": self._geocoder_name, "said": latest})
        return text

    async def _said(self) -> Mapping[str, str]:
        kept = await self._secrets.get(_NAME)
        is_of_this_one = isinstance(kept, dict) and kept.get("of") == self._geocoder_name
        return kept["said"] if is_of_this_one else {}

    async def close(self) -> None:
        await self._geocoder.close()
