"""What the list finds, counts and shows equals what a look at every document gives."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from civictui.domain.model import (
    Doc,
    GeoPoint,
    Query,
    Report,
    ReportRow,
    RowState,
    Service,
    Services,
    Sort,
    Update,
    is_report,
    is_update,
)
from civictui.domain.ports import WriteFailure
from civictui.geo import distance
from civictui.storage.in_force import NEVER
from civictui.storage.store import StoreTables
from tests.naive_list import found_naively, tallied_naively
from tests.storage.stores import Flat, acknowledge_all, new_store

KEY = bytes(range(32))
WAITS = [RowState.SENT, RowState.QUEUED, RowState.NEEDS_YOU]
USER = "asha"
PLACES = [GeoPoint(0, 0), GeoPoint(0.01, 0), GeoPoint(47.4, 8.5), GeoPoint(-33, 179.99), None]
IDS = "abcd"
"""Of reports, at first; later anything may be anything."""
TIMES = st.sampled_from(["2026-05-04T12:00:00Z", "2026-05-04T14:00:00+02:00", "2026-06-01", "late"])
STATUSES = st.sampled_from(["", "open", "Open ", "CLOSED", "In progress", "fixed", "ﬁxed", 5])
USERS = st.sampled_from(["", USER, "demo", None, 3])
CATEGORIES = st.sampled_from(["", "lamp", "LAMP", "Street  light", "street light", "pot", "x"])
TEXTS = st.sampled_from(["", "Lamp out", "light", "A pothole\nhere", "Straße"])


def fields(**required: Any) -> st.SearchStrategy[Doc]:
    optional = {"reportedDateTime": TIMES, "status": STATUSES, "assignee": USERS}
    return st.fixed_dictionaries(required, optional=optional)


REPORTS = st.tuples(
    fields(type=st.just("report"), problemDescription=TEXTS, category=CATEGORIES, reportedBy=USERS),
    st.sampled_from(PLACES),
).map(
    lambda pair: {**pair[0], **({"geoLocation": pair[1].to_geojson()} if pair[1] else {})}
)  # fmt: skip
UPDATES = fields(type=st.just("update"), report=st.sampled_from(IDS), reportedBy=USERS)
SERVICES = st.fixed_dictionaries(
    {"type": st.just("service"), "service_code": st.sampled_from(["lamp", "pot", "hole"])},
    optional={"service_name": st.sampled_from(["Street light", "Pothole", "x"])},
)
ANSWERS = st.sampled_from(["sent", "sent", "marked", "refused"])


def written(keys: str, bodies: st.SearchStrategy[Doc | None]) -> st.SearchStrategy[Any]:
    return st.tuples(st.sampled_from(keys), bodies, ANSWERS)


NOON, NOON_ELSEWHERE = "2026-05-04T12:00:00Z", "2026-05-04T14:00:00+02:00"


def begun(key: str, category: str, **more: Any) -> tuple[str, Doc, str]:
    body = {"type": "report", "problemDescription": "x", "category": category, **more}
    return key, {"reportedDateTime": NOON, **body}, "sent"


def acted(key: str, report: str, at: str, **more: Any) -> tuple[str, Doc, str]:
    body = {"type": "update", "report": report, "reportedDateTime": at, **more}
    return key, body, "marked" if report == "b" else "sent"


BEGINNING: list[tuple[str, Doc | None, str]] = [
    begun("b", "Street  light", reportedBy=USER, status="fixed"),
    begun("c", "LAMP", assignee="demo"),
    begun("a", "lamp", assignee=USER),
    begun("d", "Hole"),
    ("y", {"type": "service", "service_code": "lamp", "service_name": "Street light"}, "sent"),
    ("z", {"type": "service", "service_code": "hole", "service_name": "Pothole"}, "sent"),
    ("s", {"type": "service", "service_code": "LAMP", "service_name": "Lamps"}, "sent"),
    acted("v", "a", NOON, status="In progress", assignee="demo"),
    acted("w", "a", NOON_ELSEWHERE, status="CLOSED", assignee=""),
    acted("u", "a", NOON, status="open", assignee="demo"),
    acted("t", "b", "late", status="closed", assignee="demo"),
]
"""What drawn histories seldom bring about: equal times of which neither the first nor the last
counts, nobody after somebody, categories by code and by name, an update that waits alone."""
STEPS = st.lists(
    st.one_of(
        written(IDS, REPORTS),
        written("uvw", UPDATES),
        written("uvw", UPDATES),
        written("yz", SERVICES),
        written(f"{IDS}uvwyz", st.one_of(st.none(), REPORTS, UPDATES, SERVICES)),
    ),
    max_size=20,
)
QUERIES = st.builds(
    Query,
    text=st.sampled_from(["", "", "light", "out LAMP", "asha", "strasse", "pothole", "c"]),
    near=st.sampled_from(PLACES),
    within=st.sampled_from([0.0, 500.0, 5_000.0, 1e7]),
    limit=st.sampled_from([None, None, 2]),
    statuses=st.frozensets(st.sampled_from(["open", "closed", "in progress", "fixed", "no"])),
    category=st.sampled_from(["", "", "lamp", "Street light", "pothole", "X", "no"]),
    reporter=st.sampled_from(["", "", USER, "no"]),
    assigned=st.sampled_from(["", "", USER, "demo"]),
    states=st.one_of(st.just(frozenset()), st.frozensets(st.sampled_from(RowState), min_size=1)),
    sort=st.sampled_from(Sort),
)


class Model:
    """All that was written, as plain documents."""

    def __init__(self) -> None:
        self.docs: dict[str, Doc] = {}
        self.states: dict[str, RowState] = {}

    @property
    def services(self) -> Services:
        docs = [doc for _, doc in sorted(self.docs.items()) if doc["type"] == "service"]
        return Services.of(found for doc in docs if (found := Service.from_doc(doc)))

    def rows(self) -> Iterator[ReportRow]:
        for key, doc in self.docs.items():
            if is_report(doc):
                yield ReportRow(self._in_force(Report.from_doc(doc)), self._state(key))

    def _state(self, report: str) -> RowState:
        """What waits the longest of a report and of its updates."""
        about = [
            key for key, doc in self.docs.items() if is_update(doc) and doc["report"] == report
        ]
        return max((self.states[key] for key in (report, *about)), key=WAITS.index)

    def _in_force(self, report: Report) -> Report:
        docs = (doc for doc in self.docs.values() if is_update(doc))
        said = [Update.from_doc(doc) for doc in docs if doc["report"] == report.id]
        for update in sorted(said, key=when):
            report = replace(report, status=update.status or report.status)
            if update.assignee is not None:
                report = replace(report, assignee=update.assignee)
        return report


def when(update: Update) -> tuple[float, str]:
    return update.time.timestamp() if update.time else NEVER, update.id


def take(store: StoreTables, model: Model, step: tuple[str, Doc | None, str]) -> None:
    """Write the next version of a document, or its end; then the server answers, or does not."""
    key, body, answer = step
    stored = store.documents.stored(key)
    parent = stored.tree.winner() if stored else None
    if body is None and not (stored and stored.living):
        return
    rev = store.documents.write(key, body or {}, parent, deleted=body is None)
    if answer == "sent" or body is None:
        store.acknowledge([(key, rev)])
        model.states[key] = RowState.SENT
    elif answer == "refused":
        store.reject([WriteFailure(key, rev, "forbidden", "not yours")])
    model.docs.pop(key, None)
    if body is not None:
        model.docs[key] = {"_id": key, **body}
        waits = bool(store.documents.marked().get(key))
        refused = key in store.rejected()
        states = (RowState.NEEDS_YOU if refused else RowState.QUEUED) if waits or refused else None
        model.states[key] = states or RowState.SENT


SINGLE = [
    *(Query(text=text) for text in ("light", "pothole", "strasse")),
    *(Query(statuses=frozenset({word})) for word in ("open", "closed", "in progress", "fixed")),
    *(
        Query(category=word)
        for word in ("lamp", "street light", "pot", "Pothole", "x", "hole", "LAMP")
    ),
    *(Query(assigned=user) for user in (USER, "demo")),
    *(Query(states=frozenset({state})) for state in RowState),
    *(Query(sort=sort, near=PLACES[0]) for sort in Sort),
    Query(reporter=USER),
]
"""Each thing that can be asked for, by itself: two at once leave little of four reports."""


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS, STEPS, st.lists(QUERIES))
@example([], [("t", None, "sent"), ("u", None, "sent"), ("w", None, "sent")], [])
@example([("a", None, "sent")], [begun("a", "pot", assignee="demo")], [])
def test_queries_find_what_a_look_at_every_document_finds(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[tuple[str, Doc | None, str]],
    after: list[tuple[str, Doc | None, str]],
    queries: list[Query],
) -> None:
    """Some of it before the store is opened again, which reads it by another way."""
    folder, model = tmp_path_factory.mktemp("query") / "store", Model()
    store = new_store(folder, bytearray(KEY))
    for step in [*BEGINNING, *before]:
        take(store, model, step)
    check(store, model, queries)
    store.find(Query(near=PLACES[0], sort=Sort.NEAREST))  # what is computed once grows later
    store.close()
    store = StoreTables(folder, bytearray(KEY), b"store".ljust(16), Flat())
    check(store, model, queries)
    for step in after:
        take(store, model, step)
    check(store, model, queries)
    store.close()


def check(store: StoreTables, model: Model, queries: list[Query]) -> None:
    rows = list(model.rows())
    for query in [*SINGLE, *queries]:
        assert store.find(query) == found_naively(rows, query, distance, model.services)
    shown = {row.report.id: (row.report, row.state) for row in store.rows([*f"{IDS}stuvwyz"])}
    assert shown == {row.report.id: (row.report, row.state) for row in rows}
    assert store.tally() == tallied_naively(rows, model.services)


def test_the_commonest_come_first(tmp_path: Path) -> None:
    store = new_store(tmp_path / "tally")
    for number in range(7):
        status, who = ("closed", "demo") if number % 3 else ("open", USER)
        store.submit(
            Report(id=f"{number}", description="x", reported_by=who, status=status, category="c"),
            "",
        )
    acknowledge_all(store)
    store.submit(Update(id="u", report="1", assignee="zoe"), "")
    tally = store.tally()
    assert list(tally.statuses.items()) == [("closed", 4), ("open", 3)]
    assert (tally.categories, tally.total, tally.news) == ({"c": 7}, 7, 0)
    assert store.people() == ["demo", USER, "zoe"]
    store.close()
