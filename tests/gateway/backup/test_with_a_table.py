"""A table of another system goes on with a gateway that was put back: it brings what is missing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import sqlalchemy as sa

from civictui.clock import SystemClock
from civictui.commands.replicating import Done, one_round
from civictui.gateway.backing import EMBEDDED
from civictui.gateway.database.as_endpoint import DatabaseEndpoint
from civictui.gateway.database.opening import open_database
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.viewer import SUPERVISOR, Viewer
from civictui.sql.endpoint import SqlEndpoint
from civictui.sql.mapping import TableMapping
from civictui.storage.thread import StoreThread
from tests.gateway.backup.conftest import backed_up, put_back
from tests.gateway.backup.test_taking import words_in
from tests.sql.table import does, make_table, mapping_for, rows

_NEW = "INSERT INTO work_orders (summary, state) VALUES (:summary, 'NEW')"


@asynccontextmanager
async def city_of(folder: GatewayFolder) -> AsyncIterator[DatabaseEndpoint]:
    thread = StoreThread("test")
    database = open_database(folder, thread, EMBEDDED, SystemClock())
    yield DatabaseEndpoint(database, Viewer("works", frozenset({SUPERVISOR})), folder.id)
    thread.close()
    await database.close()


async def replicated(folder: GatewayFolder, mapping: TableMapping) -> Done:
    async with city_of(folder) as city:
        table = SqlEndpoint.open(mapping)
        try:
            return await one_round(table, city)
        finally:
            await table.close()


def worked_on(works: sa.Engine, *summaries: str) -> None:
    for summary in summaries:
        does(works, _NEW, summary=summary)


async def test_what_the_city_forgot_comes_back_from_the_table(
    folder: GatewayFolder, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/works.db"
    works, mapping = make_table(url), mapping_for(url)
    worked_on(works, "before")
    await replicated(folder, mapping)
    backed_up(folder, tmp_path / "backup")
    worked_on(works, "after", "and after that")
    assert (await replicated(folder, mapping)).to_city == 2
    put_back(folder, tmp_path / "backup", tmp_path / "new")
    new = GatewayFolder.open(tmp_path / "new", 0)
    assert words_in(new) == {"before"}

    done = await replicated(new, mapping)
    assert (done.to_city, done.problems) == (2, {})
    everything = {"before", "after", "and after that"}
    assert words_in(new) == everything
    assert sorted(row["summary"] for row in rows(works)) == sorted(everything)
    again = await replicated(new, mapping)
    assert (again.to_city, again.to_table) == (0, 0)
    works.dispose()
