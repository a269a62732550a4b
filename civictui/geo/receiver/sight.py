"""What receivers said through gpsd: the last fix of each, how old it is, and why there is none.

Of a TPV only `mode` is sure to be there (https://gpsd.io/gpsd_json.html). Times are seconds of a
clock that never goes backwards: the date in a TPV may be off by 1,024 weeks, and the device's clock
by anything, so how old a fix is counts from when it came.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from civictui.domain.errors import PlaceError
from civictui.domain.model import GeoPoint
from civictui.domain.model.values import is_number, text_of

STALE_SECONDS = 10.0
"""A receiver that says the same moment for longer is not measuring any more."""
_MOST_RECEIVERS = 16
_LEAST_METERS, _MOST_METERS = 0.1, 20_037_508.0
"""An accuracy is never said to be perfect, and nothing is further away than half of the world."""
_HAS_FIX = 2
"""TPV's mode: 0 unknown, 1 no fix, 2 in two dimensions, 3 in three."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A position, the metres it is good for with 95 %, and since when it is known."""

    point: GeoPoint
    accuracy: float | None
    since: float
    satellites: int | None


@dataclass(slots=True)
class Receiver:
    """What one receiver said last."""

    mode: int = 0
    seen: int | None = None
    used: int | None = None
    fix: Sighting | None = None
    had_fix: bool = False
    moment: str = ""
    gone: bool = False

    def take_position(self, said: Mapping[str, Any], now: float) -> None:
        mode, moment = said.get("mode"), text_of(said.get("time"))
        self.mode = mode if type(mode) is int else 0
        self.gone = False
        if self.mode < _HAS_FIX:
            self.fix = None
            return
        if (point := _point(said)) is None:
            return  # it has a fix, and says elsewhere where; the last one goes on ageing
        stuck = self.fix is not None and moment != "" and moment == self.moment
        since = self.fix.since if self.fix and stuck else now
        self.fix = Sighting(point, _accuracy(said), since, self.used)
        self.had_fix, self.moment = True, moment

    def take_sky(self, said: Mapping[str, Any]) -> None:
        """What is in sight; a SKY that is only about dilution has no satellites."""
        listed = said.get("satellites")
        seen, used = _count(said.get("nSat")), _count(said.get("uSat"))
        if isinstance(listed, list):  # gpsd before 3.22 does not count
            marked = [one for one in listed if isinstance(one, Mapping) and one.get("used") is True]
            seen, used = seen or len(listed), len(marked) if used is None else used
        if seen is not None:
            self.seen, self.used = seen, used


@dataclass(slots=True)
class Sight:
    """All receivers that one gpsd has."""

    receivers: dict[str, Receiver] = field(default_factory=dict)

    def take(self, said: Mapping[str, Any], now: float) -> None:
        """One message of gpsd; what is of no use is passed over."""
        kind = said.get("class")
        if kind == "DEVICES" and isinstance(devices := said.get("devices"), list):
            for device in devices[:_MOST_RECEIVERS]:
                if isinstance(device, Mapping):
                    self._take_device(device)
        elif kind == "DEVICE":
            self._take_device(said)
        elif kind in ("TPV", "SKY") and (receiver := self._receiver(said.get("device"))):
            if kind == "TPV":
                receiver.take_position(said, now)
            else:
                receiver.take_sky(said)

    def _take_device(self, said: Mapping[str, Any]) -> None:
        if receiver := self._receiver(said.get("path")):
            receiver.gone = said.get("activated") == 0
            if receiver.gone:
                receiver.fix, receiver.mode = None, 0

    def _receiver(self, name: object) -> Receiver | None:
        key = name if isinstance(name, str) else ""
        if key not in self.receivers and len(self.receivers) >= _MOST_RECEIVERS:
            return None
        return self.receivers.setdefault(key, Receiver())

    def best(self, now: float) -> Sighting | None:
        """The most accurate fix that is fresh."""
        fixes = [receiver.fix for receiver in self.receivers.values() if receiver.fix]
        fresh = [fix for fix in fixes if now - fix.since <= STALE_SECONDS]
        return min(fresh, key=lambda fix: fix.accuracy or math.inf, default=None)

    def trouble(self, now: float) -> str:
        """Why there is no fix, in a few words."""
        here = [receiver for receiver in self.receivers.values() if not receiver.gone]
        stale = [receiver.fix for receiver in here if receiver.fix]
        if stale:
            age = round(now - max(fix.since for fix in stale))
            return f"the receiver repeats a fix that is {age} s old"
        if any(receiver.had_fix for receiver in self.receivers.values()):
            return f"the fix was lost{_satellites(here) if here else ': the receiver is gone'}"
        if not here:
            return "the receiver is gone" if self.receivers else "gpsd has no receiver"
        if all(receiver.mode == 0 and receiver.seen is None for receiver in here):
            return "the receiver says nothing"
        return f"no fix yet{_satellites(here)}"


def _satellites(receivers: list[Receiver]) -> str:
    counted = [(one.used or 0, one.seen) for one in receivers if one.seen is not None]
    used, seen = max(counted, default=(0, None))
    return "" if seen is None else f": {used} of {seen} satellites"


def _point(said: Mapping[str, Any]) -> GeoPoint | None:
    latitude, longitude = _number(said.get("lat")), _number(said.get("lon"))
    if latitude is None or longitude is None:
        return None
    try:
        return GeoPoint(latitude, longitude)
    except PlaceError:
        return None


def _accuracy(said: Mapping[str, Any]) -> float | None:
    """`eph`, which gpsd computes for 95 %; else from the errors east and north.

    The radius of both together is at most the hypotenuse, so nothing is called better than it is.
    """
    whole = _number(said.get("eph"))
    east, north = _number(said.get("epx")), _number(said.get("epy"))
    if whole is None and east is not None and north is not None:
        whole = math.hypot(east, north)
    if whole is None or whole <= 0:
        return None
    return min(max(round(whole, 1), _LEAST_METERS), _MOST_METERS)


def _number(value: object) -> float | None:
    if not isinstance(value, int | float) or not is_number(value):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None


def _count(value: object) -> int | None:
    return value if type(value) is int and 0 <= value < 1000 else None
