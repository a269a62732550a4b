"""Requests held open: heartbeats where they come, short waits where they are swallowed."""

import asyncio
from typing import Any

import pytest

from civictui.couchdb.endpoint import CouchEndpoint
from civictui.couchdb.holding import HEARTBEAT, Holding
from civictui.domain.errors import Unreachable
from civictui.domain.ports import Change, Changes
from civictui.net import Reply
from civictui.sync.feed import Feed
from tests.sync.memory import MemoryEndpoint
from tests.sync.scripted import Scripted


async def test_a_held_request_asks_for_heartbeats_and_counts_on_them() -> None:
    link = Scripted([(200, {"results": [], "last_seq": 3})])
    await CouchEndpoint(link, "/db", "x").changes(3, limit=10, wait=240)
    (asked,) = link.asked
    assert asked.params["feed"] == "longpoll"
    assert (asked.params["timeout"], asked.params["heartbeat"]) == ("240000", "60000")
    assert asked.silence is not None
    assert HEARTBEAT < asked.silence < 240


async def test_a_short_wait_needs_no_heartbeat() -> None:
    link = Scripted([(200, {"results": [], "last_seq": 3})])
    await CouchEndpoint(link, "/db", "x").changes(3, limit=10, wait=20)
    assert "heartbeat" not in link.asked[0].params


async def test_where_heartbeats_are_swallowed_the_next_waits_are_short() -> None:
    holding = Holding(heartbeat=0.001)
    terms = holding.terms(240)
    with pytest.raises(Unreachable), holding.noting(terms):
        await asyncio.sleep(terms.silence)
        raise Unreachable("No answer in time")
    wary = holding.terms(240)
    assert "heartbeat" not in wary.params
    assert wary.silence > 50
    for _ in range(20):
        with holding.noting(holding.terms(240)):
            pass
    assert "heartbeat" in holding.terms(240).params


async def test_where_quiet_lines_are_ended_the_heartbeats_come_more_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("civictui.couchdb.holding._A_WHILE", 0.0)
    holding = Holding()
    beats = []
    for _ in range(4):
        terms = holding.terms(240)
        beats.append(terms.params["heartbeat"])
        with pytest.raises(Unreachable), holding.noting(terms):
            raise Unreachable("Lost the connection")
    assert beats == ["60000", "30000", "15000", "15000"]
    for _ in range(2):
        with holding.noting(holding.terms(240)):
            pass
    assert holding.terms(240).params["heartbeat"] == "60000"


async def test_a_line_that_breaks_at_once_says_nothing_of_heartbeats() -> None:
    holding = Holding()
    with pytest.raises(Unreachable), holding.noting(holding.terms(240)):
        raise Unreachable("Lost the connection")
    assert holding.terms(240).params["heartbeat"] == "60000"


async def test_a_server_whose_heartbeats_never_end_has_no_news(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Beating:
        async def request(self, method: str, path: str, **options: Any) -> Reply:
            return await asyncio.Future()

    monkeypatch.setattr("civictui.couchdb.holding._GRACE", 0.0)
    found = await CouchEndpoint(Beating(), "/db", "x").changes(3, limit=10, wait=0.01)
    assert found == Changes([], 3)


def test_silence_where_no_heartbeat_was_asked_for_is_no_news() -> None:
    """It is a line that is dead, which shows before the request is given up."""
    terms = Holding().terms(30)
    assert terms.silence < terms.longest


# --- one at a time -----------------------------------------------------------------------------


class Waiting(MemoryEndpoint):
    """Answers a held request when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[asyncio.Future[Changes]] = []
        self.lost = 0

    def lose(self) -> None:
        self.lost += 1

    async def changes(self, since: Any, *, limit: int, wait: float = 0, **_: Any) -> Changes:
        self.answers.append(asyncio.get_running_loop().create_future())
        return await self.answers[-1]


PAGE = Changes([Change(4, "r", ("1-a",))], 4)


async def held(feed: Feed, remote: Waiting) -> asyncio.Future[Changes]:
    feed.hold(3, 50, 240)
    await asyncio.sleep(0)
    return remote.answers[-1]


async def test_what_it_is_answered_is_given_once_and_only_for_where_it_was_asked() -> None:
    remote = Waiting()
    feed = Feed(remote, remote.lose)
    answer = await held(feed, remote)
    assert feed.is_held
    assert feed.take(3) is None
    answer.set_result(PAGE)
    await feed.answered()
    assert feed.take(3) == PAGE
    assert feed.take(3) is None
    (await held(feed, remote)).set_result(PAGE)
    await feed.answered()
    assert feed.take(4) is None


async def test_asking_again_for_the_same_is_not_asking_twice() -> None:
    remote = Waiting()
    feed = Feed(remote, remote.lose)
    await held(feed, remote)
    await held(feed, remote)
    assert len(remote.answers) == 1
    feed.hold(4, 50, 240)
    await asyncio.sleep(0)
    assert remote.answers[0].cancelled()
    assert len(remote.answers) == 2
    await feed.close()
    assert remote.answers[1].cancelled()


async def test_a_line_that_breaks_at_once_is_told() -> None:
    remote = Waiting()
    feed = Feed(remote, remote.lose)
    (await held(feed, remote)).set_exception(Unreachable("Cannot reach"))
    await feed.answered()
    with pytest.raises(Unreachable):
        feed.take(3)
    assert remote.lost == 1


async def test_a_line_that_broke_after_a_while_is_no_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("civictui.sync.feed.A_WHILE", 0.0)
    remote = Waiting()
    feed = Feed(remote, remote.lose)
    (await held(feed, remote)).set_exception(Unreachable("No answer in time"))
    await feed.answered()
    assert feed.take(3) is None
    assert remote.lost == 1


async def test_an_echo_that_does_not_come_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("civictui.sync.feed.ECHO_SECONDS", 0.0)
    remote = Waiting()
    feed = Feed(remote, remote.lose)
    await held(feed, remote)
    assert await feed.echo(3) is None
    assert feed.is_held
    assert remote.lost == 0
    await feed.close()
