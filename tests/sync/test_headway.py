"""A feed without an end is not read for ever; one that has nothing new is read to its end."""

from typing import Any

import pytest

from civictui.domain.errors import GatewayError
from civictui.domain.ports import Change, Changes
from civictui.sync.checkpoint import Checkpoint
from civictui.sync.headway import IDLE_PAGES, Headway
from civictui.sync.replicator import Replicator
from tests.sync.memory import MemoryEndpoint
from tests.sync.test_replicator import between, ignore, nowhere


class Endless(MemoryEndpoint):
    """Answers each page by a function of `since`; stops the test where nobody else does."""

    def __init__(self, page: Any) -> None:
        super().__init__("endless")
        self._page = page
        self.pages = 0

    async def changes(self, since: Any, **_: Any) -> Changes:
        self.pages += 1
        assert self.pages < 500, "this goes on for ever"
        page: Changes = self._page(int(since))
        return page


def row(seq: int, key: str) -> Change:
    return Change(seq, key, ("1-a",), doc={"_id": key, "_rev": "1-a"})


@pytest.mark.parametrize(
    "page",
    [
        lambda since: Changes([row(since % 2 + 1, "r")], since % 2 + 1, 7),
        lambda since: Changes([row(since + 1, "r")], since + 1, 1),
        lambda since: Changes([row(since + 1, f"r{since % 7}")], since + 1, None),
        lambda since: Changes([Change(since + 1, "r", ("2-absent",))], since + 1, 1),
    ],
    ids=["in circles", "one row for ever", "the same rows again", "what nobody gives"],
)
async def test_a_feed_without_an_end_is_given_up(page: Any) -> None:
    source = Endless(page)
    with pytest.raises(GatewayError, match="no end"):
        await between(source, MemoryEndpoint("b")).run()
    assert source.pages < 2 * IDLE_PAGES


async def test_many_pages_of_what_is_here_already_are_read_to_the_end() -> None:
    source, target = MemoryEndpoint("a"), MemoryEndpoint("b")
    for n in range(3 * IDLE_PAGES):
        source.make(f"r{n}", {})
    await between(source, target).run()
    again = Replicator(source, target, ignore, Checkpoint(source, target, "another", "s", nowhere))
    source.calls.clear()
    again.pace.limit = 1
    again.pace.took = lambda *_: None  # type: ignore[method-assign]  # small pages to the end
    assert await again.run() == 0
    assert source.calls.count("changes") > 2 * IDLE_PAGES


def test_pages_that_repeat_now_and_then_are_forgiven() -> None:
    headway = Headway(0)
    same = Changes([row(1, "r")], 1)
    for _ in range(5):
        for _ in range(IDLE_PAGES):
            headway.wrote(same, 0)
        headway.wrote(same, 1)


async def test_a_feed_that_is_back_where_it_was_is_given_up_at_once() -> None:
    source = Endless(lambda since: Changes([row(since % 2 + 1, f"r{since}")], since % 2 + 1, 7))
    with pytest.raises(GatewayError, match="no end"):
        await between(source, MemoryEndpoint("b")).run()
    assert source.pages == 3
