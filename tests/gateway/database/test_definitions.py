"""Definitions through the port of a database: what differs is written, and nothing else."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from civictui.domain.model import Doc
from civictui.domain.revtree import next_revision
from civictui.gateway.backing import EMBEDDED
from civictui.gateway.database.definitions import publish
from civictui.gateway.database.opening import open_database
from civictui.gateway.database.port import Database
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.services_file import AUTHOR
from civictui.gateway.viewer import ADMIN, SUPERVISOR, Viewer
from civictui.storage.thread import StoreThread
from tests.city_services import defined, documents
from tests.conftest import MovableClock


@pytest.fixture
async def database(folder: GatewayFolder, clock: MovableClock) -> AsyncIterator[Database]:
    thread = StoreThread("test")
    opened = open_database(folder, thread, EMBEDDED, clock)
    yield opened
    await opened.close()
    thread.close()


def lamp(**members: object) -> Doc:
    return defined("lamp", reportedBy=AUTHOR, **members)


async def stored(database: Database, key: str = "service:lamp") -> Doc:
    (doc,) = await database.bulk_get([(key, None)])
    assert doc is not None
    return doc


async def test_writing_the_file_again_makes_no_revision(database: Database) -> None:
    first = await publish(database, documents(), AUTHOR)
    assert first.written == [doc["_id"] for doc in documents()]
    assert not first.refused
    before = await database.info()
    again = await publish(database, documents(), AUTHOR)
    assert (again.written, again.retired, again.refused) == ([], [], [])
    assert again.unchanged == first.written
    assert await database.info() == before


async def test_a_changed_definition_is_the_next_revision(database: Database) -> None:
    await publish(database, [lamp()], AUTHOR)
    done = await publish(database, [lamp(group="Streets")], AUTHOR)
    assert done.written == ["service:lamp"]
    doc = await stored(database)
    assert doc["group"] == "Streets"
    assert doc["_rev"].startswith("2-")
    assert len(await database.leaves("service:lamp")) == 1


async def test_what_is_no_longer_in_the_file_is_retired_and_may_come_back(
    database: Database,
) -> None:
    await publish(database, [lamp(), defined("tree", reportedBy=AUTHOR)], AUTHOR)
    assert (await publish(database, [lamp()], AUTHOR)).retired == ["service:tree"]
    assert (await stored(database, "service:tree"))["retired"] is True
    assert (await publish(database, [lamp()], AUTHOR)).retired == []
    back = await publish(database, [lamp(), defined("tree", reportedBy=AUTHOR)], AUTHOR)
    assert back.written == ["service:tree"]
    assert "retired" not in await stored(database, "service:tree")


async def test_a_definition_that_another_administrator_began_stays_his(
    database: Database,
) -> None:
    body = {**defined("lamp"), "reportedBy": "chief"}
    own = {name: value for name, value in body.items() if name != "_id"}
    doc = {**body, "_rev": next_revision(None, False, own)}
    assert not await database.bulk_docs([doc], Viewer("chief", frozenset({ADMIN})))
    done = await publish(database, [lamp(group="Streets")], AUTHOR)
    assert (done.written, done.refused) == (["service:lamp"], [])
    assert (await stored(database))["reportedBy"] == "chief"


async def test_two_versions_become_one(database: Database) -> None:
    await publish(database, [lamp()], AUTHOR)
    doc = await stored(database)
    for digest in ("a", "b"):
        revisions = {"start": 2, "ids": [digest, doc["_rev"].partition("-")[2]]}
        other: dict[str, Any] = {**doc, "_rev": f"2-{digest}", "_revisions": revisions}
        await database.bulk_docs([other], Viewer(AUTHOR, frozenset({ADMIN})))
    assert len(await database.leaves("service:lamp")) == 2
    await publish(database, [lamp(group="Streets")], AUTHOR)
    living = [rev for rev, deleted in await database.leaves("service:lamp") if not deleted]
    assert living == [(await stored(database))["_rev"]]
    assert (await stored(database))["group"] == "Streets"


@pytest.mark.parametrize("kind", ["note", "report", None])
async def test_what_was_squatted_is_put_right(database: Database, kind: str | None) -> None:
    """By an administrator of an earlier version, say; two leaves of it, and one was deleted."""
    squatter = Viewer("asha", frozenset({ADMIN}))
    body = {"reportedBy": "asha", **({"type": kind} if kind else {})}
    first = next_revision(None, False, body)
    for digest in ("a", "b"):
        revisions = {"start": 2, "ids": [digest, first.partition("-")[2]]}
        doc = {**body, "_id": "service:lamp", "_rev": f"2-{digest}", "_revisions": revisions}
        assert not await database.bulk_docs([doc], squatter)
    done = await publish(database, [lamp()], AUTHOR)
    assert (done.written, done.refused) == (["service:lamp"], [])
    doc = await stored(database)
    assert (doc["type"], doc["reportedBy"]) == ("service", AUTHOR)
    assert [deleted for _, deleted in await database.leaves("service:lamp")].count(False) == 1
    assert (await publish(database, [lamp()], AUTHOR)).unchanged == ["service:lamp"]


async def test_a_name_of_a_definition_is_nobody_elses(database: Database) -> None:
    body = {"type": "note", "reportedBy": "asha"}
    doc = {**body, "_id": "service:lamp", "_rev": next_revision(None, False, body)}
    gone = {"_id": "service:lamp", "_rev": "1-b", "_deleted": True}
    for roles in (frozenset[str](), frozenset({SUPERVISOR})):
        refused = await database.bulk_docs([doc, gone], Viewer("asha", roles))
        assert [failure.error for failure in refused] == ["forbidden", "forbidden"]
    assert (await publish(database, [lamp()], AUTHOR)).refused == []


async def test_an_administrator_puts_it_right_in_his_own_name_alone(database: Database) -> None:
    body = {"type": "note", "reportedBy": "asha"}
    first = {**body, "_id": "service:lamp", "_rev": next_revision(None, False, body)}
    await database.bulk_docs([first], Viewer("asha", frozenset({ADMIN})))
    for author, codes in (("ravi", ["forbidden"]), ("chief", [])):
        said = {**defined("lamp"), "reportedBy": author}
        revisions = {"start": 2, "ids": [author, first["_rev"].partition("-")[2]]}
        doc = {**said, "_rev": f"2-{author}", "_revisions": revisions}
        refused = await database.bulk_docs([doc], Viewer("chief", frozenset({ADMIN})))
        assert [failure.error for failure in refused] == codes
    assert (await stored(database))["reportedBy"] == "chief"
