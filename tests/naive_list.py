"""What a list holds, asked row by row: how `Query` is meant, without any index."""

from collections import Counter
from collections.abc import Iterable

from civictui.domain.model import GeoPoint, Query, ReportRow, RowState, Services, Sort, Tally
from civictui.domain.model.filters import status_place, status_word
from civictui.domain.ports import Geography
from civictui.domain.text import folded, one_line


def found_naively(
    rows: Iterable[ReportRow], query: Query, geography: Geography, services: Services
) -> list[str]:
    """The ids that fit, in the order asked for."""
    fitting = [row for row in rows if _fits(row, query, geography, services)]
    fitting.sort(key=_age, reverse=True)
    if query.sort is Sort.STATUS:
        fitting.sort(key=lambda row: status_place(status_word(row.report.status)))
    if query.sort is Sort.NEAREST and query.near is not None:
        near = query.near
        fitting.sort(key=lambda row: _meters(row, near, geography))
    return [row.report.id for row in fitting][: query.limit]


def tallied_naively(rows: Iterable[ReportRow], services: Services) -> Tally:
    every = list(rows)
    statuses = Counter(status_word(row.report.status) for row in every)
    categories = Counter(_category(row.report.category, services) for row in every)
    states = Counter(row.state for row in every)
    del states[RowState.SENT]
    news = sum(row.is_new for row in every)
    return Tally(
        statuses=statuses, categories=categories, states=states, news=news, total=len(every)
    )


def _fits(row: ReportRow, query: Query, geography: Geography, services: Services) -> bool:
    report = row.report
    within = (
        query.near is None
        or not query.within
        or _meters(row, query.near, geography) <= query.within
    )
    return all(
        (
            _holds(row, query.text, services),
            not query.statuses or status_word(report.status) in query.statuses,
            not query.category
            or _category(report.category, services) == _category(query.category, services),
            query.reporter in {"", report.reported_by},
            query.assigned in {"", report.assignee},
            not query.states or row.state in query.states,
            row.is_new or not query.news,
            within,
        )
    )


def _holds(row: ReportRow, words: str, services: Services) -> bool:
    report = row.report
    service = services.called(report.category)
    fields = (
        report.description, report.address, report.category, report.id, report.reported_by,
        service.name if service else "",
    )  # fmt: skip
    text = folded("\n".join(fields))
    return all(word in text for word in folded(words).split())


def _category(text: str, services: Services) -> str:
    service = services.called(text)
    return service.code if service else folded(one_line(text))


def _age(row: ReportRow) -> tuple[float, str]:
    time = row.report.time
    return time.timestamp() if time else 0.0, row.report.id


def _meters(row: ReportRow, near: GeoPoint, geography: Geography) -> float:
    point = row.report.point
    return float("inf") if point is None else geography.meters(near, point)
