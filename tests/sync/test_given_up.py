"""A document that the server has and cannot give: asked for a few times, then left out and told."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from civictui.codec import encode
from civictui.couchdb.endpoint import GET_DOCUMENTS, MOST_REFUSALS, CouchEndpoint
from civictui.couchdb.patience import MOST_LEFT_OUT, TRIES
from civictui.domain.errors import GatewayError, Refused
from civictui.domain.model import Doc, Report
from civictui.net import Reply
from tests.site import Terminal
from tests.sync.test_rounds import Remote, Walk, terminal

__all__ = ["terminal"]

DAMAGED = {"error": "internal_server_error", "reason": "badmatch"}


class Damaged:
    """A server that answers each `_bulk_get` by a function of the ids asked for."""

    def __init__(self, answer: Callable[[list[str]], tuple[int, Any]]) -> None:
        self.answer = answer
        self.requests = 0

    async def request(self, method: str, path: str, **options: Any) -> Reply:
        self.requests += 1
        status, body = self.answer([doc["id"] for doc in options["json"]["docs"]])
        return Reply(status, {}, encode(body))

    async def get(self, count: int, endpoint: CouchEndpoint | None = None) -> list[str]:
        asked = [(f"r{n}", "2-a") for n in range(count)]
        endpoint = endpoint or CouchEndpoint(self, "/reports", "couch")
        return [doc["_id"] for doc in await endpoint.bulk_get(asked)]


def results(keys: list[str], bad: set[str]) -> tuple[int, Any]:
    return 200, {
        "results": [
            {"id": key, "docs": [{"error": DAMAGED} if key in bad else {"ok": body(key)}]}
            for key in keys
        ]
    }


def body(key: str) -> Doc:
    return {"_id": key, "_rev": "2-a", "_revisions": {"start": 2, "ids": ["a", "b"]}}


def refused(keys: list[str], bad: set[str]) -> tuple[int, Any]:
    return (500, DAMAGED) if bad & set(keys) else results(keys, set())


@pytest.mark.parametrize("answer", [results, refused])
async def test_what_fails_thrice_is_left_out(answer: Any) -> None:
    """Whether it spoils its own line of the answer or the whole of it."""
    server = Damaged(lambda keys: answer(keys, {"r7"}))
    endpoint = CouchEndpoint(server, "/reports", "couch")
    for _ in range(TRIES - 1):
        with pytest.raises(GatewayError):
            await server.get(100, endpoint)
    assert await server.get(100, endpoint) == [f"r{n}" for n in range(100) if n != 7]


async def test_an_error_without_a_name_is_of_what_was_not_given() -> None:
    def answer(keys: list[str]) -> tuple[int, Any]:
        given = [{"docs": [{"ok": body(key)}]} for key in keys if key != "r7"]
        return 200, {"results": [*given, {"docs": [{"error": DAMAGED}]}]}

    server = Damaged(answer)
    endpoint = CouchEndpoint(server, "/reports", "couch")
    for _ in range(TRIES - 1):
        with pytest.raises(GatewayError):
            await server.get(10, endpoint)
    assert len(await server.get(10, endpoint)) == 9


async def test_a_server_that_gives_nothing_is_waited_for() -> None:
    """What is left out is not asked for again in this session: that is for a few."""
    server = Damaged(lambda keys: results(keys, set(keys)))
    endpoint = CouchEndpoint(server, "/reports", "couch")
    for _ in range(TRIES + 2):
        with pytest.raises(GatewayError):
            await server.get(MOST_LEFT_OUT + 1, endpoint)
    server = Damaged(lambda keys: (500, DAMAGED))
    with pytest.raises(Refused):
        await server.get(GET_DOCUMENTS * 2)
    assert server.requests <= MOST_REFUSALS + 1


class Unwilling(Remote):
    """A server in memory that does not give `bad`, as an endpoint with patience sees it."""

    def __init__(self, count: int, bad: str) -> None:
        super().__init__(count)
        self.bad = bad
        self.fails = True
        self._tries = 0

    async def bulk_get(self, wanted: Sequence[tuple[str, str]]) -> list[Doc]:
        self._called("bulk_get")
        if not self.fails or self.bad not in dict(wanted):
            return await super().bulk_get(wanted)
        self._tries += 1
        if self._tries < TRIES:
            raise GatewayError("The server could not give all that it has")
        return await super().bulk_get([pair for pair in wanted if pair[0] != self.bad])


def edited(remote: Remote, key: str) -> None:
    first = remote.trees[key].leaves()[0]
    remote.make(key, {"type": "report", "problemDescription": "Edited"}, first)


async def test_the_pull_goes_on_and_the_next_session_asks_again(terminal: Terminal) -> None:
    remote = Unwilling(9, "r004")
    walk = Walk(terminal, remote)
    await walk.round.run()
    edited(remote, "r004")
    remote.make("late", {"type": "report"})
    proved = walk.round.proved_at
    for _ in range(TRIES - 1):
        with pytest.raises(GatewayError):
            await walk.round.run()
        assert walk.round.proved_at == proved
    await walk.round.run()
    assert await terminal.store.reader.count() == 10
    assert await told(terminal) == 1
    asked = remote.calls.count("bulk_get")
    await walk.round.run()
    assert remote.calls.count("bulk_get") == asked

    await Walk(terminal, remote, "later").round.run()
    assert remote.calls.count("bulk_get") > asked
    assert await told(terminal) == 1
    remote.fails = False
    await Walk(terminal, remote, "much later").round.run()
    row = await terminal.store.reader.report("r004")
    assert row.report.description == "Edited"
    asked = remote.calls.count("bulk_get")
    await Walk(terminal, remote, "last").round.run()
    assert remote.calls.count("bulk_get") == asked


async def told(terminal: Terminal) -> int:
    notes = await terminal.store.journal.notes()
    return sum("could not be taken in" in note.words for note in notes)


async def test_one_that_still_fails_keeps_the_others_not_back(terminal: Terminal) -> None:
    kept = {"r001": ["2-a"], "r002": ["1-b"]}
    remote = Unwilling(0, "r001")
    remote.make("r002", {"type": "report"})
    kept["r002"] = list(remote.trees["r002"].leaves())
    remote.order.clear()  # its row was passed in an earlier session
    await terminal.store.secrets.put("left out", kept)
    remote.make("r003", {"type": "report"})
    await terminal.store.writer.submit(Report(id="mine", reported_by="demo"))
    walk = Walk(terminal, remote)
    await walk.round.run()
    assert walk.round.proved_at is not None
    assert await terminal.store.reader.count() == 3
