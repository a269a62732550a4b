"""Hints of duplicates: open reports near the place of the one that is being written."""

from civictui.domain.model import NEARBY_METERS, GeoPoint, Nearby, ReportRow, Services
from civictui.domain.text import folded, one_line
from civictui.service.attention import Attention

MOST = 30
"""So many are shown, the likeliest first; who stands among more of them needs no hint."""
LOOKED_AT = 300
"""Of the nearest ones: a whole city may lie where a geocoder once put it."""
_REACH = 1.01
"""The index knows distances within a hundredth."""
_OVER = frozenset({"closed", "fixed", "resolved", "done", "completed", "duplicate", "rejected"})
"""Words for the status of a report that nobody works on any more."""


class NearbyReports(Attention):
    """The part of the service that finds reports about the same thing."""

    async def nearby(self, point: GeoPoint, category: str) -> list[Nearby]:
        rows = await self.reader.around(point, NEARBY_METERS * _REACH, LOOKED_AT)
        services = await self.reader.services()
        found = [_nearby(row, category, services) for row in rows if _is_open(row)]
        near = [one for one in found if one.meters <= NEARBY_METERS]
        return sorted(near, key=lambda one: (not one.is_likely, one.meters))[:MOST]


def _is_open(row: ReportRow) -> bool:
    return folded(row.report.status).strip() not in _OVER


def _nearby(row: ReportRow, category: str, services: Services) -> Nearby:
    kind = _kind(category, services)
    same = bool(kind) and _kind(row.report.category, services) == kind
    return Nearby(row, row.meters or 0.0, same)


def _kind(category: str, services: Services) -> str:
    """What a category means: some reports have its name where the form writes its code."""
    service = services.called(category)
    return service.code if service else folded(one_line(category))
