"""Hints of duplicates: open reports near the place of the one that is being written."""

from dataclasses import replace

from civictui.domain.model import NEARBY_METERS, GeoPoint, Nearby, ReportRow, Update
from civictui.domain.text import folded
from civictui.service.attention import Attention

MOST = 30
"""So many are looked at; who stands among more of them needs no hint."""
_OVER = frozenset({"closed", "fixed", "resolved", "done", "completed", "duplicate", "rejected"})
"""Words for the status of a report that nobody works on any more."""


class NearbyReports(Attention):
    """The part of the service that finds reports about the same thing."""

    async def nearby(self, point: GeoPoint, category: str) -> list[Nearby]:
        rows = [row for row in await self.reader.around(point, NEARBY_METERS) if _is_open(row)]
        found = [_nearby(row, category) for row in await self._in_force(rows[:MOST])]
        return sorted(found, key=lambda near: (not near.is_likely, near.meters))

    async def _in_force(self, rows: list[ReportRow]) -> list[ReportRow]:
        """Those that are open still by the last word on each of them."""
        current = [_with_status(row, await self.reader.updates(row.report.id)) for row in rows]
        return [row for row in current if _is_open(row)]


def _with_status(row: ReportRow, updates: list[Update]) -> ReportRow:
    said = [update.status for update in updates if update.status]
    return replace(row, report=replace(row.report, status=said[-1])) if said else row


def _is_open(row: ReportRow) -> bool:
    return folded(row.report.status).strip() not in _OVER


def _nearby(row: ReportRow, category: str) -> Nearby:
    same = bool(category) and folded(row.report.category) == folded(category)
    return Nearby(row, row.meters or 0.0, same)
