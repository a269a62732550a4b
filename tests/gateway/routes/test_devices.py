"""What a device says of itself: what it holds, and its own failures."""

from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from civictui.gateway.devices.counts import counts_of
from civictui.gateway.devices.disabled import DisabledDevices
from civictui.gateway.devices.records import entries_of
from civictui.gateway.devices.states import DISABLED, SAFE, standings
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.policy import Rules
from tests.gateway.peer import announced, picture, piece, push, report, sign_in
from tests.gateway.routes.barring import NOTHING, Bar, is_refused, put

PICTURE = picture()


@pytest.fixture
async def script(http: httpx.AsyncClient) -> httpx.AsyncClient:
    said = (await sign_in(http)).json()
    http.headers["Authorization"] = f"Bearer {said['access_token']}"
    return http


async def test_what_a_device_holds(
    terminal: httpx.AsyncClient, folder: GatewayFolder, disabled: DisabledDevices, disable: Bar
) -> None:
    assert (await terminal.put("/v1/device", json=NOTHING | {"drafts": 1})).status_code == 204
    (entry,) = entries_of(folder)
    assert (entry.device, entry.user, entry.version) == ("terminal-1", "demo", "0.1.0")
    disable()
    assert state_of(folder, disabled) == DISABLED
    assert is_refused(await terminal.get("/db/civic"))
    await terminal.put("/v1/device", json=NOTHING)
    assert state_of(folder, disabled) == DISABLED  # the answer was lost, or could not be sealed
    await terminal.put("/v1/device", json=NOTHING | {"drafts": 1, "disabled": True})
    assert state_of(folder, disabled) == DISABLED
    await terminal.put("/v1/device", json=NOTHING | {"disabled": True})
    assert state_of(folder, disabled) == SAFE


def state_of(folder: GatewayFolder, disabled: DisabledDevices) -> str:
    (standing,) = standings(entries_of(folder), disabled.all())
    return standing.state


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"drafts": 1},
        NOTHING | {"drafts": -1},
        NOTHING | {"drafts": True},
        NOTHING | {"drafts": 1.5},
        NOTHING | {"drafts": 1_000_001},
        NOTHING | {"drafts": "1"},
        NOTHING | {"other": 1},
        NOTHING | {"disabled": 1},
        NOTHING | {"disabled": None},
    ],
)
async def test_holdings_that_are_none(terminal: httpx.AsyncClient, wrong: dict[str, Any]) -> None:
    answer = await terminal.put("/v1/device", json=wrong)
    assert (answer.status_code, answer.json()["error"]) == (400, "bad_request")


async def test_a_script_has_no_device(script: httpx.AsyncClient, folder: GatewayFolder) -> None:
    assert (await script.put("/v1/device", json=NOTHING)).status_code == 400
    put(folder, Rules(client_logs=True))
    assert (await script.post("/v1/logs", json={"lines": [LINE]})).status_code == 400


LINE = {"day": "2026-05-04", "kind": "sync", "code": "timeout", "count": 2}


async def test_logs_are_taken_where_the_policy_wants_them(
    terminal: httpx.AsyncClient, folder: GatewayFolder
) -> None:
    said = {"lines": [LINE]}
    refused = await terminal.post("/v1/logs", json=said)
    assert (refused.status_code, refused.json()["error"]) == (403, "logs_off")
    put(folder, Rules(client_logs=True))
    assert (await terminal.post("/v1/logs", json=said)).status_code == 204
    wrong = await terminal.post("/v1/logs", json={"lines": [LINE, {**LINE, "code": "a b"}]})
    assert wrong.status_code == 400
    large = {"lines": [{**LINE, "code": "x" * 64}] * 700}
    assert (await terminal.post("/v1/logs", json=large)).status_code == 413


async def test_what_came_is_counted(
    terminal: httpx.AsyncClient, app: Starlette, folder: GatewayFolder
) -> None:
    for _ in range(2):  # an answer was lost: the same again is nothing more
        await push(terminal, report("r1"))
        begun = await terminal.post("/v1/uploads", headers=announced(PICTURE))
        await terminal.patch(begun.headers["location"], content=PICTURE, headers=piece(0))
    assert len(await push(terminal, report("r2", "asha"))) == 1
    await app.state.backends.register.flush()
    (entry,) = entries_of(folder)
    assert (entry.name, entry.documents, entry.pictures) == ("terminal", 1, 1)
    ((key, count),) = counts_of(folder).items()
    assert (key.device, key.version) == ("terminal-1", "0.1.0")
    assert (count.documents, count.refused, count.pictures, count.sign_ins) == (1, 1, 1, 1)
    assert count.bytes_in > len(PICTURE)
