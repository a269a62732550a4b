"""Readiness says which part is missing, soon, and nothing else about it."""

import asyncio
import shutil
from collections import namedtuple

import httpx
import pytest
from starlette.applications import Starlette

from civictui.domain.errors import StoreDamaged
from civictui.gateway import health
from civictui.gateway.problems import backend_unavailable

PARTS = ("database", "objects", "accounts")
Usage = namedtuple("Usage", "total used free")


async def test_all_is_well(http: httpx.AsyncClient) -> None:
    answer = await http.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", **dict.fromkeys((*PARTS, "room"), "ok")}
    assert answer.headers["cache-control"] == "no-store"


def broken(app: Starlette, part: str, ask: object) -> None:
    app.state.readiness._asking[part] = ask


@pytest.mark.parametrize("part", PARTS)
async def test_a_part_that_does_not_answer_is_named(
    app: Starlette, http: httpx.AsyncClient, part: str
) -> None:
    async def down() -> None:
        raise backend_unavailable(part, "a canary", 10)

    broken(app, part, down)
    answer = await http.get("/healthz")
    assert answer.status_code == 503
    said = answer.json()
    assert said["error"] == "backend_unavailable"
    assert [name for name in PARTS if said[name] != "ok"] == [part]
    assert answer.headers["retry-after"] == "10"
    assert "canary" not in answer.text
    assert (await http.get("/livez")).json() == {"status": "ok"}


async def test_a_part_that_is_damaged_is_named(app: Starlette, http: httpx.AsyncClient) -> None:
    async def damaged() -> None:
        raise StoreDamaged("a canary")

    broken(app, "accounts", damaged)
    answer = await http.get("/healthz")
    assert answer.json()["accounts"] == "unavailable"
    assert "canary" not in answer.text


async def test_it_does_not_wait_for_ever(
    app: Starlette, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent() -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.05)
    broken(app, "database", silent)
    broken(app, "objects", silent)
    said = (await http.get("/healthz")).json()
    assert (said["database"], said["objects"], said["accounts"]) == (
        "unavailable",
        "unavailable",
        "ok",
    )


async def test_whoever_asks_often_asks_a_backend_once(
    app: Starlette, http: httpx.AsyncClient
) -> None:
    asked, free = 0, asyncio.Event()

    async def counted() -> None:
        nonlocal asked
        asked += 1
        await free.wait()

    broken(app, "objects", counted)
    asking = [asyncio.create_task(http.get("/healthz")) for _ in range(50)]
    while not asked:
        await asyncio.sleep(0)
    free.set()
    assert {answer.status_code for answer in await asyncio.gather(*asking)} == {200}
    assert asked < 5


async def test_a_full_disk_is_not_ready(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = health.LEAST_ROOM - 1
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10 * left, 9 * left, left))
    answer = await http.get("/healthz")
    assert answer.status_code == 503
    said = answer.json()
    assert (said["error"], said["room"], said["database"]) == ("no_room", "no_room", "ok")
