"""What an administrator changes holds from the next request of a running gateway on."""

import httpx
import pytest
from starlette.applications import Starlette

from civictui.gateway.accounts import passwords
from civictui.gateway.accounts.accounts import Accounts, Changes
from civictui.gateway.accounts.families import Families
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.area import Area
from civictui.gateway.audit import Audit
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.provisioning import enable_user, set_password, set_user
from civictui.storage.envelope import argon2id
from tests.gateway.accounts.test_session import works
from tests.gateway.peer import PASSWORD, Device, SealedStore, sign_in

NEW = "some other words"
AREA = Area.box(-123, 37, -122, 38)


async def test_a_disabled_user_is_out_at_once(
    http: httpx.AsyncClient, folder: GatewayFolder
) -> None:
    device, other = Device(), Device("two")
    mine = (await sign_in(http, device=device)).json()
    lone = (await sign_in(http)).json()["access_token"]
    theirs = (await sign_in(http, "asha", device=other)).json()
    enable_user(folder, "demo", enabled=False)
    assert not await works(http, mine["access_token"])
    assert not await works(http, lone)
    renewal = device.renewal(mine["refresh_token"])
    for _ in range(2):
        answer = await http.post("/v1/session/refresh", json=renewal)
        assert (answer.status_code, answer.json()["error"]) == (401, "session_expired")
        enable_user(folder, "demo", enabled=True)  # what has ended does not begin again
    assert not await works(http, mine["access_token"])
    assert (await sign_in(http)).status_code == 200
    assert await works(http, theirs["access_token"])


async def test_a_session_put_back_behind_the_disabling_is_none(
    http: httpx.AsyncClient, folder: GatewayFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A renewal reads its session, the command line ends all of them, the renewal writes it."""
    device = Device()
    token = (await sign_in(http, device=device)).json()["refresh_token"]
    put = Families._put

    def late(*given: object) -> None:
        monkeypatch.setattr(Families, "_put", put)
        enable_user(folder, "demo", enabled=False)
        enable_user(folder, "demo", enabled=True)
        put(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(Families, "_put", late)
    said = (await http.post("/v1/session/refresh", json=device.renewal(token))).json()
    assert list((folder.path / "sessions").iterdir())
    renewed = await http.post("/v1/session/refresh", json=device.renewal(said["refresh_token"]))
    assert renewed.json()["error"] == "session_expired"
    assert not await works(http, said["access_token"])
    assert not list((folder.path / "sessions").iterdir())


async def test_a_disabled_user_is_answered_like_a_wrong_password(
    http: httpx.AsyncClient, folder: GatewayFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    work: list[tuple[int, ...]] = []

    def counted(password: str, salt: bytes, *cost: int) -> bytes:
        work.append((len(password), len(salt), *cost))
        return argon2id(password, salt, *cost)

    enable_user(folder, "demo", enabled=False)
    monkeypatch.setattr(passwords, "argon2id", counted)
    for _ in range(4):
        disabled = await sign_in(http, "demo", PASSWORD)
        wrong = await sign_in(http, "asha", PASSWORD[::-1])
        unknown = await sign_in(http, "nobody", PASSWORD)
        assert disabled.status_code == wrong.status_code == unknown.status_code
        assert disabled.json() == wrong.json() == unknown.json()
    assert work == [(len(PASSWORD), 16, *CHEAP)] * 9


async def test_a_disabled_user_neither_recovers_nor_changes_the_password(
    http: httpx.AsyncClient, folder: GatewayFolder, audit: Audit
) -> None:
    store = SealedStore((await sign_in(http)).json())
    enable_user(folder, "demo", enabled=False)
    body = {"username": "demo", "password": PASSWORD, "new_password": NEW}
    assert (await http.post("/v1/password", json=body)).json()["error"] == "wrong_credentials"
    refused = await http.post("/v1/recover", json=store.appeal())
    assert refused.json()["error"] == "wrong_credentials"
    lines = audit.lines()[0][-3:]
    assert [(line["action"], line["user"]) for line in lines] == [
        ("disable-user", "demo"),
        ("change-password", ""),
        ("recover", ""),
    ]


async def test_another_password_from_the_command_line_ends_sessions_at_once(
    http: httpx.AsyncClient, folder: GatewayFolder
) -> None:
    device = Device()
    said = (await sign_in(http, device=device)).json()
    set_password(folder, "demo", NEW, cost=CHEAP)
    assert not await works(http, said["access_token"])
    answer = await http.post("/v1/session/refresh", json=device.renewal(said["refresh_token"]))
    assert answer.json()["error"] == "session_expired"
    assert (await sign_in(http, password=NEW)).status_code == 200


async def test_roles_and_area_hold_from_the_next_request_on(
    app: Starlette, demo: httpx.AsyncClient, folder: GatewayFolder
) -> None:
    token = demo.headers["authorization"].partition(" ")[2]
    sessions = app.state.backends.sessions
    answer = await demo.get("/v1/policy")
    set_user(folder, "demo", Changes(roles=frozenset({"supervisor"}), area=AREA))
    grant = await sessions.grant(token)
    assert grant.viewer.is_supervisor
    assert grant.viewer.area == AREA
    unchanged = await demo.get("/v1/policy", headers={"If-None-Match": answer.headers["etag"]})
    assert unchanged.status_code == 304  # an area is the user's, and no policy is about it
    set_user(folder, "demo", Changes(no_area=True))
    assert (await sessions.grant(token)).viewer.area is None


async def test_a_renewal_says_what_a_user_has_become(
    http: httpx.AsyncClient, folder: GatewayFolder
) -> None:
    device = Device()
    token = (await sign_in(http, device=device)).json()["refresh_token"]
    changes = Changes(roles=frozenset({"admin", "technician"}), area=AREA, display_name="Dee")
    set_user(folder, "demo", changes)
    said = (await http.post("/v1/session/refresh", json=device.renewal(token))).json()
    assert said["user"] == {
        "name": "demo",
        "display_name": "Dee",
        "roles": ["admin", "technician"],
        "area": AREA.to_geojson(),
    }


async def test_a_request_reads_no_file_that_has_not_changed(
    demo: httpx.AsyncClient, folder: GatewayFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads: list[None] = []
    load = Accounts._load

    def counted(accounts: Accounts) -> object:
        loads.append(None)
        return load(accounts)

    await demo.get("/v1/policy")
    monkeypatch.setattr(Accounts, "_load", counted)
    for _ in range(3):
        await demo.get("/v1/policy")
    assert not loads
