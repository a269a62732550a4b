"""Signing in, being blocked, renewing, signing out: over HTTP, with a clock that the test moves."""

import base64
import hashlib
from datetime import datetime

import httpx
import pytest
from starlette.applications import Starlette

from civictui.gateway.accounts import passwords
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.app import build
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.provisioning import add_user
from civictui.storage.envelope import argon2id, is_signed
from tests.conftest import MovableClock
from tests.gateway.conftest import client_of
from tests.gateway.peer import PASSWORD, Device, sign_in


async def works(http: httpx.AsyncClient, token: str) -> bool:
    answer = await http.get("/db/civic", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code in {200, 401}
    return answer.status_code == 200


async def test_a_sign_in_gives_what_the_client_needs(
    http: httpx.AsyncClient, folder: GatewayFolder, clock: MovableClock
) -> None:
    answer = await sign_in(http, device=Device())
    said = answer.json()
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert len(said["access_token"]) <= 32
    assert said["expires_in"] == 900
    assert said["gateway"]["id"] == folder.id
    assert said["gateway"].keys() == {"id", "public_key"}
    assert said["user"] == {
        "name": "demo",
        "display_name": "Demo",
        "roles": ["technician"],
        "area": None,
    }
    assert said["database"] == "civic"
    assert said["policy"].keys() == {"text", "signature"}
    assert datetime.fromisoformat(said["time"]) == clock.now()
    assert said["refresh_token"]
    assert await works(http, said["access_token"])


async def test_a_sign_in_gives_the_signed_recovery_key(
    http: httpx.AsyncClient, folder: GatewayFolder
) -> None:
    device = Device()
    first = (await sign_in(http, device=device)).json()
    renewal = device.renewal(first["refresh_token"])
    second = (await http.post("/v1/session/refresh", json=renewal)).json()
    for said in (first, second):
        kid, public, signature = (
            said["recovery_key"][name] for name in ("kid", "public_key", "signature")
        )
        assert kid == hashlib.sha256(base64.urlsafe_b64decode(public + "=")).hexdigest()[:16]
        message = f"civictui/recovery-key/v1\n{folder.id}\n{kid}\n{public}".encode()
        assert is_signed(said["gateway"]["public_key"], signature, message)
        assert not is_signed(said["gateway"]["public_key"], signature, message + b"x")
    assert first["gateway"] == second["gateway"]
    assert first["recovery_key"] == second["recovery_key"]


async def test_without_a_device_key_there_is_no_refresh_token(http: httpx.AsyncClient) -> None:
    said = (await sign_in(http)).json()
    assert "refresh_token" not in said
    assert await works(http, said["access_token"])


@pytest.mark.parametrize("path", ["/db/civic", "/db/other", "/v1/policy", "/v1/objects/a.jpg"])
async def test_nothing_is_answered_without_a_token(http: httpx.AsyncClient, path: str) -> None:
    for headers in ({}, {"Authorization": "Bearer guess"}, {"Authorization": "Basic ZGVtbw=="}):
        answer = await http.get(path, headers=headers)
        assert answer.status_code == 401
        assert answer.json()["error"] == "unauthorized"
        assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_an_access_token_ends_after_its_time(
    http: httpx.AsyncClient, clock: MovableClock
) -> None:
    token = (await sign_in(http)).json()["access_token"]
    clock.move(899)
    assert await works(http, token)
    clock.move(1)
    assert not await works(http, token)


async def test_three_wrong_passwords_and_then_a_block(
    http: httpx.AsyncClient, clock: MovableClock
) -> None:
    for left in (2, 1, 0):
        answer = await sign_in(http, password="wrong")
        assert answer.status_code == 401
        assert answer.json()["error"] == "wrong_credentials"
        assert answer.json()["remaining_attempts"] == left
    clock.move(100)
    answer = await sign_in(http)  # the right one, and too late
    assert answer.status_code == 429
    assert answer.json()["error"] == "blocked"
    assert answer.json()["retry_after"] == 200
    assert answer.headers["retry-after"] == "200"
    clock.move(200)
    assert (await sign_in(http)).status_code == 200


async def test_an_unknown_user_is_answered_like_a_known_one(http: httpx.AsyncClient) -> None:
    for _ in range(4):
        known = await sign_in(http, "demo", "wrong")
        unknown = await sign_in(http, "nobody", "wrong")
        assert known.status_code == unknown.status_code
        assert known.json() == unknown.json()


async def test_an_unknown_user_costs_the_same_work(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    work: list[tuple[int, ...]] = []

    def counted(password: str, salt: bytes, *cost: int) -> bytes:
        work.append((len(password), len(salt), *cost))
        return argon2id(password, salt, *cost)

    monkeypatch.setattr(passwords, "argon2id", counted)
    await sign_in(http, "demo", "wrong")
    await sign_in(http, "nobody", "wrong")
    known, unknown = work
    assert known == unknown == (5, 16, *CHEAP)


async def test_another_user_and_device_are_not_blocked(http: httpx.AsyncClient) -> None:
    for _ in range(3):
        await sign_in(http, password="wrong", device=Device("one"))
    assert (await sign_in(http, device=Device("two"))).status_code == 429
    assert (await sign_in(http, "asha", device=Device("one"))).status_code == 429
    assert (await sign_in(http, "asha", device=Device("two"))).status_code == 200


async def test_success_forgives_the_failures_before_it(http: httpx.AsyncClient) -> None:
    for _ in range(3):
        await sign_in(http, password="wrong")
        await sign_in(http, password="wrong")
        assert (await sign_in(http)).status_code == 200


async def test_failures_long_ago_do_not_count(http: httpx.AsyncClient, clock: MovableClock) -> None:
    for _ in range(5):
        assert (await sign_in(http, password="wrong")).json()["remaining_attempts"] == 2
        clock.move(301)


async def test_an_address_is_blocked_after_sixty(app: Starlette) -> None:
    async with client_of(app, "203.0.113.9") as attacker, client_of(app) as other:
        for i in range(60):
            assert (await sign_in(attacker, f"user{i}", "guess")).status_code == 401
        assert (await sign_in(attacker, "user60", "guess")).status_code == 429
        assert (await sign_in(other)).status_code == 200


async def test_a_subscriber_with_many_addresses_counts_once(app: Starlette) -> None:
    for i in range(60):
        async with client_of(app, f"2001:db8:1:2::{i:x}") as attacker:
            assert (await sign_in(attacker, f"user{i}", "guess")).status_code == 401
    async with client_of(app, "2001:db8:1:2:ffff::1") as attacker:
        assert (await sign_in(attacker, "user60", "guess")).status_code == 429


async def test_addresses_of_the_older_kind_are_told_apart_on_a_socket_for_both(
    app: Starlette,
) -> None:
    async with client_of(app, "::ffff:203.0.113.9") as attacker:
        for i in range(61):
            answer = await sign_in(attacker, f"user{i}", "guess")
    assert answer.status_code == 429
    async with client_of(app, "::ffff:198.51.100.7") as other:
        assert (await sign_in(other)).status_code == 200


async def test_a_restart_forgives_nothing(folder: GatewayFolder, clock: MovableClock) -> None:
    for expected in (401, 401, 401, 429):
        app = build(folder, clock=clock, cost=CHEAP)
        async with client_of(app) as http:
            assert (await sign_in(http, password="wrong")).status_code == expected
        await app.state.backends.close()


async def test_a_clock_set_back_does_not_prolong_a_block(
    http: httpx.AsyncClient, clock: MovableClock
) -> None:
    for _ in range(3):
        await sign_in(http, password="wrong")
    clock.move(-86400)
    assert (await sign_in(http)).status_code == 429
    clock.move(300)
    assert (await sign_in(http)).status_code == 200


async def test_a_password_counts_as_typed_but_for_nfc(
    http: httpx.AsyncClient, folder: GatewayFolder
) -> None:
    add_user(folder, "Zo\u00eb", " caf\u00e9 au lait  ", cost=CHEAP)
    assert (await sign_in(http, "Zoe\u0308", " cafe\u0301 au lait  ")).status_code == 200
    assert (await sign_in(http, "Zo\u00eb", "caf\u00e9 au lait")).status_code == 401


async def test_a_user_added_while_the_gateway_runs_may_sign_in(
    http: httpx.AsyncClient, folder: GatewayFolder
) -> None:
    assert (await sign_in(http, "ravi")).status_code == 401
    add_user(folder, "ravi", PASSWORD, cost=CHEAP)
    assert (await sign_in(http, "ravi")).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"username": "demo"}',
        b'{"username": "demo", "password": 5}',
        b'{"username": "demo", "password": "x", "device": "phone"}',
        b'{"username": "demo", "password": "x", "device": {"id": 5}}',
        b'{"username": "demo", "password": "x", "device": {"public_key": "short"}}',
        b'{"username": "demo", "password": "x", "device": {"public_key": "\xc3\xa4"}}',
    ],
)
async def test_a_sign_in_that_cannot_be_read(http: httpx.AsyncClient, body: bytes) -> None:
    answer = await http.post("/v1/session", content=body)
    assert answer.status_code == 400
    assert answer.json()["error"] == "bad_request"


async def test_signing_out_ends_both_tokens(http: httpx.AsyncClient) -> None:
    device = Device()
    said = (await sign_in(http, device=device)).json()
    other = (await sign_in(http)).json()["access_token"]
    headers = {"Authorization": f"Bearer {said['access_token']}"}
    assert (await http.delete("/v1/session", headers=headers)).status_code == 204
    assert not await works(http, said["access_token"])
    renewed = await http.post("/v1/session/refresh", json=device.renewal(said["refresh_token"]))
    assert renewed.status_code == 401
    assert await works(http, other)


async def test_the_policy_has_an_etag(demo: httpx.AsyncClient) -> None:
    answer = await demo.get("/v1/policy")
    assert answer.json().keys() == {"text", "signature"}
    again = await demo.get("/v1/policy", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert not again.content
