"""The log has a line a request, and nothing of anybody in it, as text and as JSON."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from civictui.gateway.journal import LOGGER
from civictui.gateway.operation import JSON
from civictui.gateway.process.lines import write_to
from tests.gateway.conftest import client_of
from tests.gateway.peer import Device, announced, bearer, picture, piece, push, report, sign_in


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
        "GET /db/civic/{docid} 404",
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
        assert (await http.get("/healthz")).status_code == 200


@pytest.fixture
def json_log() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    write_to(stream, JSON)
    yield stream
    write_to(None)


def objects(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


async def test_a_line_is_an_object(json_log: io.StringIO, demo: httpx.AsyncClient) -> None:
    await push(demo, report("secret-id", text="a canary"))
    await demo.get("/canary")
    signed_in, pushed, missing = objects(json_log)
    assert (signed_in["status"], pushed["status"], missing["status"]) == (200, 201, 404)
    assert pushed.keys() == {
        "time", "level", "event", "request", "method", "route", "status", "ms", "bytes_in",
        "bytes_out",
    }  # fmt: skip
    assert (pushed["event"], pushed["level"]) == ("request", "info")
    assert (pushed["method"], pushed["route"]) == ("POST", "/db/civic/_bulk_docs")
    assert pushed["bytes_in"] > 100
    assert pushed["bytes_out"] == len("[]")
    assert pushed["time"].endswith("+00:00")
    assert (missing["code"], missing["route"]) == ("not_found", "(no route)")
    assert len({line["request"] for line in (signed_in, pushed, missing)}) == 3


async def test_an_error_has_the_number_of_its_request(
    json_log: io.StringIO, app: Starlette
) -> None:
    async def crash(_: Request) -> None:
        raise KeyError("a canary")

    app.router.routes.append(Route("/crash", crash))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as http:
        await http.get("/crash")
    error, served = sorted(objects(json_log), key=lambda line: str(line["event"]))
    assert error["request"] == served["request"]
    assert (error["level"], error["error"]) == ("error", "KeyError")
    assert any(line.startswith("crash (") for line in error["lines"])
    assert (served["event"], served["status"], served["code"]) == ("request", 500, "internal")
    assert "canary" not in json_log.getvalue()


HOSTILE = ("canary", "canary\n2026-05-04 INFO canary", '{"canary": "', "\x1b]0;canary\x07", "\u202ecanary", "%s canary %n", "../../canary")  # fmt: skip  # noqa: E501


@pytest.mark.parametrize("log_format", ["text", JSON])
async def test_nothing_of_anybody_gets_into_it(app: Starlette, log_format: str) -> None:
    stream = io.StringIO()
    write_to(stream, log_format)
    transport = httpx.ASGITransport(app=app, client=("198.51.100.77", 40123))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as http:
        said = (await sign_in(http, device=Device("terminal-canary"))).json()
        sender = {"Authorization": f"Bearer {said['access_token']}"}
        for word in HOSTILE:
            await everywhere(http, word, sender)
        await http.get("/v1/policy", headers={"X-Canary": "canary", "User-Agent": "canary"})
    write_to(None)
    written = stream.getvalue()
    for secret in ("canary", "Canary", "demo", "198.51", "40123", said["access_token"],
                   said["refresh_token"], said["gateway"]["id"]):  # fmt: skip
        assert secret not in written
    assert "\x1b" not in written
    lines = written.splitlines()
    assert len(lines) == 2 + len(HOSTILE) * len(PLACES)
    assert all(line.startswith("{" if log_format == JSON else "20") for line in lines)


PLACES = ("id", "feed", "sign-in", "document", "log", "upload", "object", "body", "method")


async def everywhere(http: httpx.AsyncClient, word: str, sender: dict[str, str]) -> None:
    """A request for each of PLACES where a client may put a word of its own."""
    content = picture()
    await http.get(httpx.URL("http://gateway/db/civic/", params={"rev": word}), headers=sender)
    await http.get("/db/civic/_changes", params={"since": word, "feed": word}, headers=sender)
    await sign_in(http, word, word)
    await push(http, report("r1", user=word, text=word), headers=sender)
    await http.put("/db/civic/_local/canary", json={"a": word}, headers=sender)
    await http.post("/v1/uploads", headers={**sender, **announced(content, "canary.jpg")})
    await http.patch("/v1/uploads/canary", content=content, headers={**sender, **piece(0)})
    await http.post("/db/civic/_bulk_get", content=word.encode(), headers=sender)
    await http.request("CANARY", "/canary")


def test_the_root_logger_never_sees_it(log: io.StringIO, caplog: pytest.LogCaptureFixture) -> None:
    LOGGER.info("a line")
    logging.getLogger("uvicorn.error").info("another")
    assert caplog.records == []
    assert log.getvalue().count("\n") == 2
