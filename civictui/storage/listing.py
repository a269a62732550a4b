"""The rows of the list: which reports, in which order, and how each of them stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from civictui.domain.errors import NotFound
from civictui.domain.model import (
    Doc,
    GeoPoint,
    Query,
    Report,
    ReportRow,
    RowState,
    Sort,
    Spot,
    is_update,
)
from civictui.domain.ports import Geography
from civictui.storage.documents import Documents
from civictui.storage.outbox import OutboxTable
from civictui.storage.report_index import ReportIndex
from civictui.storage.sending import Sending


class Listing:
    def __init__(
        self,
        index: ReportIndex,
        documents: Documents,
        outbox: OutboxTable,
        sending: Sending,
        geography: Geography,
    ) -> None:
        self._index = index
        self._documents = documents
        self._outbox = outbox
        self._sending = sending
        self._geography = geography

    def find(self, query: Query) -> list[str]:
        found = self._index.find(query)
        if query.near is not None and query.sort is Sort.NEAREST:
            near = query.near
            meters = self._geography.meters
            far = {key: meters(near, point) for key, point in self._index.places()}
            found.sort(key=lambda key: far.get(key, float("inf")))
        return found if query.limit is None else found[: query.limit]

    def rows(self, ids: Sequence[str], near: GeoPoint | None = None) -> list[ReportRow]:
        refused = self._sending.rejected()
        states = self._states(refused)
        found = ((key, self._documents.get(key)) for key in ids if key in self._index)
        return [
            replace(self._row(key, doc, states, near), reason=refused.get(key, ""))
            for key, doc in found
            if doc is not None
        ]

    def report(self, key: str) -> ReportRow:
        rows = self.rows([key])
        if not rows:
            raise NotFound(f"There is no report {key} on this terminal", "See civictui list.")
        return rows[0]

    def document(self, key: str) -> Doc:
        doc = self._documents.get(key)
        if doc is None or not (key in self._index or is_update(doc)):
            raise NotFound(f"There is no report {key} on this terminal", "See civictui list.")
        return doc

    def around(self, point: GeoPoint, meters: float, limit: int | None = None) -> list[ReportRow]:
        distance = self._geography.meters
        found = ((distance(point, place), key) for key, place in self._index.around(point, meters))
        near = sorted((far, key) for far, key in found if far <= meters)
        return self.rows([key for _, key in near[:limit]], point)

    def spots(self, point: GeoPoint, meters: float) -> list[Spot]:
        """What lies in a box about the circle; documents are not looked at."""
        states = self._states(self._sending.rejected())
        found = self._index.around(point, meters)
        return [Spot(key, place, states.get(key, RowState.SENT)) for key, place in found]

    def _states(self, refused: Iterable[str]) -> Mapping[str, RowState]:
        """The state of every report that is not simply sent."""
        states = dict.fromkeys(self._documents.conflicted(), RowState.CONFLICT)
        states.update(dict.fromkeys(self._documents.marked(), RowState.QUEUED))
        for job in self._outbox.jobs():
            state = RowState.SENDING if job.location else RowState.QUEUED
            states.update(dict.fromkeys(job.reports, state))
        states.update(dict.fromkeys(refused, RowState.NEEDS_YOU))
        return states

    def _row(
        self, key: str, doc: Doc, states: Mapping[str, RowState], near: GeoPoint | None
    ) -> ReportRow:
        report = Report.from_doc(doc)
        state = states.get(key, RowState.SENT)
        if near is None or report.point is None:
            return ReportRow(report, state)
        geography = self._geography
        return ReportRow(
            report,
            state,
            geography.exact_meters(near, report.point),
            geography.bearing(near, report.point),
        )
