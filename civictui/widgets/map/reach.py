"""How far around a view the reports are known, so that a step aside asks nobody."""

import math
from dataclasses import dataclass

from civictui.domain.model import GeoPoint
from civictui.geo.maps.area_map import View
from civictui.geo.maps.view import ACROSS, DOWN
from civictui.geo.projection import meters_per_world, offset

_WIDER = 2.0
_DEGREE = 110_000.0
"""Metres: a degree of latitude is longer than this everywhere."""
_EVERYWHERE = 20_100_000.0
"""Metres: further away from a place than that nothing is."""


@dataclass(frozen=True, slots=True)
class Reach:
    """A box of the map around `center`, half as wide as `across` and half as high as `down`."""

    center: GeoPoint
    across: float
    down: float

    @classmethod
    def around(cls, view: View) -> "Reach":
        """The view with as much again on every side."""
        across, down = _halves(view)
        return cls(view.center, _WIDER * across, _WIDER * down)

    @classmethod
    def inside(cls, center: GeoPoint, meters: float) -> "Reach":
        """The largest square in a circle."""
        side = meters / math.sqrt(2) / _longest(center, meters / _DEGREE)
        return cls(center, side, side)

    def covers(self, view: View) -> bool:
        across, down = _halves(view)
        x, y = offset(self.center, view.center)
        beside = self.across >= 0.5 or abs(x) + across <= self.across
        return beside and abs(y) + down <= self.down

    @property
    def meters(self) -> float:
        """The radius of a circle that has the whole box in it."""
        longest = _longest(self.center, 360 * self.down)
        return min(_EVERYWHERE, longest * math.hypot(self.across, self.down))


def _longest(center: GeoPoint, degrees: float) -> float:
    """Metres of a unit of the map where, within so many degrees, it is nearest to the equator."""
    return meters_per_world(max(0.0, abs(center.latitude) - degrees))


def _halves(view: View) -> tuple[float, float]:
    return view.unit * view.columns * ACROSS / 2, view.unit * view.rows * DOWN / 2
