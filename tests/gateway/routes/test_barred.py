"""Whoever is barred delivers what is queued, and reads nothing: on every route, at every moment."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from civictui.gateway.devices.disabled import Disabled, DisabledDevices
from civictui.gateway.devices.records import entries_of
from civictui.gateway.devices.states import IN_USE, SAFE, standings
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.policy import Rules
from tests.gateway.peer import (
    PASSWORD,
    Device,
    SealedStore,
    announced,
    picture,
    piece,
    push,
    report,
    revision,
    sign_in,
)
from tests.gateway.routes.barring import NOTHING, SINCE, WORDS, Bar, bearer, is_refused, put

PICTURE = picture()
KNOWING = NOTHING | {"disabled": True}
OPEN = {
    ("POST", "/v1/session"),
    ("POST", "/v1/session/refresh"),
    ("POST", "/v1/recover"),
    ("POST", "/v1/password"),
    ("GET", "/v1/notice"),
    ("OPTIONS", "/v1/uploads"),
}
LEFT = {
    ("DELETE", "/v1/session"),
    ("GET", "/v1/policy"),
    ("PUT", "/v1/device"),
    ("POST", "/v1/logs"),
    ("POST", "/v1/uploads"),
    ("POST", "/v1/uploads/{upload}"),
    ("HEAD", "/v1/uploads/{upload}"),
    ("PATCH", "/v1/uploads/{upload}"),
    ("DELETE", "/v1/uploads/{upload}"),
    ("HEAD", "/v1/objects/{key}"),
    ("POST", "/db/civic/_revs_diff"),
    ("POST", "/db/civic/_bulk_docs"),
    ("POST", "/db/civic/_ensure_full_commit"),
    ("GET", "/db/civic/_local/{local}"),
    ("PUT", "/db/civic/_local/{local}"),
}


def table_of(app: Starlette) -> list[tuple[str, str]]:
    """Every method and path below the gate; the one that ends the session comes last."""
    routes = [route for route in app.routes if isinstance(route, Route)]
    pairs = {
        (method, re.sub(r":\w+\}", "}", route.path))
        for route in routes
        for method in route.methods or ()
    }
    inside = [pair for pair in pairs if pair[1].startswith(("/v1/", "/db"))]
    return sorted(inside, key=lambda pair: (pair == ("DELETE", "/v1/session"), pair))


def filled(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "some", path)


@pytest.fixture
async def anywhere(terminal: httpx.AsyncClient, app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """As `terminal`, for paths that no document has."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as client:
        client.headers["Authorization"] = terminal.headers["Authorization"]
        yield client


async def test_every_route_of_the_table(
    anywhere: httpx.AsyncClient, app: Starlette, bar: Bar, kind: str
) -> None:
    bar()
    table = table_of(app)
    assert set(table) >= LEFT | OPEN
    for method, path in table:
        if (method, path) in OPEN:
            continue
        answer = await anywhere.request(method, filled(path))
        assert is_refused(answer, kind) == ((method, path) not in LEFT), (method, path)
        if is_refused(answer, kind) and method != "HEAD":
            assert answer.json()["reason"] == WORDS


async def test_what_is_no_route_at_all(anywhere: httpx.AsyncClient, bar: Bar, kind: str) -> None:
    bar()
    for method, path in (("GET", "/v1/none"), ("GET", "/db"), ("PUT", "/db/civic/_local/"),
                         ("GET", "/db/civic/_design/x"), ("PATCH", "/v1/uploads/a/b")):  # fmt: skip
        assert is_refused(await anywhere.request(method, path), kind), (method, path)


async def test_what_is_queued_arrives_and_nothing_is_read(
    terminal: httpx.AsyncClient, folder: GatewayFolder, disabled: DisabledDevices,
    bar: Bar, kind: str,
) -> None:  # fmt: skip
    await push(terminal, report("r0"))
    bar()
    device = Device()
    said = (await sign_in(terminal, device=device)).json()
    renewed = await terminal.post("/v1/session/refresh", json=device.renewal(said["refresh_token"]))
    assert renewed.status_code == 200
    terminal.headers["Authorization"] = f"Bearer {renewed.json()['access_token']}"
    docs = [report(f"r{number}") for number in (1, 2, 3)]
    asked = {doc["_id"]: [doc["_rev"]] for doc in docs}
    wanted = await terminal.post("/db/civic/_revs_diff", json=asked)
    assert set(wanted.json()) == {"r1", "r2", "r3"}
    assert await push(terminal, *docs) == []
    begun = await terminal.post("/v1/uploads", headers=announced(PICTURE))
    sent = await terminal.patch(begun.headers["location"], content=PICTURE, headers=piece(0))
    assert sent.status_code == 204
    log = "/db/civic/_local/log"
    assert (await terminal.put(log, json={"session": "1"})).status_code == 201
    assert (await terminal.get(log)).status_code == 200
    assert (await terminal.get("/v1/policy")).status_code == 200
    assert (await terminal.put("/v1/device", json=KNOWING)).status_code == 204
    for path in ("/db/civic/_changes", "/db/civic/r0", "/db/civic/_all_docs", "/v1/maps"):
        assert is_refused(await terminal.get(path), kind)
    (standing,) = standings(entries_of(folder), disabled.all())
    assert standing.state == (SAFE if kind == "device" else IN_USE)
    disabled.enable("terminal-1") if kind == "device" else put(folder, Rules())
    for key in ("r1", "r2", "r3"):
        assert (await terminal.get(f"/db/civic/{key}")).status_code == 200


async def test_a_running_gateway_obeys_at_its_next_request(
    terminal: httpx.AsyncClient, disabled: DisabledDevices, disable: Bar
) -> None:
    assert (await terminal.get("/db/civic")).status_code == 200
    disable()
    assert is_refused(await terminal.get("/db/civic"))
    disabled.enable("terminal-1")
    assert (await terminal.get("/db/civic")).status_code == 200


async def test_others_go_on(terminal: httpx.AsyncClient, disable: Bar) -> None:
    disable()
    for device in (Device("terminal-2"), Device("terminal")):
        headers = await bearer(terminal, device)
        assert (await terminal.get("/db/civic", headers=headers)).status_code == 200
    script = (await sign_in(terminal)).json()["access_token"]
    headers = {"Authorization": f"Bearer {script}"}
    assert (await terminal.get("/db/civic", headers=headers)).status_code == 200


async def test_the_barred_learn_of_no_ancestors(terminal: httpx.AsyncClient, bar: Bar) -> None:
    doc = report("r1")
    await push(terminal, doc)
    later = revision("r1", {"type": "report", "reportedBy": "demo"}, doc["_rev"])
    asked = {"r1": [later["_rev"]]}
    before = (await terminal.post("/db/civic/_revs_diff", json=asked)).json()
    assert before["r1"]["possible_ancestors"] == [doc["_rev"]]
    bar()
    after = (await terminal.post("/db/civic/_revs_diff", json=asked)).json()
    assert after == {"r1": {"missing": [later["_rev"]]}}


async def test_a_new_version_that_says_so_when_it_renews_is_let_in_again(
    http: httpx.AsyncClient, folder: GatewayFolder
) -> None:
    device = Device()
    said = (await sign_in(http, device=device)).json()
    put(folder, Rules(minimum_version="0.2"))
    for version, status in (("", 403), ("0.1.9", 403), ("0.2.0", 200), ("", 200)):
        renewal = device.renewal(said["refresh_token"]) | ({"version": version} if version else {})
        said = (await http.post("/v1/session/refresh", json=renewal)).json()
        headers = {"Authorization": f"Bearer {said['access_token']}"}
        assert (await http.get("/db/civic", headers=headers)).status_code == status, version
    too_long = device.renewal(said["refresh_token"]) | {"version": "1" * 33}
    assert (await http.post("/v1/session/refresh", json=too_long)).status_code == 400


async def test_a_forgotten_password_on_a_disabled_device(
    http: httpx.AsyncClient, folder: GatewayFolder, disabled: DisabledDevices
) -> None:
    store = SealedStore((await sign_in(http)).json())
    disabled.disable("terminal-1", Disabled(since=SINCE))
    assert is_refused(await http.post("/v1/recover", json=store.appeal()))
    wrong = await http.post("/v1/recover", json=store.appeal(password="another"))
    assert wrong.json()["error"] == "wrong_credentials"
    disabled.enable("terminal-1")
    put(folder, Rules(minimum_version="9"))
    versioned = store.appeal(device={"id": "terminal-1", "version": "0.1.0"})
    assert (await http.post("/v1/recover", json=versioned)).status_code == 200


async def test_another_password_from_a_disabled_device(
    http: httpx.AsyncClient, disabled: DisabledDevices
) -> None:
    disabled.disable("terminal-1", Disabled(since=SINCE))
    asked: dict[str, Any] = {
        "username": "demo",
        "password": PASSWORD,
        "new_password": "quite another pass",
    }
    from_it = asked | {"device": {"id": "terminal-1"}}
    assert is_refused(await http.post("/v1/password", json=from_it))
    assert (await sign_in(http)).status_code == 200
    from_another = asked | {"device": {"id": "terminal-2"}}
    assert (await http.post("/v1/password", json=from_another)).status_code == 204
