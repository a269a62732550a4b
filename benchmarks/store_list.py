"""What a person waits for with 50,000 reports open: a page of the list, a report, saving one.

The filters are asked for whole, all ids in their order, as the list asks. Saving is all of it: the
report in the log and its second copy, both durable.
"""

from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from _measure import medians
from _real import COUNT, identity, reports
from _stores import PAGE, opened, pulled

from civictui.domain.model import Draft, GeoPoint, Query, Report, RowState, Sort, Update
from civictui.storage.store import StoreTables

HERE = GeoPoint(40.7308, -73.9973)
"""Washington Square, among the reports of New York."""
SAVES, LISTS = 100, 30
ACTS = 5_000
"""So many reports have an update that changes something."""
MOST, MOST_SEARCHED = 20, 40
"""Milliseconds that any filter may take, and one with the commonest words there are."""
OPEN = frozenset({"open"})
FILTERS = {
    "all": Query(),
    "status": Query(statuses=OPEN),
    "category": Query(category="Street Light"),
    "reporter": Query(reporter="zwn"),
    "assigned": Query(assigned="asha"),
    "unsent": Query(states=frozenset({RowState.QUEUED})),
    "news": Query(news=True),
    "within 2 km": Query(near=HERE, within=2_000),
    "by status": Query(sort=Sort.STATUS),
    "nearest": Query(near=HERE, sort=Sort.NEAREST),
    "one letter": Query(text="s"),
    "two common words": Query(text="st zwn"),
    "all of it": Query(
        text="st", statuses=OPEN, reporter="zwn", near=HERE, within=1e7, sort=Sort.NEAREST
    ),
}


def page(tables: StoreTables, query: Query) -> None:
    """The first page of the list."""
    assert len(tables.rows(tables.find(query)[:PAGE], query.near)) == PAGE


def acted(tables: StoreTables) -> None:
    """Updates of others, as a pull brings them."""
    updates = (
        Update(id=f"u{i}", report=identity(i), reported_by="demo", status="closed", assignee="asha")
        for i in range(ACTS)
    )
    assert not tables.take_in([{**update.to_doc(), "_rev": "1-a"} for update in updates])


def filtered(tables: StoreTables) -> None:
    asked = [partial(tables.find, query, "asha") for query in FILTERS.values()]
    taken = medians(*asked, partial(tables.tally, "asha"), tables.people, turns=LISTS)
    for name, seconds in zip((*FILTERS, "tally", "people"), taken, strict=True):
        most = MOST_SEARCHED if name in FILTERS and FILTERS[name].text else MOST
        print(f"  {name}: {seconds * 1000:.1f} ms (at most {most})")


def main() -> None:
    with TemporaryDirectory() as name:
        pulled(Path(name) / "store", reports())
        tables = opened(Path(name) / "store")
        tables.seen("asha")
        acted(tables)
        bodies = islice((body for _, body in reports()), SAVES)
        new = (
            Report.from_doc({"_id": identity(COUNT + i), **body}) for i, body in enumerate(bodies)
        )
        newest, one = medians(
            partial(page, tables, Query()), partial(tables.report, identity(0)), turns=LISTS
        )
        nearest, around = medians(
            partial(page, tables, Query(near=HERE, sort=Sort.NEAREST)),
            partial(tables.around, HERE, 200),
            turns=3,
        )
        save, draft = medians(
            lambda: tables.submit(next(new), ""),
            lambda: tables.save_draft(Draft(id="draft", description="Street light out")),
            turns=SAVES,
        )
        print(f"all of {COUNT:,} reports, filtered and sorted:")
        filtered(tables)
        tables.close()
    print(f"list {COUNT:,} reports, first page: {newest * 1000:.1f} ms; one: {one * 1000:.2f}")
    print(f"  the nearest first: {nearest * 1000:.0f} ms; all within 200 m {around * 1000:.0f}")
    print(f"  save a report {save * 1000:.2f} ms, a draft {draft * 1000:.2f}, both durable")


if __name__ == "__main__":
    main()
