"""A works-order system's table as the tests have it, a city in memory, and rounds between them."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from civictui.commands.replicating import Done, one_round
from civictui.sql.endpoint import SqlEndpoint
from civictui.sql.mapping import TableMapping
from civictui.sql.mapping_file import mapping_of
from tests.sync.memory import MemoryEndpoint

COLUMNS: dict[str, Any] = {
    "summary": {"field": "problemDescription", "needed": True},
    "street": {"field": "address"},
    "state": {"field": "status", "words": {"NEW": "open", "WAIT": "open", "DONE": "fixed"}},
    "lon": {"kind": "longitude"},
    "lat": {"kind": "latitude"},
    "reported": {"field": "reportedDateTime", "kind": "time"},
    "crew": {"field": "crew", "flow": "to-city"},
}

CREATE = """
CREATE TABLE work_orders (
  id {serial} PRIMARY KEY,
  civic_id VARCHAR(64) UNIQUE,
  summary VARCHAR(400) NOT NULL CHECK (summary <> 'not here'),
  street TEXT, state VARCHAR(10), lon FLOAT, lat FLOAT, reported {time}, crew TEXT,
  cost NUMERIC(10, 2) DEFAULT 7.5
)
"""


def mapping_for(url: str, **parts: Any) -> TableMapping:
    """The mapping of the table above; `parts` change tables of the file."""
    said: dict[str, Any] = {
        "database": {"url": url},
        "table": {"name": "work_orders", "key": "id", "document": "civic_id"},
        "documents": {"account": "works", "constants": {"category": "lamp"}},
        "columns": COLUMNS,
        "deletes": {"to-table": "delete", "most": 1000},
    }
    return mapping_of({**said, **parts}, Path())


def make_table(url: str) -> sa.Engine:
    """The table, in a database at `url`; the engine is the other system's."""
    engine = sa.create_engine(url)
    postgres = url.startswith("postgresql")
    serial = "SERIAL" if postgres else "INTEGER"
    time = "TIMESTAMPTZ" if postgres else "DATETIME"
    with engine.begin() as connection:
        connection.execute(sa.text(CREATE.format(serial=serial, time=time)))
    return engine


def does(engine: sa.Engine, statement: str, **words: Any) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text(statement), words)


def rows(engine: sa.Engine) -> list[dict[str, Any]]:
    with engine.begin() as connection:
        found = connection.execute(sa.text("SELECT * FROM work_orders ORDER BY id"))
        return [dict(row) for row in found.mappings()]


def report(text: str, **fields: Any) -> dict[str, Any]:
    return {"type": "report", "reportedBy": "asha", "problemDescription": text, **fields}


async def replicate(mapping: TableMapping, city: MemoryEndpoint, **options: Any) -> Done:
    """One round with an endpoint of its own, as a command makes one."""
    table = SqlEndpoint.open(mapping)
    try:
        return await one_round(table, city, **options)
    finally:
        await table.close()


def winners(city: MemoryEndpoint) -> dict[str, dict[str, Any]]:
    """The living documents of the city by their ids."""
    return {
        key: city.bodies[key, tree.winner()]
        for key, tree in city.trees.items()
        if not tree.is_deleted(tree.winner())
    }
