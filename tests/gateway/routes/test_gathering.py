"""Answers of many documents: what a short request names is counted while it is read."""

import json
from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from civictui.domain.model import Doc
from civictui.gateway.database.embedded import EmbeddedDatabase
from civictui.gateway.routes import gathering
from tests.gateway.peer import push, report


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many documents were read in each turn of the database."""
    counts: list[int] = []
    read = EmbeddedDatabase.bulk_get

    async def counted(
        self: EmbeddedDatabase, wanted: Sequence[tuple[str, str | None]]
    ) -> list[Doc | None]:
        counts.append(len(wanted))
        return await read(self, wanted)

    monkeypatch.setattr(EmbeddedDatabase, "bulk_get", counted)
    return counts


async def pushed(http: httpx.AsyncClient, *docs: dict[str, Any]) -> None:
    for doc in docs:
        assert await push(http, doc) == []


async def test_a_revision_named_often_is_given_once(
    demo: httpx.AsyncClient, turns: list[int]
) -> None:
    doc = report("r1")
    await pushed(demo, doc)
    rev = doc["_rev"]
    named = json.dumps([rev] * 200 + ["9-absent", rev])
    answer = await demo.get("/db/civic/r1", params={"open_revs": named})
    assert answer.headers["content-type"] == "application/json"
    found, missing = answer.json()
    assert (found["ok"]["_rev"], missing) == (rev, {"missing": "9-absent"})
    assert sum(turns) == 2
    turns.clear()
    wanted = {"docs": [{"id": "r1"}, {"id": "r1", "rev": rev}] * 500}
    results = (await demo.post("/db/civic/_bulk_get", json=wanted)).json()["results"]
    assert [result["docs"][0]["ok"]["_rev"] for result in results] == [rev, rev]
    assert sum(turns) == 2


async def test_the_leaves_of_a_document_are_read_once(
    demo: httpx.AsyncClient, turns: list[int]
) -> None:
    await pushed(demo, report("r1"))
    wanted = {"docs": [{"id": "r1", "rev": f"1-{n:032x}"} for n in range(gathering._AT_FIRST)]}
    answer = await demo.post("/db/civic/_bulk_get", params={"latest": "true"}, json=wanted)
    assert all("error" in result["docs"][0] for result in answer.json()["results"])
    assert turns.count(1) == 1  # its leaf


@pytest.mark.parametrize("by", ["_bulk_get", "open_revs"])
async def test_what_would_be_too_much_is_not_even_read(
    demo: httpx.AsyncClient, app: Starlette, turns: list[int], by: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    docs = [report("one" if by == "open_revs" else f"r{n}", problemDescription=f"{n}" + 9_000 * "x")
            for n in range(40)]  # fmt: skip
    await pushed(demo, *docs)
    monkeypatch.setattr(gathering, "_ROOM", 100_000)
    monkeypatch.setattr(gathering, "_LONG_BYTES", 20_000)
    monkeypatch.setattr(gathering, "_TURN_BYTES", 20_000)
    if by == "open_revs":
        answer = await demo.get("/db/civic/one", params={"open_revs": "all"})
    else:
        wanted = {"docs": [{"id": doc["_id"], "rev": doc["_rev"]} for doc in docs]}
        answer = await demo.post("/db/civic/_bulk_get", json=wanted)
    assert (answer.status_code, answer.json()["error"]) == (413, "page_too_large")
    assert turns[0] == gathering._AT_FIRST  # before it is known how large they are
    assert sum(turns) < 40
    assert not app.state.backends.long_answers.locked()


async def test_a_long_answer_waits_for_a_place(
    demo: httpx.AsyncClient, app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pushed(demo, report("r1", problemDescription=9_000 * "x"), report("r2"))
    monkeypatch.setattr(gathering, "_LONG_BYTES", 2_000)
    places = app.state.backends.long_answers
    free = places._value
    assert (await demo.get("/db/civic/r1", params={"open_revs": "all"})).status_code == 200
    assert places._value == free
    while not places.locked():
        await places.acquire()
    short = await demo.get("/db/civic/r2", params={"open_revs": "all"})
    assert len(short.json()) == 1
    places.release()
    long = await demo.get("/db/civic/r1", params={"open_revs": "all"})
    assert len(long.json()) == 1
    assert places._value == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("_bulk_get", {"docs": [{"id": f"r{n}"} for n in range(gathering.MOST_NAMED + 1)]}),
        ("_revs_diff", {f"r{n}": ["1-a"] for n in range(gathering.MOST_NAMED + 1)}),
        ("_revs_diff", {"r1": [f"{n + 1}-a" for n in range(gathering.MOST_NAMED + 1)]}),
    ],
)
async def test_names_are_not_endless(
    demo: httpx.AsyncClient, path: str, body: dict[str, Any]
) -> None:
    answer = await demo.post(f"/db/civic/{path}", json=body)
    assert (answer.status_code, answer.json()["error"]) == (413, "page_too_large")
