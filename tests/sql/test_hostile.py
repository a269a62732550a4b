"""Documents of strangers and rows of odd systems: what cannot be exchanged stops nothing else."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from civictui.sql.mapping import TableMapping
from tests.sql import postgres
from tests.sql.table import does, make_table, mapping_for, replicate, report, rows, winners
from tests.sync.memory import MemoryEndpoint

STRINGS = Path(__file__).parent.parent / "data" / "text" / "blns" / "blns.json"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def address(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('works')}/works.db"
        return
    with postgres.running() as url:
        yield url


@pytest.fixture
def works(address: str) -> Iterator[sa.Engine]:
    engine = make_table(address)
    yield engine
    with engine.begin() as connection:
        for name in sa.inspect(connection).get_table_names():
            connection.execute(sa.text(f"DROP TABLE {name}"))
    engine.dispose()


@pytest.fixture
def mapping(address: str, works: sa.Engine) -> TableMapping:
    return mapping_for(address)


HOSTILE: dict[str, tuple[str, dict[str, Any]]] = {
    "NUL in the id": ("r\0x", report("a")),
    "NUL in the text": ("r1", report("a\0b")),
    "a long id": ("r" * 3_000, report("a")),
    "an odd id": ("⚡/../%2e%2e\u202e'; DROP TABLE work_orders; --", report("a")),
    "a number for a text": ("r2", report("a", address=7e300)),
    "a list for a text": ("r3", report("a", address=["x"])),
    "a huge number": ("r4", report("a", cost=2**63)),
    "an odd place": ("r5", report("a", geoLocation={"type": "Point", "coordinates": [1e999, "x"]})),
    "an odd time": ("r6", report("a", reportedDateTime="9999-99-99T00:00:00Z")),
    "a time at the end": ("r7", report("a", reportedDateTime="9999-12-31T23:59:59-12:00")),
    "no text": ("r8", {"type": "report", "reportedBy": "asha"}),
    "too long a text": ("r9", report("x" * 5_000)),
    "an update of a number": ("u1", {"type": "update", "report": 7, "status": "fixed"}),
    "an update of NUL": ("u2", {"type": "update", "report": "a\0b", "status": "fixed"}),
    "an update of a long id": ("u3", {"type": "update", "report": "y" * 3_000, "status": "fixed"}),
    "an update of odd words": ("u4", {"type": "update", "report": "good", "status": ["x"]}),
    "a type of its own": ("t1", {"type": {"x": 1}}),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_one_bad_document_stops_no_other(
    works: sa.Engine, mapping: TableMapping, name: str
) -> None:
    city = MemoryEndpoint("city")
    city.make("before", report("Lamp out"))
    key, body = HOSTILE[name]
    city.make(key, body)
    city.make("good", report("Bench broken"))
    does(works, "INSERT INTO work_orders (summary) VALUES ('Of the works')")
    for _ in range(2):
        done = await replicate(mapping, city)
        texts = [row["summary"] for row in rows(works)]
        assert {"Lamp out", "Bench broken", "Of the works"} <= set(texts)
        assert len(texts) <= 4
        assert all(len(problem) <= 300 for problem in done.problems.values())
    assert "Of the works" in {doc.get("problemDescription") for doc in winners(city).values()}
    assert city.bodies[key, city.trees[key].winner()] == body


async def test_a_revision_of_any_length(works: sa.Engine, mapping: TableMapping) -> None:
    city = MemoryEndpoint("city")
    rev = "1-" + "a" * 2_000
    body = {**report("Lamp out"), "_id": "r1", "_rev": rev}
    await city.bulk_docs([{**body, "_revisions": {"start": 1, "ids": [rev[2:]]}}])
    city.make("good", report("Bench broken"))
    await replicate(mapping, city)
    assert "Bench broken" in {row["summary"] for row in rows(works)}


async def test_naughty_strings_both_ways(works: sa.Engine, mapping: TableMapping) -> None:
    city, strings = MemoryEndpoint("city"), json.loads(STRINGS.read_text(encoding="utf-8"))
    wanted = [text for text in strings if text and len(text) <= 400 and "\0" not in text]
    for number, text in enumerate(wanted):
        city.make(f"r{number}", report("-", address=text))
    with works.begin() as connection:
        for text in wanted:
            insert = "INSERT INTO work_orders (summary, street) VALUES ('row', :text)"
            connection.execute(sa.text(insert), {"text": text})
    done = await replicate(mapping, city)
    assert done.problems == {}
    assert sorted(row["street"] for row in rows(works)) == sorted(wanted * 2)
    assert sorted(doc["address"] for doc in winners(city).values()) == sorted(wanted * 2)
