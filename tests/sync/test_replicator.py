"""One replicator for both ways: nothing twice, nothing lost, whatever is lost on the way."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.domain.errors import AnswerTooLarge, Unreachable
from civictui.domain.model import Doc
from civictui.domain.ports import Changes, WriteFailure
from civictui.domain.revtree import next_revision
from civictui.sync.ancestry import common_sequence, replication_id
from civictui.sync.checkpoint import Checkpoint
from civictui.sync.deletions import HeldBack
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


async def test_living_revisions_go_before_tombstones() -> None:
    source, target = MemoryEndpoint("a"), MemoryEndpoint("b")
    first = source.make("r", {"n": 1})
    for n in (2, 3):
        source.make("r", {"n": n}, first)
    winner, loser = source.trees["r"].leaves()
    grave = next_revision(loser, True, {})
    source._take("r", [grave, *source.trees["r"].ancestry(loser)], {}, deleted=True)
    source.make("r", {"n": 4}, winner)
    sent: list[list[Doc]] = []

    async def bulk_docs(docs: Sequence[Doc]) -> list[WriteFailure]:
        sent.append([*docs])
        return []

    target.bulk_docs = bulk_docs  # type: ignore[method-assign]
    await between(source, target).run()
    assert [doc.get("_deleted", False) for doc in sent[0]] == [False, True]


# --- pages -----------------------------------------------------------------------------------


class Paged(MemoryEndpoint):
    """Notes where it was asked from and for how much; some pages are too large, or break off."""

    def __init__(self, *troubles: Exception) -> None:
        super().__init__("paged")
        self.asked: list[tuple[Any, int]] = []
        self._troubles = list(troubles)

    async def changes(self, since: Any, *, limit: int, **options: Any) -> Changes:
        self.asked.append((since, limit))
        if self._troubles:
            raise self._troubles.pop(0)
        page = await super().changes(since, limit=limit, **options)
        last = int(page.last_seq)
        left = len({key for number, key in enumerate(self.order, 1) if number > last})
        return Changes(page.rows, page.last_seq, left)


async def test_batches_grow_on_a_quick_link_and_each_is_asked_for_once() -> None:
    source, target = Paged(), MemoryEndpoint("b")
    for n in range(400):
        source.make(f"r{n}", {})
    assert await between(source, target).run() == 400
    starts = [since for since, _ in source.asked]
    assert starts == sorted(set(starts))
    assert source.asked[0][1] < source.asked[-1][1]
    assert target.calls.count("bulk_docs") == len(source.asked)


async def test_one_page_is_read_ahead_and_no_more() -> None:
    source, target = Paged(), MemoryEndpoint("b")
    for n in range(400):
        source.make(f"r{n}", {})
    ahead: list[int] = []

    async def count(_: Batch) -> None:
        ahead.append(len(source.asked) - target.calls.count("bulk_docs"))

    await Replicator(source, target, count).run()
    assert max(ahead) <= 1


async def test_a_page_that_is_too_large_is_asked_for_in_smaller_ones() -> None:
    source, target = Paged(AnswerTooLarge("16 MB"), AnswerTooLarge("16 MB")), MemoryEndpoint("b")
    for n in range(9):
        source.make(f"r{n}", {})
    assert await between(source, target).run() == 9
    limits = [limit for _, limit in source.asked[:3]]
    assert limits == sorted(limits, reverse=True)
    assert len(set(limits)) == 3


async def test_a_link_that_breaks_in_large_pages_is_asked_for_small_ones() -> None:
    source, target = Paged(*[Unreachable("broken")] * 3), MemoryEndpoint("b")
    source.make("one", {})
    replicator = between(source, target)
    for _ in range(3):
        with pytest.raises(Unreachable):
            await replicator.run()
    assert await replicator.run() == 1
    assert source.asked[-1][1] < 10


async def test_a_page_that_was_read_already_is_not_asked_for() -> None:
    source, target = Paged(), MemoryEndpoint("b")
    source.make("one", {})
    page = await source.changes(0, limit=10, include_docs=True)
    replicator = between(source, target)
    assert await replicator.run(page) == 1
    assert len(source.asked) == 1
    assert replicator.since == page.last_seq


async def test_what_is_held_back_is_not_written_and_what_came_before_is_recorded() -> None:
    source, target = Paged(), MemoryEndpoint("b")
    for n in range(200):
        source.make(f"r{n}", {})

    async def watch(docs: Sequence[Doc]) -> None:
        if any(doc["_id"] == "r120" for doc in docs):
            raise HeldBack(30, 100)

    log = Checkpoint(source, target, "log", "s", nowhere)
    replicator = Replicator(source, target, ignore, log, watch)
    with pytest.raises(HeldBack):
        await replicator.run()
    assert "r120" not in target.trees
    assert len(target.trees) == replicator.since == target.locals["log"]["source_last_seq"] > 0


async def test_a_server_that_says_nothing_of_what_is_pending_is_read_to_its_end() -> None:
    source, target = MemoryEndpoint("a"), MemoryEndpoint("b")
    for n in range(120):
        source.make(f"r{n}", {})
    assert await between(source, target).run() == 120
    assert source.calls.count("changes") > 1
