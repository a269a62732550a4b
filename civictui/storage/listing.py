"""The rows of the list: which reports, in which order, and how each of them stands."""

from collections import Counter
from collections.abc import Sequence
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
from civictui.storage.report_index import ReportIndex
from civictui.storage.report_search import Choice, commonest, counted
from civictui.storage.row_states import RowStates, Standing
from civictui.storage.service_index import ServiceIndex
from civictui.storage.update_index import UpdateIndex


class Listing:
    def __init__(
        self,
        indexes: tuple[ReportIndex, UpdateIndex, ServiceIndex],
        documents: Documents,
        states: RowStates,
        news: News,
        geography: Geography,
    ) -> None:
        self._index, self._updates, self._services = indexes
        self._documents = documents
        self._states = states
        self._news = news
        self._geography = geography
        self._category_names = CategoryNames()

    def find(self, query: Query, user: str = "") -> list[str]:
        """`user` is for whom news are new."""
        return self._index.find(query, self._choice(query, user))

    def tally(self, user: str = "") -> Tally:
        columns, names, news = self._index.columns, self._names(), self._news.of(user)
        words, categories = columns.status_words.all, columns.category_words.all
        statuses = counted(columns, columns.statuses).items()
        kinds = counted(columns, columns.categories).items()
        standing, here = self._states.now(), self._index
        states = Counter(state for key, state in standing.waits.items() if key in here)
        if disputed := sum(key in here for key in standing.in_conflict):
            states[RowState.CONFLICT] = disputed
        return Tally(
            statuses=commonest((words[number], count) for number, count in statuses),
            categories=commonest((names.key(categories[number]), n) for number, n in kinds),
            states=states,
            news=self._index.count(news),
            total=len(self._index),
            place=self._documents.update_sequence,
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
        standing, news = self._states.now(), self._news.of(user)
        found = ((key, self._documents.get(key)) for key in ids if key in self._index)
        return [
            replace(
                self._row(key, doc, standing, near),
                reason=standing.reasons.get(key, ""),
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
        standing, found = self._states.now(), self._index.around(point, meters)
        return [Spot(key, place, standing.of(key)) for key, place in found]

    def _choice(self, query: Query, user: str) -> Choice:
        """What of a query the columns do not know."""
        among = set(self._news.of(user)) if query.news else None
        but: set[str] = set()
        if query.states:
            standing = self._states.now()
            stand = standing.among(query.states)
            if RowState.SENT in query.states:
                but = standing.among(set(RowState)) - stand
            else:
                among = stand if among is None else among & stand
        return Choice(self._names(), among, but)

    def _names(self) -> CategoryNames:
        """Of the categories as they are defined now."""
        services = self._services.read(self._documents.get)
        if services is not self._category_names.services:
            self._category_names = CategoryNames(services)
        return self._category_names

    def _row(self, key: str, doc: Doc, standing: Standing, near: GeoPoint | None) -> ReportRow:
        report = self._in_force(Report.from_doc(doc))
        state = standing.of(key)
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
