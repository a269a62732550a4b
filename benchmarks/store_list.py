"""What a person waits for with 50,000 reports open: a page of the list, a report, saving one.

Saving is all of it: the report in the log and its second copy, both durable.
"""

from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from _measure import medians
from _real import COUNT, identity, reports
from _stores import PAGE, opened, pulled

from civictui.domain.model import Draft, GeoPoint, Query, Report
from civictui.storage.store import StoreTables

HERE = GeoPoint(40.7308, -73.9973)
"""Washington Square, among the reports of New York."""
SAVES, LISTS = 100, 30


def page(tables: StoreTables, query: Query) -> None:
    """The first page of the list."""
    assert len(tables.rows(tables.find(query)[:PAGE], query.near)) == PAGE


def main() -> None:
    with TemporaryDirectory() as name:
        pulled(Path(name) / "store", reports())
        tables = opened(Path(name) / "store")
        bodies = islice((body for _, body in reports()), SAVES)
        new = (
            Report.from_doc({"_id": identity(COUNT + i), **body}) for i, body in enumerate(bodies)
        )
        newest, one = medians(
            partial(page, tables, Query()), partial(tables.report, identity(0)), turns=LISTS
        )
        nearest, around = medians(
            partial(page, tables, Query(near=HERE)), partial(tables.around, HERE, 200), turns=3
        )
        save, draft = medians(
            lambda: tables.submit(next(new), ""),
            lambda: tables.save_draft(Draft(id="draft", description="Street light out")),
            turns=SAVES,
        )
        tables.close()
    print(f"list {COUNT:,} reports, first page: {newest * 1000:.1f} ms; one: {one * 1000:.2f}")
    print(f"  the nearest first: {nearest * 1000:.0f} ms; all within 200 m {around * 1000:.0f}")
    print(f"  save a report {save * 1000:.2f} ms, a draft {draft * 1000:.2f}, both durable")


if __name__ == "__main__":
    main()
