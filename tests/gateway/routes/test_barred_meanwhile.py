"""Whoever is barred while something is read over time reads no further, and still delivers."""

import asyncio
import base64
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.types import Message

from civictui.gateway.backends import Backends
from civictui.gateway.database.port import Database
from civictui.gateway.objects.objects import Objects
from civictui.gateway.objects.port import Stored
from civictui.gateway.routes import feed, listing
from tests.gateway.peer import announced, picture, piece, push, report
from tests.gateway.routes.barring import Bar, is_refused
from tests.gateway.routes.test_judged_again import Parked, body

PICTURE = picture()


async def test_a_held_request_ends(
    terminal: httpx.AsyncClient, app: Starlette, bar: Bar, kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(feed, "_LOOK_SECONDS", 0.01)
    backends: Backends = app.state.backends
    held = asyncio.create_task(
        terminal.get("/db/civic/_changes?feed=longpoll&since=0&timeout=600000", timeout=60)
    )
    async with asyncio.timeout(30):
        while not backends.held.count:
            await asyncio.sleep(0)
        bar()
        assert (await held).json()["results"] == []
    assert is_refused(await terminal.get("/db/civic/_changes"), kind)


async def test_a_held_request_says_nothing_of_what_is_written_then(
    terminal: httpx.AsyncClient, app: Starlette, disable: Bar
) -> None:
    backends: Backends = app.state.backends
    held = asyncio.create_task(
        terminal.get("/db/civic/_changes?feed=longpoll&since=0&timeout=600000", timeout=60)
    )
    async with asyncio.timeout(30):
        while not backends.held.count:
            await asyncio.sleep(0)
        disable()
        await push(terminal, report("r1"))
        assert (await held).json()["results"] == []


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("POST", "/db/civic/_bulk_get", b'{"docs": [{"id": "r0"}]}', 403),
        ("POST", "/v1/objects/missing", b'{"keys": []}', 403),
        ("POST", "/db/civic/_bulk_docs", body(report("r1")), 201),
        ("POST", "/db/civic/_revs_diff", b'{"r0": ["1-a"]}', 200),
    ],
)
async def test_who_is_barred_while_his_body_comes(
    terminal: httpx.AsyncClient, disable: Bar, method: str, path: str, content: bytes, status: int
) -> None:
    await push(terminal, report("r0"))

    async def meanwhile() -> None:
        await asyncio.to_thread(disable)

    answer = await terminal.request(method, path, content=Parked(content, 5, meanwhile))
    assert answer.status_code == status


async def test_an_upload_goes_on(terminal: httpx.AsyncClient, disable: Bar) -> None:
    begun = await terminal.post("/v1/uploads", headers=announced(PICTURE))

    async def meanwhile() -> None:
        await asyncio.to_thread(disable)

    parked = Parked(PICTURE, len(PICTURE) - 1, meanwhile)
    answer = await terminal.patch(begun.headers["location"], content=parked, headers=piece(0))
    assert answer.status_code == 204


async def test_a_picture_that_a_bucket_was_slow_with(
    terminal: httpx.AsyncClient, app: Starlette, disable: Bar, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = announced(PICTURE)
    begun = await terminal.post("/v1/uploads", headers=told)
    await terminal.patch(begun.headers["location"], content=PICTURE, headers=piece(0))
    objects: Objects = app.state.backends.objects

    async def slow(stored: Stored, first: int, last: int) -> bytes | None:
        disable()
        return PICTURE[first : last + 1]

    key = "/v1/objects/" + _key_of(told)
    assert (await terminal.get(key, headers={"Range": "bytes=0-9"})).status_code == 206
    monkeypatch.setattr(objects, "read", slow)
    assert is_refused(await terminal.get(key, headers={"Range": "bytes=0-9"}))


async def test_a_long_page_that_waited_for_its_place(
    terminal: httpx.AsyncClient, app: Starlette, disable: Bar
) -> None:
    await push(terminal, *(report(f"r{number}") for number in range(60)))
    places = app.state.backends.long_answers
    while not places.locked():
        await places.acquire()
    asked = asyncio.create_task(terminal.get("/db/civic/_changes"))
    async with asyncio.timeout(30):
        while not places._waiters:
            await asyncio.sleep(0)
        disable()
        places.release()
        assert is_refused(await asked)


async def test_a_listing_breaks_off(
    terminal: httpx.AsyncClient, app: Starlette, disable: Bar, monkeypatch: pytest.MonkeyPatch
) -> None:
    for count in ("_AT_FIRST", "_AT_MOST"):
        monkeypatch.setattr(listing, count, 1)
    await push(terminal, *(report(f"r{number}") for number in range(5)))
    pieces: list[bytes] = []

    async def send(message: Message) -> None:
        pieces.append(message.get("body", b""))
        if b"r1" in pieces[-1]:
            disable()

    scope = _scope(terminal.headers["authorization"])
    await app(scope, _never, send)
    listed = b"".join(pieces)
    assert b"r1" in listed
    assert b"r3" not in listed
    assert not listed.rstrip().endswith(b"]}")


def _scope(token: str) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "GET",
        "path": "/db/civic/_all_docs",
        "query_string": b"",
        "headers": [(b"authorization", token.encode())],
    }


async def _never() -> Message:
    await asyncio.Event().wait()
    raise AssertionError


def _key_of(told: dict[str, str]) -> str:
    return base64.b64decode(told["Upload-Metadata"].split(",")[0].split()[1]).decode()


async def test_a_document_that_a_database_was_slow_with(
    terminal: httpx.AsyncClient, app: Starlette, disable: Bar, monkeypatch: pytest.MonkeyPatch
) -> None:
    await push(terminal, report("r1"))
    database: Database = app.state.backends.database
    leaves = database.leaves

    async def slow(key: str) -> list[tuple[str, bool]]:
        disable()
        return await leaves(key)

    monkeypatch.setattr(database, "leaves", slow)
    assert is_refused(await terminal.get("/db/civic/r1"))
