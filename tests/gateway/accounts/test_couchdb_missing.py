"""A server of accounts that says "not found": of a user, or of all of them."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from civictui.gateway.accounts import couchdb
from civictui.gateway.accounts.couchdb import KEPT_SECONDS
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.app import build
from civictui.gateway.folder import GatewayFolder
from tests.conftest import MovableClock
from tests.gateway.accounts.couch import NAME, PASSWORD, Couch
from tests.gateway.accounts.test_couchdb import policy
from tests.gateway.conftest import client_of
from tests.gateway.peer import Device, sign_in


@pytest.fixture
def couch() -> Iterator[Couch]:
    with Couch() as running:
        yield running


@pytest.fixture
async def http(
    folder: GatewayFolder, couch: Couch, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    monkeypatch.setattr(couchdb, "FLOOR_SECONDS", 0.001)
    built = build(folder, clock=clock, cost=CHEAP, backing=couch.backing)
    async with client_of(built) as client:
        yield client
    await built.state.backends.close()


@pytest.mark.parametrize(
    "body",
    [
        b"<html>404 Not Found</html>",
        b'{"error":"not_found","reason":"Database does not exist."}',
        b'{"error":"not_found"}',
        b'["missing"]',
        b"",
    ],
)
async def test_a_server_without_users_ends_no_session_and_counts_nothing(
    http: httpx.AsyncClient, couch: Couch, clock: MovableClock, body: bytes
) -> None:
    device = Device()
    said = (await sign_in(http, NAME, PASSWORD, device)).json()
    couch.of_users = (404, {}, body)
    clock.move(KEPT_SECONDS)
    assert (await policy(http, said)).status_code == 503
    renewal = device.renewal(said["refresh_token"])
    assert (await http.post("/v1/session/refresh", json=renewal)).status_code == 503
    for password in (PASSWORD, "wrong") * 2:
        assert (await sign_in(http, NAME, password)).json()["error"] == "backend_unavailable"
    couch.of_users = None
    assert (await policy(http, said)).status_code == 200
    assert (await http.post("/v1/session/refresh", json=renewal)).status_code == 200
    assert (await sign_in(http, NAME, "wrong")).json()["remaining_attempts"] == 2


@pytest.mark.parametrize("reason", ["missing", "deleted"])
async def test_a_user_who_is_gone_is_signed_out(
    http: httpx.AsyncClient, couch: Couch, clock: MovableClock, reason: str
) -> None:
    said = (await sign_in(http, NAME, PASSWORD)).json()
    couch.of_users = (404, {}, f'{{"error":"not_found","reason":"{reason}"}}'.encode())
    clock.move(KEPT_SECONDS)
    assert (await policy(http, said)).status_code == 401
