"""A `Reader` that keeps everything in memory, for tests of what stands above it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from civictui.domain.errors import CivicError, NotFound
from civictui.domain.merge import Conflict
from civictui.domain.model import (
    Deeds,
    Doc,
    Draft,
    EarlierVersion,
    GeoPoint,
    Query,
    Report,
    ReportRow,
    RowState,
    Services,
    Spot,
    Tally,
    Update,
)
from civictui.geo import distance
from tests.naive_list import found_naively, tallied_naively


@dataclass
class FakeReader:
    """`Reader` over lists that a test fills."""

    reports: dict[str, ReportRow] = field(default_factory=dict)
    kept_drafts: dict[str, Draft] = field(default_factory=dict)
    disputes: dict[str, Conflict] = field(default_factory=dict)
    put_away: dict[str, list[EarlierVersion]] = field(default_factory=dict)
    lost: list[EarlierVersion] = field(default_factory=list)
    """What reports that are gone said last."""
    city: Services = field(default_factory=Services)
    """Its categories and their questions."""
    said: dict[str, list[Update]] = field(default_factory=dict)
    """Remarks, by the report that they are about."""
    written: dict[str, Doc] = field(default_factory=dict)
    """The documents of reports of which by now something else is in force."""
    done: Deeds = field(default_factory=Deeds)
    asked: list[tuple[str, ...]] = field(default_factory=list)
    queries: list[Query] = field(default_factory=list)
    broken: CivicError | None = None

    def add(self, *reports: Report, state: RowState = RowState.SENT, is_new: bool = False) -> None:
        for report in reports:
            self.reports[report.id] = ReportRow(report, state, is_new=is_new)

    async def find(self, query: Query) -> list[str]:
        if self.broken:
            raise self.broken
        self.queries.append(query)
        return found_naively(self.reports.values(), query, distance, self.city)

    async def tally(self) -> Tally:
        return tallied_naively(self.reports.values(), self.city)

    async def people(self) -> list[str]:
        """Reporters, then assignees."""
        rows = self.reports.values()
        names = [row.report.reported_by for row in rows] + [row.report.assignee for row in rows]
        return list(dict.fromkeys(filter(None, names)))

    async def rows(self, ids: Sequence[str], near: GeoPoint | None = None) -> list[ReportRow]:
        self.asked.append(tuple(ids))
        return [_seen_from(near, self.reports[key]) for key in ids if key in self.reports]

    async def report(self, report_id: str) -> ReportRow:
        if report_id not in self.reports:
            raise NotFound("No such report")
        return self.reports[report_id]

    async def document(self, report_id: str) -> Doc:
        report = (await self.report(report_id)).report
        return self.written.get(report_id) or report.to_doc()

    async def around(
        self, point: GeoPoint, meters: float, limit: int | None = None
    ) -> list[ReportRow]:
        rows = [_seen_from(point, row) for row in self.reports.values()]
        near = [row for row in rows if row.meters is not None and row.meters <= meters]
        return sorted(near, key=lambda row: row.meters or 0.0)[:limit]

    async def spots(self, point: GeoPoint, meters: float) -> list[Spot]:
        return [
            Spot(row.report.id, row.report.point, row.state)
            for row in await self.around(point, meters)
            if row.report.point
        ]

    async def count(self) -> int:
        return len(self.reports)

    async def drafts(self) -> list[Draft]:
        return list(self.kept_drafts.values())

    async def conflict(self, report_id: str) -> Conflict | None:
        return self.disputes.get(report_id)

    async def conflicts(self) -> list[str]:
        return list(self.disputes)

    async def gone(self) -> list[EarlierVersion]:
        return self.lost

    async def services(self) -> Services:
        return self.city

    async def deeds(self, since: datetime) -> Deeds:
        return self.done

    async def updates(self, report_id: str) -> list[Update]:
        return sorted(self.said.get(report_id, []), key=lambda update: update.reported_at)

    async def versions(self, report_id: str) -> list[EarlierVersion]:
        return self.put_away.get(report_id, [])


def _seen_from(near: GeoPoint | None, row: ReportRow) -> ReportRow:
    point = row.report.point
    if near is None or point is None:
        return row
    return replace(row, meters=distance.meters(near, point), bearing=distance.bearing(near, point))
