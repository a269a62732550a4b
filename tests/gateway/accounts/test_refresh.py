"""Refresh tokens: used once, given again after a lost reply, ended when two have them."""

import httpx
import pytest

from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.app import build
from civictui.gateway.folder import GatewayFolder
from tests.conftest import MovableClock
from tests.gateway.accounts.test_session import works
from tests.gateway.conftest import client_of
from tests.gateway.peer import Device, sign_in


async def renew(http: httpx.AsyncClient, device: Device, token: str) -> httpx.Response:
    return await http.post("/v1/session/refresh", json=device.renewal(token))


async def test_a_refresh_gives_new_tokens(http: httpx.AsyncClient, clock: MovableClock) -> None:
    device = Device()
    first = (await sign_in(http, device=device)).json()
    clock.move(1000)
    answer = await renew(http, device, first["refresh_token"])
    second = answer.json()
    assert answer.status_code == 200
    assert first.keys() == second.keys()
    assert second["refresh_token"] != first["refresh_token"]
    assert await works(http, second["access_token"])
    assert not await works(http, first["access_token"])


async def test_a_lost_reply_is_given_again(http: httpx.AsyncClient, clock: MovableClock) -> None:
    device = Device()
    token = (await sign_in(http, device=device)).json()["refresh_token"]
    first = (await renew(http, device, token)).json()
    clock.move(590)
    again = (await renew(http, device, token)).json()
    assert again["access_token"] == first["access_token"]
    assert again["refresh_token"] == first["refresh_token"]
    assert again["expires_in"] == first["expires_in"] - 590
    assert await works(http, again["access_token"])


async def test_a_lost_reply_is_given_again_after_a_restart(
    folder: GatewayFolder, clock: MovableClock
) -> None:
    device = Device()
    answers: list[dict[str, str]] = []
    for _ in range(2):
        app = build(folder, clock=clock, cost=CHEAP)
        async with client_of(app) as http:
            if not answers:
                token = (await sign_in(http, device=device)).json()["refresh_token"]
            answers.append((await renew(http, device, token)).json())
            assert await works(http, answers[-1]["access_token"])
        await app.state.backends.close()
    assert answers[0]["refresh_token"] == answers[1]["refresh_token"]
    assert answers[0]["access_token"] == answers[1]["access_token"]


async def test_an_old_token_after_the_new_one_was_used_ends_the_family(
    http: httpx.AsyncClient,
) -> None:
    device = Device()
    old = (await sign_in(http, device=device)).json()["refresh_token"]
    new = (await renew(http, device, old)).json()["refresh_token"]
    newest = (await renew(http, device, new)).json()
    reused = await renew(http, device, old)
    assert reused.status_code == 401
    assert reused.json()["error"] == "session_revoked"
    assert not await works(http, newest["access_token"])
    assert (await renew(http, device, newest["refresh_token"])).status_code == 401


async def test_an_old_token_after_ten_minutes_ends_the_family(
    http: httpx.AsyncClient, clock: MovableClock
) -> None:
    device = Device()
    old = (await sign_in(http, device=device)).json()["refresh_token"]
    new = (await renew(http, device, old)).json()["refresh_token"]
    clock.move(601)
    assert (await renew(http, device, old)).json()["error"] == "session_revoked"
    assert (await renew(http, device, new)).json()["error"] == "session_expired"


async def test_a_stolen_token_is_worth_nothing_without_the_device(
    http: httpx.AsyncClient,
) -> None:
    device, thief = Device(), Device()
    token = (await sign_in(http, device=device)).json()["refresh_token"]
    stolen = await renew(http, thief, token)
    assert stolen.status_code == 401
    assert stolen.json()["error"] == "bad_signature"
    assert (await renew(http, device, token)).status_code == 200  # and it ends nothing


async def test_the_signature_covers_the_time(http: httpx.AsyncClient) -> None:
    device = Device()
    token = (await sign_in(http, device=device)).json()["refresh_token"]
    body = device.renewal(token) | {"time": "2030-01-01T00:00:00Z"}
    answer = await http.post("/v1/session/refresh", json=body)
    assert answer.json()["error"] == "bad_signature"


@pytest.mark.parametrize("days", [29, 31])
async def test_a_refresh_token_lives_thirty_days_from_its_making(
    http: httpx.AsyncClient, clock: MovableClock, days: int
) -> None:
    device = Device()
    token = (await sign_in(http, device=device)).json()["refresh_token"]
    for _ in range(2):
        clock.move(days * 86400)
        answer = await renew(http, device, token)
        assert answer.status_code == (200 if days < 30 else 401)
        token = answer.json().get("refresh_token", token)


async def test_a_family_survives_a_restart(folder: GatewayFolder, clock: MovableClock) -> None:
    device, token = Device(), ""
    for _ in range(3):
        app = build(folder, clock=clock, cost=CHEAP)
        async with client_of(app) as http:
            answer = await (renew(http, device, token) if token else sign_in(http, device=device))
            token = answer.json()["refresh_token"]
        await app.state.backends.close()


@pytest.mark.parametrize("token", ["x", "x.y", "a" * 500, "\u00e4.b"])
async def test_a_guessed_token(http: httpx.AsyncClient, token: str) -> None:
    answer = await renew(http, Device(), token)
    assert answer.status_code == 401
    assert answer.json()["error"] == "session_expired"


async def test_ended_sessions_leave_the_disk(
    http: httpx.AsyncClient, folder: GatewayFolder, clock: MovableClock
) -> None:
    await sign_in(http, device=Device())
    assert len(list((folder.path / "sessions").iterdir())) == 1
    clock.move(31 * 86400)
    await sign_in(http)
    assert not list((folder.path / "sessions").iterdir())
