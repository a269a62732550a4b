"""Logs on both sides: where to go on, who has forgotten, and that they stay small."""

from typing import Any

import pytest

from civictui.codec import encode
from civictui.couchdb.log_count import LogLost
from civictui.domain.errors import Unreachable
from civictui.domain.model import Doc
from civictui.sync import checkpoint
from civictui.sync.ancestry import HISTORY, common_sequence, replication_id
from civictui.sync.checkpoint import SOURCE_DOCUMENTS, Checkpoint
from tests.sync.memory import MemoryEndpoint

STAMP: Doc = {"generation": 0, "sequence": 1, "tag": ""}


@pytest.fixture
def sides() -> tuple[MemoryEndpoint, MemoryEndpoint]:
    return MemoryEndpoint("remote"), MemoryEndpoint("local")


def opened(
    sides: tuple[MemoryEndpoint, MemoryEndpoint], session: str, stamp: Doc = STAMP
) -> Checkpoint:
    async def standing() -> Doc:
        return stamp

    return Checkpoint(*sides, "log", session, standing, now_text=lambda: "2026-11-23T08:00:00.000Z")


async def test_what_was_concluded_is_where_to_go_on(
    sides: tuple[MemoryEndpoint, MemoryEndpoint],
) -> None:
    first = opened(sides, "s1")
    assert await first.read() == 0
    await first.write("5-x")
    await first.conclude()
    second = opened(sides, "s2")
    assert await second.read() == "5-x"
    assert not second.forgotten


async def test_the_far_side_is_told_now_and_then_and_at_the_end(
    sides: tuple[MemoryEndpoint, MemoryEndpoint],
) -> None:
    log = opened(sides, "s1")
    await log.read()
    for sequence in range(1, 6):
        await log.write(sequence)
    assert sides[0].calls.count("put_local") == 1
    assert sides[1].locals["log"]["source_last_seq"] == 5
    await log.conclude()
    await log.conclude()
    assert sides[0].locals["log"]["source_last_seq"] == 5
    assert sides[0].calls.count("put_local") == 2
    log.entry.docs_read += SOURCE_DOCUMENTS
    await log.write(6)
    assert sides[0].locals["log"]["source_last_seq"] == 6


async def test_a_side_that_only_lags_has_not_forgotten(
    sides: tuple[MemoryEndpoint, MemoryEndpoint],
) -> None:
    """Whoever was killed before it told the other how far it had come."""
    for session in ("s1", "s2", "s3"):
        log = opened(sides, session)
        last = await log.read()
        assert not log.forgotten
        assert last == {"s1": 0, "s2": 1, "s3": 3}[session]
        await log.write(int(last) + 1)
        if session == "s2":
            await log.write(3)
            await log.conclude()
            await log.write(9)


async def test_a_side_put_back_to_just_before_what_it_was_told_has_forgotten(
    sides: tuple[MemoryEndpoint, MemoryEndpoint],
) -> None:
    """The end of one session is in its log, that of the next is not any more."""
    backup: dict[str, Any] = {}
    for session in ("s1", "s2"):
        backup = dict(sides[0].locals)
        log = opened(sides, session)
        await log.write(int(await log.read()) + 1)
        await log.conclude()
    sides[0].locals = backup
    log = opened(sides, "s3")
    assert await log.read() == 1
    assert log.forgotten


async def test_a_side_that_was_replaced_or_put_back_has_forgotten(
    sides: tuple[MemoryEndpoint, MemoryEndpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "SOURCE_SECONDS", 0.0)
    backup: dict[str, Any] = {}
    for session in ("s1", "s2", "s3"):
        log = opened(sides, session)
        await log.write(int(await log.read()) + 1)
        await log.write(int(await opened(sides, "x").read()) + 1)
        if session == "s1":
            backup = dict(sides[0].locals)
    restored, empty = MemoryEndpoint("remote"), MemoryEndpoint("remote")
    restored.locals = backup
    for source, since in ((restored, 2), (empty, 0)):
        log = opened((source, sides[1]), "later")
        assert await log.read() == since
        assert log.forgotten


@pytest.mark.parametrize(
    ("stamp", "behind"),
    [
        ({"generation": 0, "sequence": 8, "tag": "a"}, False),
        ({"generation": 0, "sequence": 9, "tag": "b"}, False),
        ({"generation": 0, "sequence": 8, "tag": "other"}, True),
        ({"generation": 0, "sequence": 7, "tag": "a"}, True),
        ({"generation": 1, "sequence": 1, "tag": "c"}, False),
    ],
)
async def test_an_older_copy_of_this_store_is_noticed(
    sides: tuple[MemoryEndpoint, MemoryEndpoint], stamp: Doc, behind: bool
) -> None:
    log = opened(sides, "s1", {"generation": 0, "sequence": 8, "tag": "a"})
    await log.read()
    await log.write(1)
    later = opened(sides, "s2", stamp)
    await later.read()
    assert later.rolled_back is behind


@pytest.mark.parametrize(
    "store",
    [
        {"sequence": 5, "generation": "x"},
        {"sequence": 5, "generation": None},
        {"sequence": "x", "generation": 0},
        {"sequence": 10**40, "generation": 10**40, "tag": []},
        [5],
    ],
)
async def test_a_stamp_that_is_none_stops_nothing(
    sides: tuple[MemoryEndpoint, MemoryEndpoint], store: Any
) -> None:
    sides[0].locals["log"] = {"session_id": "x", "source_last_seq": 1, "store": store}
    log = opened(sides, "s1")
    assert await log.read() == 0


@pytest.mark.parametrize("session", [[1], {}, None, 5])
async def test_a_session_without_a_name_is_no_common_one(
    sides: tuple[MemoryEndpoint, MemoryEndpoint], session: Any
) -> None:
    entry = {"session_id": session, "recorded_seq": 5}
    foreign = {"session_id": session, "source_last_seq": 5, "history": [entry, "x", 7]}
    sides[0].locals["log"] = sides[1].locals["log"] = foreign
    log = opened(sides, "s1")
    assert await log.read() == 0
    await log.write(1)
    assert [e["session_id"] for e in sides[0].locals["log"]["history"]] == ["s1"]


# --- while a session runs ----------------------------------------------------------------------


async def test_what_this_session_told_is_recalled_or_not(
    sides: tuple[MemoryEndpoint, MemoryEndpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "SOURCE_SECONDS", 0.0)
    log = opened(sides, "s1")
    await log.read()
    assert await log.is_recalled()
    await log.write(1)
    earlier = dict(sides[0].locals)
    await log.write(2)
    assert await log.is_recalled()
    sides[0].locals = earlier
    assert not await log.is_recalled()
    sides[0].locals = {}
    assert not await log.is_recalled()
    assert await log.read() == 0
    assert log.forgotten


async def test_what_was_told_counts_though_its_answer_was_lost(
    sides: tuple[MemoryEndpoint, MemoryEndpoint],
) -> None:
    log = opened(sides, "s1")
    await log.read()
    await log.write(1)
    await log.write(2)
    sides[0].fail_at = {len(sides[0].calls) + 1}
    with pytest.raises(Unreachable):
        await log.conclude()
    assert log.told == 1
    assert await log.is_recalled()
    assert log.told == 2


async def test_another_who_writes_the_same_log_has_not_put_it_back(
    sides: tuple[MemoryEndpoint, MemoryEndpoint],
) -> None:
    """A copy of this terminal's folder."""
    log = opened(sides, "s1")
    await log.read()
    await log.write(1)
    copy = opened((sides[0], MemoryEndpoint("copy")), "s2")
    await copy.read()
    await copy.write(2)
    assert await log.is_recalled()


async def test_a_lost_log_that_was_written_over_is_remembered_as_lost(
    sides: tuple[MemoryEndpoint, MemoryEndpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = opened(sides, "s1")
    await log.read()
    await log.write(1)
    await log.write(2)
    put_local = sides[0].put_local

    async def lost(name: str, body: Doc) -> None:
        await put_local(name, body)
        raise LogLost(written=True)

    monkeypatch.setattr(sides[0], "put_local", lost)
    with pytest.raises(LogLost):
        await log.conclude()
    assert not await log.is_recalled()
    for again in (log, opened(sides, "s2")):
        assert await again.read() == 0
        assert again.forgotten


async def test_a_log_says_what_the_protocol_wants_to_know_and_stays_small(
    sides: tuple[MemoryEndpoint, MemoryEndpoint],
) -> None:
    for number in range(20):
        log = opened(sides, f"session {number:08}")
        await log.read()
        log.entry.docs_read = log.entry.docs_written = 1_000
        await log.write(f"{number + 1}-0123abcd")
        await log.conclude()
    kept = sides[0].locals["log"]
    assert len(kept["history"]) == HISTORY
    newest = kept["history"][0]
    assert newest["session_id"] == kept["session_id"] == "session 00000019"
    assert newest["recorded_seq"] == newest["end_last_seq"] == kept["source_last_seq"]
    assert newest["start_last_seq"] == "19-0123abcd"
    assert (newest["docs_read"], newest["docs_written"]) == (1_000, 1_000)
    assert newest["start_time"] == "2026-11-23T08:00:00.000Z"
    assert len(encode(kept)) < 2_000


def test_a_replication_of_some_documents_is_another_one() -> None:
    names = {
        replication_id("a", "b"),
        replication_id("b", "a"),
        replication_id("a", "b", {}),
        replication_id("a", "b", {"status": "open", "area": ["x", 1]}),
        replication_id("a", "b", {"status": "open", "area": ["x", 2]}),
    }
    assert len(names) == 5
    assert replication_id("a", "b", {"x": 1, "y": 2}) == replication_id("a", "b", {"y": 2, "x": 1})


def test_sequences_that_are_none_begin_at_the_beginning() -> None:
    log = {"session_id": "s", "source_last_seq": [5, "x"]}
    assert common_sequence(log, log) == 0
