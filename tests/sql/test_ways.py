"""The ways that a mapping offers beside the usual one, and rounds that come together or go back."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from civictui.domain.errors import UsageError
from civictui.sql.endpoint import SqlEndpoint
from tests.sql import postgres
from tests.sql.table import (
    COLUMNS,
    does,
    make_table,
    mapping_for,
    replicate,
    report,
    rows,
    winners,
)
from tests.sync.memory import MemoryEndpoint

NEW = "INSERT INTO work_orders (summary, state) VALUES (:summary, 'NEW')"
BY_DOCUMENT = """
CREATE TABLE orders (id VARCHAR(64) PRIMARY KEY, summary VARCHAR(400), state VARCHAR(10),
                     gone VARCHAR(3))
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/works.db"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres.running() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, url: str) -> Iterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield url
        return
    address: str = request.getfixturevalue("server")
    yield address
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        for name in sa.inspect(connection).get_table_names():
            connection.execute(sa.text(f"DROP TABLE {name}"))
    engine.dispose()


async def test_the_document_gives_the_key_and_a_column_says_that_it_is_gone(either: str) -> None:
    works = sa.create_engine(either)
    does(works, BY_DOCUMENT)
    columns = {name: COLUMNS[name] for name in ("summary", "state")}
    mapping = mapping_for(
        either,
        table={"name": "orders", "key": "id", "new-keys": "document"},
        columns=columns,
        deletes={"to-table": "set", "column": "gone", "value": "yes", "most": 5},
    )
    city = MemoryEndpoint("city")
    first = city.make("r1", report("Lamp out"))
    await replicate(mapping, city)
    does(works, "INSERT INTO orders (id, summary, state) VALUES ('own-7', 'Bench', 'DONE')")
    done = await replicate(mapping, city)
    assert done.problems == {}
    with works.begin() as connection:
        found = dict(connection.execute(sa.text("SELECT id, summary FROM orders")).tuples().all())
    assert found == {"r1": "Lamp out", "own-7": "Bench"}
    said = {"_deleted": True, "withdrawnBy": "asha"}
    gone = {"_id": "r1", "_rev": "2-b", "_revisions": {"start": 2, "ids": ["b", first[2:]]}}
    await city.bulk_docs([{**gone, **said}])
    for _ in range(2):
        await replicate(mapping, city)
        with works.begin() as connection:
            marks = connection.execute(sa.text("SELECT id, gone FROM orders")).tuples().all()
        assert dict(marks) == {"r1": "yes", "own-7": None}
    works.dispose()


async def test_two_at_once_wait_for_each_other(either: str) -> None:
    works = make_table(either)
    mapping, city = mapping_for(either), MemoryEndpoint("city")
    for number in range(30):
        city.make(f"r{number}", report(f"city {number}"))
        does(works, NEW, summary=f"works {number}")
    await asyncio.gather(*(replicate(mapping, city) for _ in range(3)))
    await replicate(mapping, city)
    wanted = sorted(f"{side} {number}" for side in ("city", "works") for number in range(30))
    assert sorted(row["summary"] for row in rows(works)) == wanted
    assert sorted(doc["problemDescription"] for doc in winners(city).values()) == wanted
    works.dispose()


async def test_a_database_put_back_from_a_copy_goes_on(url: str, tmp_path: Path) -> None:
    works = make_table(url)
    mapping, city = mapping_for(url), MemoryEndpoint("city")
    city.make("r1", report("Lamp out"))
    does(works, NEW, summary="Bench broken")
    await replicate(mapping, city)
    works.dispose()
    shutil.copy(tmp_path / "works.db", tmp_path / "copy.db")
    city.make("r2", report("Tree down"))
    does(works, NEW, summary="Written after the copy")
    does(works, "UPDATE work_orders SET street = '3 George St' WHERE summary = 'Bench broken'")
    await replicate(mapping, city)
    works.dispose()
    shutil.copy(tmp_path / "copy.db", tmp_path / "works.db")
    does(works, NEW, summary="Written after the restore")
    for _ in range(2):
        done = await replicate(mapping, city)
        assert done.problems == {}
    everything = {
        "Lamp out",
        "Bench broken",
        "Tree down",
        "Written after the copy",
        "Written after the restore",
    }
    found = [(row["summary"], row["street"]) for row in rows(works)]
    assert len(found) == len(everything)
    assert {text for text, _ in found} == everything
    assert dict(found)["Bench broken"] == "3 George St"
    docs = [doc["problemDescription"] for doc in winners(city).values()]
    assert sorted(docs) == sorted(everything)
    works.dispose()


async def test_a_city_put_back_from_a_copy_gets_what_it_lost(url: str) -> None:
    works = make_table(url)
    mapping, city = mapping_for(url), MemoryEndpoint("city")
    await replicate(mapping, city)
    does(works, NEW, summary="Bench broken")
    copy = (dict(city.trees), dict(city.bodies), list(city.order), dict(city.locals))
    await replicate(mapping, city)
    city.trees, city.bodies, city.order, city.locals = copy
    city.make("r9", report("Lamp out"))
    await replicate(mapping, city)
    texts = {doc["problemDescription"] for doc in winners(city).values()}
    assert texts == {"Bench broken", "Lamp out"} == {row["summary"] for row in rows(works)}
    works.dispose()


@pytest.mark.parametrize("either", ["postgresql"], indirect=True)
async def test_the_other_system_holds_a_row(either: str) -> None:
    """It is in the middle of a change: nothing of either side is lost.

    SQLite holds the whole file; there a writer waits at its beginning.
    """
    works = make_table(either)
    mapping, city = mapping_for(either), MemoryEndpoint("city")
    first = city.make("r1", report("Lamp out"))
    await replicate(mapping, city)
    with works.connect() as connection, connection.begin():
        held = "UPDATE work_orders SET street = '3 George St' WHERE civic_id = 'r1'"
        connection.execute(sa.text(held))
        city.make("r1", report("Lamp out, sparks"), first)
        round_ = asyncio.create_task(replicate(mapping, city))
        table = SqlEndpoint.open(mapping)  # another one looks on meanwhile
        assert (await table.info()).update_seq
        await table.close()
    await round_
    await replicate(mapping, city)
    assert [(row["summary"], row["street"]) for row in rows(works)] == [
        ("Lamp out, sparks", "3 George St")
    ]
    assert winners(city)["r1"]["address"] == "3 George St"
    works.dispose()


def test_two_tables_of_a_database_share_nothing(url: str) -> None:
    works = make_table(url)
    does(works, BY_DOCUMENT)
    SqlEndpoint.open(mapping_for(url))
    other = {"name": "orders", "key": "id", "new-keys": "document"}
    columns = {"summary": COLUMNS["summary"]}
    with pytest.raises(UsageError, match="about another table"):
        SqlEndpoint.open(mapping_for(url, table=other, columns=columns))
    apart = {"url": url, "side-tables": "orders_civictui"}
    SqlEndpoint.open(mapping_for(url, table=other, columns=columns, database=apart))
    works.dispose()
