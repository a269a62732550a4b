"""A thousand reports between a gateway's folder and a table, by the command, killed on its way."""

import asyncio
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from civictui.clock import SystemClock
from civictui.domain.model import Doc
from civictui.domain.revtree import next_revision
from civictui.gateway.backing import EMBEDDED
from civictui.gateway.database.as_endpoint import DatabaseEndpoint
from civictui.gateway.database.opening import open_database
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.viewer import Viewer
from civictui.storage.thread import StoreThread
from tests.sql.postgres import running
from tests.sql.table import does, make_table, rows
from tests.torture.counts import count

REPORTS = count(40, 1000)
KILLS = count(2, 20)
PATIENCE = 120
_MAPPING = """
[database]
url = "{url}"
[table]
name = "work_orders"
key = "id"
document = "civic_id"
[documents]
account = "works"
[columns]
summary = {{ field = "problemDescription", needed = true }}
street = {{ field = "address" }}
state = {{ field = "status", words = {{ NEW = "open", DONE = "fixed" }} }}
crew = {{ field = "crew", flow = "to-city" }}
"""

pytestmark = pytest.mark.torture


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.peers)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/works.db"
        return
    with running() as address:
        yield address


class City:
    """The gateway's folder, opened when no command has it."""

    def __init__(self, path: Path) -> None:
        self.folder = GatewayFolder.open(path, 1_700_000_000)

    async def _with(self, call: Any) -> Any:
        thread = StoreThread("test")
        with self.folder.alone():
            database = open_database(self.folder, thread, EMBEDDED, SystemClock())
            try:
                return await call(DatabaseEndpoint(database, Viewer("asha"), "test"))
            finally:
                thread.close()
                await database.close()

    def write(self, docs: list[Doc]) -> None:
        async def call(city: DatabaseEndpoint) -> None:
            assert await city.bulk_docs(docs) == []

        asyncio.run(self._with(call))

    def documents(self) -> dict[str, Doc]:
        """All winners; no document has another leaf that lives."""

        async def call(city: DatabaseEndpoint) -> dict[str, Doc]:
            page = await city.changes(0, limit=10 * REPORTS, include_docs=True)
            return {row.id: row.doc for row in page.rows if row.doc is not None}

        return dict(asyncio.run(self._with(call)))


def begun(key: str, body: Doc) -> Doc:
    return {**body, "_id": key, "_rev": next_revision(None, False, body)}


def edited(doc: Doc, **fields: Any) -> Doc:
    body = {name: value for name, value in doc.items() if not name.startswith("_")} | fields
    rev = next_revision(doc["_rev"], False, body)
    start, _, digest = rev.partition("-")
    before = doc["_rev"].partition("-")[2]
    ids = [digest, before]
    return {**body, "_id": doc["_id"], "_rev": rev, "_revisions": {"start": int(start), "ids": ids}}


def start(mapping: Path, folder: Path) -> "subprocess.Popen[bytes]":
    words = ["serve", "replicate", str(mapping), "--data-dir", str(folder)]
    command = [sys.executable, "-m", "civictui", *words]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def killed(mapping: Path, folder: Path, works: sa.Engine, more: int) -> bool:
    """Run the command, and kill it when our tables have had `more` steps; False: it was through."""
    goal = steps(works) + more
    with start(mapping, folder) as process:
        end = time.monotonic() + PATIENCE
        while steps(works) < goal and process.poll() is None:
            assert time.monotonic() < end
            time.sleep(0.002)  # it needs the processor more
        if process.poll() is not None:
            assert process.stderr is not None
            assert process.returncode == 0, process.stderr.read()
            return False
        process.send_signal(signal.SIGKILL)
    return True


def steps(works: sa.Engine) -> int:
    with works.connect() as connection:
        if not sa.inspect(connection).has_table("civictui_state"):
            return 0
        chosen = "SELECT value FROM civictui_state WHERE name = 'sequence'"
        return int(connection.execute(sa.text(chosen)).scalar() or 0)


def test_nothing_is_lost_and_nothing_is_there_twice(url: str, tmp_path: Path) -> None:
    dice = random.Random(8)
    city, works = City(tmp_path / "gateway"), make_table(url)
    mapping = tmp_path / "works.toml"
    mapping.write_text(_MAPPING.format(url=url))
    half = REPORTS // 2
    labels = [f"{side} {i}" for side in ("report", "row") for i in range(half)]
    body = {"type": "report", "reportedBy": "asha", "status": "open"}
    docs = [begun(f"r{i:04}", {**body, "problemDescription": f"report {i}"}) for i in range(half)]
    city.write(docs)
    with works.begin() as connection:
        new = sa.text("INSERT INTO work_orders (summary, state) VALUES (:label, 'NEW')")
        connection.execute(new, [{"label": label} for label in labels[half:]])

    kills = sum(
        killed(mapping, city.folder.path, works, dice.randrange(1, max(2, REPORTS // KILLS)))
        for _ in range(KILLS)
    )
    # while nobody is at it both sides change, also the same reports
    city.write([edited(doc, address="1 George St") for doc in docs[::2]])
    does(works, "UPDATE work_orders SET crew = 'red', state = 'DONE' WHERE id % 3 = 0")
    kills += sum(
        killed(mapping, city.folder.path, works, dice.randrange(1, max(2, REPORTS // KILLS)))
        for _ in range(KILLS // 2)
    )
    assert not killed(mapping, city.folder.path, works, 100 * REPORTS)  # one that is let be
    assert kills > KILLS // 2
    found, known = rows(works), city.documents()
    reports = {key: doc for key, doc in known.items() if doc["type"] == "report"}
    updates = [doc for doc in known.values() if doc["type"] == "update"]
    assert Counter(row["summary"] for row in found) == Counter(labels)
    assert Counter(doc["problemDescription"] for doc in reports.values()) == Counter(labels)
    assert {row["civic_id"] for row in found} == reports.keys()
    for row in found:
        doc = reports[row["civic_id"]]
        assert (row["street"], row["crew"]) == (doc.get("address"), doc.get("crew"))
    assert sum(row["street"] == "1 George St" for row in found) == len(docs[::2])
    done = {row["civic_id"] for row in found if row["state"] == "DONE"}
    at_once = {key for key, doc in reports.items() if doc["status"] == "fixed"}
    assert Counter(doc["report"] for doc in updates) == Counter(done - at_once)
    works.dispose()
    name = url.partition(":")[0]
    print(f"\n{name}: {REPORTS} reports, {kills} kills, 0 lost, 0 twice")
