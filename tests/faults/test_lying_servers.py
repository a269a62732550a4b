"""Whatever a server says, nothing unsent is called sent, and the loop goes on by itself."""

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from civictui.codec import encode
from civictui.couchdb.answers import (
    read_changes,
    read_documents,
    read_failures,
    read_info,
    read_missing,
)
from civictui.domain.errors import GatewayError
from civictui.domain.model import Query, RowState, SyncPhase
from civictui.domain.revtree import parse
from civictui.service import new_draft
from tests.faults.hostile import Between
from tests.site import PASSWORD, Site, Terminal, Watch, all_sent
from tests.sync.test_loop import submitted

STRANGE: list[Any] = [None, [], {}, "x", 5, [5], {"results": None}, {"results": [5]}, {"ok": True}]


@pytest.mark.parametrize("found", STRANGE)
def test_no_strange_answer_is_read(found: Any) -> None:
    with pytest.raises(GatewayError):
        read_info(found)
    for read in (read_changes, read_documents):
        with pytest.raises(GatewayError):
            read(encode(found))
    if found != []:
        with pytest.raises(GatewayError):
            read_failures(found, {"r"})
    if found != {}:
        with pytest.raises(GatewayError):
            read_missing(found)


@pytest.mark.parametrize(
    "row",
    [
        {"seq": 1, "id": [], "changes": []},
        {"seq": None, "id": "r", "changes": []},
        {"seq": 1, "id": "r", "changes": [{"rev": {}}]},
        {"seq": 1, "id": "r", "changes": [{"rev": "1-a"}], "doc": "text"},
        {"seq": 1, "id": "r", "changes": [{"rev": "1-a"}], "doc": {"_rev": "1-a"}},
    ],
)
def test_no_strange_row_is_read(row: Any) -> None:
    with pytest.raises(GatewayError):
        read_changes(encode({"results": [row], "last_seq": 1}))


def test_a_failure_of_something_else_is_no_answer() -> None:
    with pytest.raises(GatewayError):
        read_failures([{"error": "forbidden", "reason": "x"}], {"r"})


@pytest.mark.parametrize(
    "lie", [(200, {}), (200, []), (200, {"ok": True}), (200, b"<html>"), (200, [{"error": "x"}]),
            (302, {}),
            (404, b""), (500, {}), (204, b"")]
)  # fmt: skip
async def test_an_acknowledgement_must_look_like_one(
    one: Terminal, between: Between, lie: tuple[int, Any]
) -> None:
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    await watch.until_phase(one, SyncPhase.IDLE)
    between.rule = lambda method, path: lie if path.endswith("_bulk_docs") else None
    report = await submitted(one, "Said to be stored")
    await watch.until(lambda: one.service.sync_state().reason != "")
    assert (await one.store.state.unsent()).reports == 1
    assert (await one.service.reader.report(report)).state is not RowState.SENT
    between.rule = lambda method, path: None
    await watch.until(lambda: all_sent(one))


@pytest.mark.parametrize("lie", [(200, {}), (200, []), (200, {"results": None}), (200, b"<html>")])
async def test_the_loop_outlives_every_answer(
    one: Terminal, between: Between, lie: tuple[int, Any]
) -> None:
    watch = Watch(one)
    between.rule = lambda method, path: lie if "/db/" in path else None
    await one.service.sign_in("demo", PASSWORD)
    await watch.until(lambda: one.service.sync_state().reason != "")
    assert one.service.sync_state().proved_at is None
    report = await submitted(one, "Kept")
    between.rule = lambda method, path: None
    await watch.until(lambda: all_sent(one))
    assert (await one.service.reader.report(report)).state is RowState.SENT
    await one.service.lock()


@pytest.mark.parametrize("lie", [(302, b""), (403, b"no"), (200, {}), (502, b"<html>"), (511, b"")])
async def test_a_page_in_place_of_the_gateway_does_not_lock_anybody_out(
    one: Terminal, between: Between, lie: tuple[int, Any]
) -> None:
    await one.service.sign_in("demo", PASSWORD)
    await one.service.lock()
    between.rule = lambda method, path: lie
    signed = await one.service.sign_in("demo", PASSWORD)
    assert not signed.online


async def test_a_child_of_what_waits_does_not_take_it_away(one: Terminal, between: Between) -> None:
    """A hostile feed: a tombstone on top of a revision that the server refuses to store."""
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    await watch.until_phase(one, SyncPhase.IDLE)
    between.rule = lambda method, path: (503, {})
    report = await one.service.submit(new_draft(one.clock, description="Waits"))
    rev = (await one.service.reader.document(report))["_rev"]
    await one.store.endpoint.bulk_docs(
        [
            {
                "_id": report,
                "_rev": "2-ff",
                "_deleted": True,
                "_revisions": {"start": 2, "ids": ["ff", parse(rev)[1]]},
            }
        ]
    )
    assert (await one.store.state.unsent()).reports == 1
    assert (await one.service.reader.report(report)).report.description == "Waits"
    (kept,) = await one.store.marked.bulk_get([(report, rev)])
    assert kept["problemDescription"] == "Waits"


async def test_a_gateway_put_back_from_a_backup_gets_everything_again(
    site: Site, one: Terminal, tmp_path: Path
) -> None:
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    await watch.until_phase(one, SyncPhase.IDLE)
    await submitted(one, "Before the backup")
    await watch.until(lambda: all_sent(one))
    await one.service.lock()
    await asyncio.to_thread(site.stop)
    shutil.copytree(site.folder, tmp_path / "backup")
    await asyncio.to_thread(site.start)
    await one.service.sign_in("demo", PASSWORD)
    report = await submitted(one, "After the backup", photo=True)
    await watch.until(lambda: all_sent(one))
    await watch.until_phase(one, SyncPhase.IDLE)
    await one.service.lock()
    await asyncio.to_thread(site.stop)
    shutil.rmtree(site.folder)
    (tmp_path / "backup").rename(site.folder)
    await asyncio.to_thread(site.start)

    await one.service.sign_in("demo", PASSWORD)
    await watch.until(lambda: all_sent(one))
    await watch.until_phase(one, SyncPhase.IDLE)
    two = Terminal(tmp_path / "two", site.origin)
    second = Watch(two)
    await two.service.sign_in("asha", PASSWORD)
    await second.until(lambda: _has(two, report))
    photo = (await two.service.reader.report(report)).report.photos[0]
    await second.until(lambda: _picture(two, photo.thumbnail))
    await two.service.lock()


async def _has(terminal: Terminal, report: str) -> bool:
    return report in await terminal.service.reader.find(Query())


async def _picture(terminal: Terminal, key: str) -> bool:
    return await terminal.service.picture(key) is not None


async def test_a_proxys_404_parks_no_photo(one: Terminal, between: Between) -> None:
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    await watch.until_phase(one, SyncPhase.IDLE)
    between.rule = lambda m, path: (404, b"<html>") if path.endswith("/v1/uploads") else None
    first = await submitted(one, "One", photo=True)
    second = await submitted(one, "Two, the same photo", photo=True)
    await watch.until(lambda: one.service.sync_state().reason != "")
    for report in (first, second):
        assert (await one.service.reader.report(report)).state is RowState.QUEUED
    between.rule = lambda method, path: None
    await watch.until(lambda: all_sent(one))


async def test_what_the_server_could_not_take_is_tried_again_by_itself(
    one: Terminal, between: Between
) -> None:
    """One document failed for a reason that passes: nobody has to press a key for it."""
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    await watch.until_phase(one, SyncPhase.IDLE)
    draft = new_draft(one.clock, description="Taken later")
    fault = {"id": draft.id, "error": "internal_server_error", "reason": "busy"}
    between.rule = lambda m, path: (201, [fault]) if path.endswith("_bulk_docs") else None
    await one.service.submit(draft)
    await watch.until(lambda: "not taken everything" in one.service.sync_state().reason)
    assert (await one.service.reader.report(draft.id)).state is RowState.QUEUED
    between.rule = lambda method, path: None
    await watch.until(lambda: all_sent(one))


async def test_a_backlog_goes_up_in_pieces(one: Terminal, between: Between) -> None:
    watch = Watch(one)
    await one.service.sign_in("demo", PASSWORD)
    await watch.until_phase(one, SyncPhase.IDLE)
    between.rule = lambda method, path: (503, {})
    for number in range(60):
        await submitted(one, f"{number} " + "\U0001f6a7" * 15_000)
    between.seen.clear()
    between.rule = lambda method, path: None
    one.service.sync_now()
    await watch.until(lambda: all_sent(one))
    assert sum("_bulk_docs" in line for line in between.seen) >= 4
