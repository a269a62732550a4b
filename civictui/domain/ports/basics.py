"""How the rest tells what has happened, knows the time, and measures on the globe."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeAlias

from civictui.domain.events import Event
from civictui.domain.model import GeoPoint

Emit: TypeAlias = Callable[[Event], object]
"""Tells whoever listens that something has happened; may be called from any thread."""


class Clock(Protocol):
    def now(self) -> datetime:
        """The device's time in UTC; it may be wrong, so nothing is ordered by it."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go backwards, for waiting."""
        ...


class Geography(Protocol):
    """How far and in which direction; `geo.distance` is one."""

    def meters(self, a: GeoPoint, b: GeoPoint) -> float:
        """On the sphere: quick, for sorting."""
        ...

    def exact_meters(self, a: GeoPoint, b: GeoPoint) -> float:
        """On the ellipsoid: for showing."""
        ...

    def bearing(self, a: GeoPoint, b: GeoPoint) -> float:
        """Degrees clockwise from north, 0 to 360."""
        ...
