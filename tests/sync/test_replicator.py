"""One replicator for both ways: nothing twice, nothing lost, whatever is lost on the way."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.domain.errors import Unreachable
from civictui.domain.model import Doc
from civictui.sync.checkpoint import Checkpoint, common_sequence, replication_id
from civictui.sync.replicator import Batch, Replicator
from tests.sync.memory import MemoryEndpoint


async def ignore(_: Batch) -> None:
    pass


async def nowhere() -> Doc:
    """Where a store stands that nobody puts back."""
    return {"generation": 0, "sequence": 1, "tag": ""}


def between(source: MemoryEndpoint, target: MemoryEndpoint, session: str = "s") -> Replicator:
    name = replication_id(source.identity, target.identity)
    return Replicator(source, target, ignore, Checkpoint(source, target, name, session, nowhere))


def state(endpoint: MemoryEndpoint) -> dict[str, list[str]]:
    return {key: tree.leaves() for key, tree in endpoint.trees.items()}


async def test_first_generations_come_with_the_row_and_others_by_bulk_get() -> None:
    source, target = MemoryEndpoint("a"), MemoryEndpoint("b")
    source.make("one", {"n": 1})
    first = source.make("two", {"n": 1})
    source.make("two", {"n": 2}, first)
    assert await between(source, target).run() == 2
    assert state(source) == state(target)
    assert source.calls.count("bulk_get") == 1


async def test_only_first_generations_need_no_bulk_get() -> None:
    source, target = MemoryEndpoint("a"), MemoryEndpoint("b")
    for n in range(30):
        source.make(f"r{n}", {"n": n})
    await between(source, target).run()
    assert "bulk_get" not in source.calls
    assert target.bodies["r7", next(iter(target.trees["r7"].nodes))] == {"n": 7}


async def test_a_second_run_goes_on_at_the_checkpoint() -> None:
    source, target = MemoryEndpoint("a"), MemoryEndpoint("b")
    source.make("one", {})
    replicator = between(source, target)
    await replicator.run()
    source.calls.clear()
    target.calls.clear()
    assert await replicator.run() == 0
    assert source.calls + target.calls == ["changes"]
    assert await between(source, target, "another session").run() == 0


async def test_opaque_sequences_are_only_given_back() -> None:
    source = MemoryEndpoint("a", number=lambda n: f"{n}-g1AAAA{n * 7919}" if n else 0)
    target = MemoryEndpoint("b")
    for n in range(5):
        source.make(f"r{n}", {})
    await between(source, target).run()
    source.make("late", {})
    assert await between(source, target, "t").run() == 1


async def test_a_replaced_server_is_noticed_and_everything_goes_again() -> None:
    source, target = MemoryEndpoint("a"), MemoryEndpoint("b")
    source.make("one", {})
    await between(source, target, "s1").run()
    restored = MemoryEndpoint("b")
    assert await between(source, restored, "s2").run() == 1
    assert state(restored) == state(source)


async def test_what_the_target_refuses_is_told_and_the_rest_goes() -> None:
    source, target = MemoryEndpoint("a"), MemoryEndpoint("b")
    good, bad = source.make("good", {}), source.make("bad", {})
    target.refuse["bad"] = "not yours"
    told: list[Batch] = []

    async def keep(batch: Batch) -> None:
        told.append(batch)

    await Replicator(source, target, keep).run()
    (batch,) = told
    assert batch.written == [("good", good)]
    assert [(f.id, f.rev, f.reason) for f in batch.failures] == [("bad", bad, "not yours")]


@given(st.lists(st.sets(st.integers(1, 12)), min_size=1, max_size=6), st.integers(1, 6))
async def test_lost_answers_lose_and_double_nothing(losses: list[set[int]], documents: int) -> None:
    source, target = MemoryEndpoint("a"), MemoryEndpoint("b")
    for n in range(documents):
        first = source.make(f"r{n}", {"n": n})
        source.make(f"r{n}", {"n": n, "edited": True}, first)
        source.make(f"r{n}", {"n": n, "conflict": True}, first)
    for number, lost in enumerate(losses):
        target.fail_at = {len(target.calls) + call for call in lost}
        source.fail_at = {len(source.calls) + call for call in lost}
        try:
            await between(source, target, f"s{number}").run()
        except Unreachable:
            continue
    source.fail_at = target.fail_at = set()
    await between(source, target, "last").run()
    assert state(source) == state(target)
    assert len(target.bodies) == 2 * documents


@pytest.mark.parametrize(
    ("one", "other", "sequence"),
    [
        (None, None, 0),
        ({"session_id": "s", "source_last_seq": 5}, None, 0),
        ({"session_id": "s", "source_last_seq": 5}, {"session_id": "s", "source_last_seq": 5}, 5),
        (
            {"session_id": "t", "history": [{"session_id": "t", "recorded_seq": "9-x"},
                                            {"session_id": "s", "recorded_seq": "4-x"}]},
            {"session_id": "s", "history": [{"session_id": "s", "recorded_seq": "7-x"}]},
            "4-x",
        ),
        ({"session_id": "a", "history": "junk"}, {"session_id": "b", "history": [5]}, 0),
        ({"session_id": "a", "history": [{}]}, {"history": [{"session_id": "c"}]}, 0),
    ],
)  # fmt: skip
def test_common_ancestry(one: Any, other: Any, sequence: Any) -> None:
    assert common_sequence(one, other) == sequence
