"""Reports as places: a feature collection as RFC 7946 has it, a feature a line.

Coordinates are longitude, latitude on WGS 84. A report without a place is a feature without a
geometry. The JSON is pure ASCII, so that nothing in it can steer a terminal.
"""

import json
from collections.abc import Iterable
from typing import Any

from civictui.paper.line import COLUMNS, Line

PLACES = 7
"""Decimal places of a degree: a centimetre."""
_PROPERTIES = tuple(name for name in COLUMNS if name not in {"id", "latitude", "longitude"})


class GeoJson:
    """`Paper`: the properties of a feature have the names of the columns."""

    def __init__(self) -> None:
        self._begun = False

    def head(self) -> str:
        return '{"type": "FeatureCollection", "features": [\n'

    def body(self, lines: Iterable[Line]) -> str:
        features = ",\n".join(json.dumps(_feature(line), ensure_ascii=True) for line in lines)
        joint = ",\n" if features and self._begun else ""
        self._begun = self._begun or bool(features)
        return joint + features

    def tail(self) -> str:
        return "\n]}\n"


def _feature(line: Line) -> dict[str, Any]:
    geometry = None
    if line.latitude is not None and line.longitude is not None:
        coordinates = [round(line.longitude, PLACES), round(line.latitude, PLACES)]
        geometry = {"type": "Point", "coordinates": coordinates}
    properties: dict[str, Any] = {name: getattr(line, name) for name in _PROPERTIES}
    properties["answers"] = dict(line.answers)
    return {"type": "Feature", "id": line.id, "geometry": geometry, "properties": properties}
