"""What is counted, for whom, and that nothing of anybody is in it."""

import platform
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

from civictui import __version__
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.app import build
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.operation import Operation
from civictui.gateway.problems import backend_unavailable
from tests.conftest import MovableClock
from tests.gateway.peer import announced, bearer, picture, piece, push, report, revision, sign_in

TOKEN = "a token for the metrics"
PICTURE = picture()
FIELDS = {"__name__", "method", "route", "status", "outcome", "backend", "le", "version", "python"}

Samples = dict[tuple[str, ...], float]


@pytest.fixture
async def app(folder: GatewayFolder, clock: MovableClock) -> AsyncIterator[Starlette]:
    built = build(folder, clock=clock, cost=CHEAP, operation=Operation(metrics_token=TOKEN))
    yield built
    await built.state.backends.close()


@pytest.fixture
async def plain(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app, client=("198.51.100.7", 40000))
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as http:
        yield http


async def text(http: httpx.AsyncClient) -> str:
    answer = await http.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.text


async def counted(http: httpx.AsyncClient) -> Samples:
    """Every number by its name and the values of its labels."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(await text(http))
        for sample in family.samples
    }


async def test_it_wants_its_own_token(plain: httpx.AsyncClient) -> None:
    session = await bearer(plain)
    for sender in ({}, session, {"Authorization": "Bearer a token for the metric"}):
        answer = await plain.get("/metrics", headers=sender)
        assert answer.status_code == 401
        assert answer.json()["error"] == "unauthorized"
    hostile = {b"Authorization": "Bearer wörter".encode()}
    assert (await plain.get("/metrics", headers=hostile)).status_code == 401
    opened = await plain.get("/db/civic", headers={"Authorization": f"Bearer {TOKEN}"})
    assert opened.status_code == 401


async def test_without_the_option_there_is_nothing(
    folder: GatewayFolder, clock: MovableClock
) -> None:
    app = build(folder, clock=clock, cost=CHEAP)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as http:
        answer = await http.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 404
    await app.state.backends.close()


async def test_work_is_counted(plain: httpx.AsyncClient) -> None:
    assert (await sign_in(plain, "asha", "wrong")).status_code == 401
    plain.headers.update(await bearer(plain))
    await push(plain, report("r1"), report("r2"), revision("_design/x", {"type": "report"}))
    place = (await plain.post("/v1/uploads", headers=announced(PICTURE))).headers["location"]
    await plain.patch(place, content=PICTURE, headers=piece(0))
    await plain.head(place, headers={"Tus-Resumable": "1.0.0"})
    del plain.headers["Authorization"]
    found = await counted(plain)
    uploads = ("PATCH", "/v1/uploads/{upload}")
    assert found["civictui_sign_ins_total", "done"] == 1
    assert found["civictui_sign_ins_total", "wrong_credentials"] == 1
    assert found["civictui_documents_total", "taken"] == 2
    assert found["civictui_documents_total", "refused"] == 1
    assert found["civictui_uploads_finished_total",] == 1
    assert found["civictui_requests_total", *uploads, "2xx"] == 1
    assert found["civictui_received_bytes_total", *uploads] == len(PICTURE)
    assert found["civictui_request_seconds_count", *uploads] == 1
    assert found["civictui_requests_in_progress",] == 1
    assert found["civictui_longpolls_held",] == 0
    assert found["civictui_free_bytes",] > 0
    assert found["civictui_backend_failures_total", "database"] == 0
    assert found["civictui_build_info", platform.python_version(), __version__] == 1
    for name in ("resident_memory_bytes", "open_fds", "max_fds", "start_time_seconds"):
        assert found[f"process_{name}",] > 0


async def test_a_backend_that_does_not_answer_is_counted(
    app: Starlette, plain: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down(*_: object) -> None:
        raise backend_unavailable("accounts", "It is away.", 10)

    monkeypatch.setattr(app.state.backends.accounts, "proved", down)
    assert (await sign_in(plain)).status_code == 503
    found = await counted(plain)
    assert found["civictui_backend_failures_total", "accounts"] == 1
    assert found["civictui_sign_ins_total", "backend_unavailable"] == 1


async def test_a_held_request_is_no_slow_one(plain: httpx.AsyncClient) -> None:
    plain.headers.update(await bearer(plain))
    await plain.get("/db/civic/_changes?feed=longpoll&since=now&timeout=1")
    await plain.get("/db/civic/_changes")
    del plain.headers["Authorization"]
    found = await counted(plain)
    where = ("GET", "/db/civic/_changes")
    assert found["civictui_requests_total", *where, "2xx"] == 2
    assert found["civictui_request_seconds_count", *where] == 1


async def test_no_label_holds_anything_of_anybody_or_grows(
    app: Starlette, plain: httpx.AsyncClient
) -> None:
    plain.headers.update(await bearer(plain))
    for word in hostile():
        await plain.get(f"/db/civic/{word}")
        await plain.get(f"/{word}")
        await plain.request("CANARY", f"/v1/objects/{word}")
        await sign_in(plain, word or "x", word or "x")
    del plain.headers["Authorization"]
    said = await text(plain)
    assert "canary" not in said.lower()
    assert "demo" not in said
    paths = [route.path for route in app.routes if hasattr(route, "path")]
    routes = {re.sub(r":\w+}", "}", path) for path in paths} | {"(no route)"}
    for family in text_string_to_metric_families(said):
        for sample in family.samples:
            if not sample.name.startswith("process_"):
                assert sample.labels.keys() <= FIELDS
            assert sample.labels.get("route", "/metrics") in routes


def hostile() -> Iterator[str]:
    yield from ("canary", "canary%22%0a", "%7bcanary%7d", "canary%00", "c%C3%A4nary%1b%5d", "")


def test_its_library_is_loaded_only_where_it_is_wanted(tmp_path: Path) -> None:
    script = """
import sys
import civictui.gateway.server, civictui.__main__
sys.exit("prometheus_client" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
