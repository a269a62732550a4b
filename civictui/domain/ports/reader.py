"""Questions to an unlocked store."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from civictui.domain.merge import Conflict
from civictui.domain.model import (
    Deeds,
    Doc,
    Draft,
    EarlierVersion,
    GeoPoint,
    Query,
    ReportRow,
    Services,
    Spot,
    Tally,
    Update,
)


class Reader(Protocol):
    """Questions to the store. A cancelled one does no harm."""

    async def find(self, query: Query) -> list[str]:
        """Ids of the reports that fit, in the order asked for."""
        ...

    async def rows(self, ids: Sequence[str], near: GeoPoint | None = None) -> list[ReportRow]:
        """The rows of those `ids` that exist, in their order."""
        ...

    async def report(self, report_id: str) -> ReportRow:
        """One report. Raises NotFound."""
        ...

    async def document(self, report_id: str) -> Doc:
        """The document of a report or an update as it lies in the store, `_id`, `_rev` included."""
        ...

    async def around(
        self, point: GeoPoint, meters: float, limit: int | None = None
    ) -> list[ReportRow]:
        """Reports within `meters` of a point, the nearest first; with `limit` so many of them."""
        ...

    async def spots(self, point: GeoPoint, meters: float) -> list[Spot]:
        """What may lie within `meters` of a point, in no order: cheap also for thousands."""
        ...

    async def count(self) -> int:
        """How many reports there are."""
        ...

    async def tally(self) -> Tally:
        """How many there are of each status, category and state, and how many are new."""
        ...

    async def people(self) -> list[str]:
        """Who reported, or has been assigned, something that is here; the most active first."""
        ...

    async def drafts(self) -> list[Draft]:
        """Unfinished reports and edits, the last saved first."""
        ...

    async def conflict(self, report_id: str) -> Conflict | None:
        """What a person has to settle about this document, one pair of versions at a time."""
        ...

    async def conflicts(self) -> list[str]:
        """Ids of all documents about which something is to be settled."""
        ...

    async def versions(self, report_id: str) -> list[EarlierVersion]:
        """What lost or was replaced here in the last 90 days, the latest first."""
        ...

    async def gone(self) -> list[EarlierVersion]:
        """The last words of each report that was withdrawn or deleted, the latest first."""
        ...

    async def updates(self, report_id: str) -> list[Update]:
        """Remarks on this report and changes of its status, the earliest first."""
        ...

    async def services(self) -> Services:
        """The city's categories with their questions, retired ones too."""
        ...

    async def deeds(self, since: datetime) -> Deeds:
        """What the user of the store did from then on, by the times in the documents."""
        ...
