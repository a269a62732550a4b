"""The rows of the list: which reports, in which order, and how each of them stands."""

from collections import Counter
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
    Spot,
    Tally,
    is_update,
)
from civictui.domain.ports import Geography
from civictui.storage.category_names import CategoryNames
from civictui.storage.documents import Documents
from civictui.storage.news import News
from civictui.storage.outbox import OutboxTable
from civictui.storage.report_index import ReportIndex
from civictui.storage.report_search import Choice, commonest, counted
from civictui.storage.sending import Sending
from civictui.storage.service_index import ServiceIndex
from civictui.storage.update_index import UpdateIndex


class Listing:
    def __init__(
        self,
        indexes: tuple[ReportIndex, UpdateIndex, ServiceIndex],
        documents: Documents,
        outbox: OutboxTable,
        sending: Sending,
        news: News,
        geography: Geography,
    ) -> None:
        self._index, self._updates, self._services = indexes
        self._documents = documents
        self._outbox = outbox
        self._sending = sending
        self._news = news
        self._geography = geography
        self._category_names = CategoryNames()

    def find(self, query: Query, user: str = "") -> list[str]:
        """`user` is for whom news are new."""
        found = self._index.find(query, self._choice(query, user))
        return found if query.limit is None else found[: query.limit]

    def tally(self, user: str = "") -> Tally:
        columns, names, news = self._index.columns, self._names(), self._news.of(user)
        words, categories = columns.status_words.all, columns.category_words.all
        statuses = counted(columns, columns.statuses).items()
        kinds = counted(columns, columns.categories).items()
        states = self._states(self._sending.rejected())
        return Tally(
            statuses=commonest((words[number], count) for number, count in statuses),
            categories=commonest((names.key(categories[number]), n) for number, n in kinds),
            states=Counter(state for key, state in states.items() if key in self._index),
            news=sum(key in self._index for key in news),
            total=len(self._index),
        )

    def people(self) -> list[str]:
        """See `Reader.people`."""
        columns = self._index.columns
        counts = counted(columns, columns.reporters) + counted(columns, columns.assignees)
        names = columns.people.all
        return list(commonest((names[who], n) for who, n in counts.items() if names[who]))

    def rows(
        self, ids: Sequence[str], near: GeoPoint | None = None, user: str = ""
    ) -> list[ReportRow]:
        refused = self._sending.rejected()
        states, news = self._states(refused), self._news.of(user)
        found = ((key, self._documents.get(key)) for key in ids if key in self._index)
        return [
            replace(
                self._row(key, doc, states, near),
                reason=refused.get(key, ""),
                is_new=key in news,
            )
            for key, doc in found
            if doc is not None
        ]

    def report(self, key: str, user: str = "") -> ReportRow:
        rows = self.rows([key], user=user)
        if not rows:
            raise NotFound(f"There is no report {key} on this terminal", "See civictui list.")
        return rows[0]

    def document(self, key: str) -> Doc:
        doc = self._documents.get(key)
        if doc is None or not (key in self._index or is_update(doc)):
            raise NotFound(f"There is no report {key} on this terminal", "See civictui list.")
        return doc

    def around(
        self, point: GeoPoint, meters: float, limit: int | None = None, user: str = ""
    ) -> list[ReportRow]:
        distance = self._geography.meters
        found = ((distance(point, place), key) for key, place in self._index.around(point, meters))
        near = sorted((far, key) for far, key in found if far <= meters)
        return self.rows([key for _, key in near[:limit]], point, user)

    def spots(self, point: GeoPoint, meters: float) -> list[Spot]:
        """What lies in a box about the circle; documents are not looked at."""
        states = self._states(self._sending.rejected())
        found = self._index.around(point, meters)
        return [Spot(key, place, states.get(key, RowState.SENT)) for key, place in found]

    def _choice(self, query: Query, user: str) -> Choice:
        """What of a query the columns do not know."""
        among = set(self._news.of(user)) if query.news else None
        but: list[str] = []
        if query.states:
            states = self._states(self._sending.rejected()).items()
            if RowState.SENT in query.states:
                but = [key for key, state in states if state not in query.states]
            else:
                stand = {key for key, state in states if state in query.states}
                among = stand if among is None else among & stand
        return Choice(self._names(), among, but)

    def _names(self) -> CategoryNames:
        """Of the categories as they are defined now."""
        services = self._services.read(self._documents.get)
        if services is not self._category_names.services:
            self._category_names = CategoryNames(services)
        return self._category_names

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
        report = self._in_force(Report.from_doc(doc))
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

    def _in_force(self, report: Report) -> Report:
        """With the status and the assignee that its updates make of them."""
        status, assignee = self._updates.in_force(report.id)
        if not status and assignee is None:
            return report
        who = report.assignee if assignee is None else assignee
        return replace(report, status=status or report.status, assignee=who)
