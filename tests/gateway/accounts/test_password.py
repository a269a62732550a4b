"""A new password: proved by the old one, good enough, and the end of every session."""

import asyncio
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from civictui.gateway.accounts.accounts import Accounts
from civictui.gateway.accounts.families import Families
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.audit import Audit
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.server import GatewayThread
from tests.conftest import MovableClock
from tests.gateway.accounts.test_session import works
from tests.gateway.peer import PASSWORD, Device, sign_in

NEW = "some other words"


async def change(
    http: httpx.AsyncClient, password: str = PASSWORD, new: str = NEW, device: str = "terminal-1"
) -> httpx.Response:
    body = {"username": "demo", "password": password, "new_password": new}
    return await http.post("/v1/password", json=body | {"device": {"id": device}})


def outcomes(audit: Audit) -> list[str]:
    lines, _ = audit.lines()
    return [line["outcome"] for line in lines if line["action"] == "change-password"]


async def test_the_new_password_counts_from_now_on(http: httpx.AsyncClient, audit: Audit) -> None:
    answer = await change(http)
    assert answer.status_code == 204
    assert not answer.content
    assert (await sign_in(http, password=PASSWORD)).status_code == 401
    assert (await sign_in(http, password=NEW)).status_code == 200
    assert (await sign_in(http, "asha", PASSWORD)).status_code == 200
    assert outcomes(audit) == ["done"]


async def test_it_works_over_a_socket_and_outlives_a_restart(folder: GatewayFolder) -> None:
    for password, new in ((PASSWORD, NEW), (NEW, PASSWORD)):
        with GatewayThread(folder.path, cost=CHEAP) as running:
            origin = f"http://127.0.0.1:{running.port}"
            async with httpx.AsyncClient(base_url=origin, trust_env=False) as wire:
                assert (await change(wire, password, new)).status_code == 204


async def test_every_session_of_that_user_ends(http: httpx.AsyncClient) -> None:
    one, two, other = Device("one"), Device("two"), Device("three")
    mine = [(await sign_in(http, device=device)).json() for device in (one, two)]
    lone = (await sign_in(http)).json()["access_token"]
    theirs = (await sign_in(http, "asha", device=other)).json()
    await change(http)
    for said in mine:
        assert not await works(http, said["access_token"])
    assert not await works(http, lone)
    for device, said in zip((one, two), mine, strict=True):
        renewal = device.renewal(said["refresh_token"])
        answer = await http.post("/v1/session/refresh", json=renewal)
        assert answer.json()["error"] == "session_expired"
    assert await works(http, theirs["access_token"])
    renewal = other.renewal(theirs["refresh_token"])
    assert (await http.post("/v1/session/refresh", json=renewal)).status_code == 200


@pytest.mark.parametrize("new", ["elevenchars", "aaaaaaaaaaaaaaa", "demo12345678", "x" * 1025])
async def test_a_weak_password_is_refused_with_a_reason(
    http: httpx.AsyncClient, audit: Audit, new: str
) -> None:
    said = (await sign_in(http)).json()
    answer = await change(http, new=new)
    assert answer.status_code == 400
    assert answer.json()["error"] == "weak_password"
    assert "password" in answer.json()["reason"]
    assert (await sign_in(http)).status_code == 200
    assert await works(http, said["access_token"])
    assert outcomes(audit) == ["weak_password"]


async def test_a_wrong_password_counts_as_at_a_sign_in(
    http: httpx.AsyncClient, audit: Audit, clock: MovableClock
) -> None:
    for left in (2, 1, 0):
        answer = await change(http, "wrong")
        assert answer.status_code == 401
        assert answer.json()["remaining_attempts"] == left
    assert (await change(http)).status_code == 429
    assert (await sign_in(http)).status_code == 429
    clock.move(300)
    assert (await sign_in(http)).status_code == 200
    assert outcomes(audit) == ["wrong_credentials"] * 3


@pytest.mark.parametrize("new", ["", None, 5])
async def test_a_change_that_cannot_be_read(http: httpx.AsyncClient, new: object) -> None:
    body = {"username": "demo", "password": PASSWORD, "new_password": new}
    answer = await http.post("/v1/password", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"] == "bad_request"


async def test_it_counts_as_typed_but_for_nfc(http: httpx.AsyncClient) -> None:
    assert (await change(http, new=" cafe\u0301 au lait ")).status_code == 204
    assert (await sign_in(http, password=" caf\u00e9 au lait ")).status_code == 200
    assert (await sign_in(http, password="caf\u00e9 au lait")).status_code == 401


async def test_no_session_begins_while_the_password_is_changed(
    app: Starlette, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the proof of the old password to the session, the account's turn is held."""
    sessions, held = app.state.backends.sessions, []
    begin = Families.begin

    def watched(*given: Any) -> Any:
        held.append(sessions._locks["demo"].locked())
        return begin(*given)

    monkeypatch.setattr(Families, "begin", watched)
    assert (await sign_in(http, device=Device())).status_code == 200
    assert held == [True]


async def test_no_renewal_outlives_the_end_of_its_session(
    app: Starlette, http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sessions end right behind a renewal, before its answer is made."""
    sessions, loop, ends = app.state.backends.sessions, asyncio.get_running_loop(), []
    device = Device()
    token = (await sign_in(http, device=device)).json()["refresh_token"]
    renew = Families.renew

    async def end() -> None:
        await sessions._thread.run(sessions._families.end_all, "demo")
        sessions._tokens.revoke_user("demo")

    def watched(*given: Any) -> Any:
        renewed = renew(*given)
        ends.append(asyncio.run_coroutine_threadsafe(end(), loop))
        return renewed

    monkeypatch.setattr(Families, "renew", watched)
    answer = await http.post("/v1/session/refresh", json=device.renewal(token))
    await asyncio.wrap_future(ends[0])
    assert not await works(http, answer.json()["access_token"])


async def test_a_change_that_cannot_be_stored_is_said(
    http: httpx.AsyncClient, folder: GatewayFolder, audit: Audit
) -> None:
    (folder.path / "accounts.tmp").mkdir()
    answer = await change(http)
    assert answer.status_code == 500
    assert outcomes(audit) == ["done", "failed"]
    assert Accounts(folder).find("demo")
    assert (await sign_in(http)).status_code == 200
