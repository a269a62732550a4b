"""Which street a place is in, by the names that a base map has."""

import math
from collections.abc import Iterator
from itertools import pairwise

from civictui.domain.model import GeoPoint
from civictui.geo.maps.base_map import BaseMap
from civictui.geo.maps.view import View

NEAR = 60.0
"""Metres from the middle of a street to a place that is in it, or in a house of it."""
_CELLS = 40

Spot = tuple[float, float]


def street_at(base: BaseMap, point: GeoPoint) -> str:
    """The name of the nearest street, "" where none is known near by.

    Reads files: call it in a thread.
    """
    view = View.of(point, _CELLS, _CELLS, 2 * NEAR)
    meters = view.meters_per_column / 2
    found = [(far * meters, name) for far, name in _distances(base, view) if far * meters <= NEAR]
    return min(found)[1] if found else ""


def _distances(base: BaseMap, view: View) -> Iterator[tuple[float, str]]:
    """How far from the centre each named line is, in dots."""
    center = view.dot(view.center)
    for laid in base.sheet(view).laid:
        here = (center[0] - laid.x) / laid.width, (center[1] - laid.y) / laid.width
        for name in laid.tile.names:
            if name.along:
                points = list(name.path)
                far = min((_to_line(here, *ends) for ends in pairwise(points)), default=math.inf)
                yield far * laid.width, name.text


def _to_line(here: Spot, start: Spot, end: Spot) -> float:
    """From a place to the nearest one on a straight line."""
    across, down = end[0] - start[0], end[1] - start[1]
    length = across * across + down * down
    along = (here[0] - start[0]) * across + (here[1] - start[1]) * down
    part = max(0.0, min(1.0, along / length)) if length else 0.0
    return math.dist(here, (start[0] + part * across, start[1] + part * down))
