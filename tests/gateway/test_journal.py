"""The log has a line a request, and nothing of anybody in it."""

import io
import logging
from collections.abc import Iterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from civictui.gateway.journal import LOGGER, write_to
from tests.gateway.conftest import client_of
from tests.gateway.peer import bearer, push, report, sign_in


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    write_to(stream)
    yield stream
    write_to(None)


async def test_a_line_a_request(log: io.StringIO, demo: httpx.AsyncClient) -> None:
    await push(demo, report("secret-id", text="a canary"))
    await demo.get("/db/civic/secret-id?rev=1-canary")
    await demo.get("/v1/objects/canary.jpg")
    await demo.get("/canary")
    await sign_in(demo, "canary", "canary")
    lines = [line.split(" ", 3)[3] for line in log.getvalue().splitlines()]
    assert [line.rsplit(" ", 2)[0] for line in lines] == [
        "POST /v1/session 200",
        "POST /db/civic/_bulk_docs 201",
        "GET /db/civic/{docid:path} 404",
        "GET /v1/objects/{key} 404",
        "GET (no route) 404",
        "POST /v1/session 401",
    ]
    for word in ("canary", "secret", "demo"):
        assert word not in log.getvalue()


async def test_a_crash_says_where_and_not_what(log: io.StringIO, app: Starlette) -> None:
    async def crash(_: Request) -> None:
        raise KeyError("a canary")

    app.router.routes.append(Route("/crash", crash))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as http:
        answer = await http.get("/crash")
    assert answer.status_code == 500
    assert answer.json()["error"] == "internal"
    assert "canary" not in answer.text + log.getvalue()
    assert "KeyError" in log.getvalue()
    assert "crash (" in log.getvalue()


async def test_a_full_disk_is_said(
    log: io.StringIO, app: Starlette, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with client_of(app) as http:
        http.headers.update(await bearer(http))

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("civictui.storage.log.write_all", full)
        answer = await http.post(
            "/db/civic/_bulk_docs", json={"new_edits": False, "docs": [report("r1")]}
        )
        assert answer.status_code == 507
        assert answer.json()["error"] == "no_room"
        monkeypatch.undo()
        assert await push(http, report("r1")) == []
        assert (await http.get("/healthz")).json() == {"status": "ok"}


def test_the_root_logger_never_sees_it(log: io.StringIO, caplog: pytest.LogCaptureFixture) -> None:
    LOGGER.info("a line")
    logging.getLogger("uvicorn.error").info("another")
    assert caplog.records == []
    assert log.getvalue().count("\n") == 2
