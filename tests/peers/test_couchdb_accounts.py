"""People of a `_users` database sign in at the gateway: PouchDB Server keeps it, in a process."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from civictui.gateway.area import Area
from civictui.gateway.backing import Backing
from civictui.gateway.server import GatewayThread
from civictui.storage.device import Device as Terminal
from tests.gateway.accounts.couch import GATEWAY
from tests.gateway.peer import Device, push, report, sign_in
from tests.peers.node import PATIENCE, node

pytestmark = pytest.mark.peers

AREA = Area.box(-123, 37, -122, 38).to_geojson()


@pytest.fixture
async def couch(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """The server as its administrator, with the users asha and Asha."""
    async with node("users.js", tmp_path) as process:
        assert process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            port = json.loads(await process.stdout.readline())["port"]
        async with httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", trust_env=False, auth=GATEWAY
        ) as client:
            await put_user(client, "asha", "the words of one", roles=["technician"])
            await put_user(client, "Asha", "the words of two", roles=["supervisor"], area=AREA)
            yield client


@pytest.fixture
async def wire(couch: httpx.AsyncClient, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a gateway that lets these users in."""
    backing = Backing(
        accounts=str(couch.base_url), database_user=GATEWAY[0], database_password=GATEWAY[1]
    )
    with GatewayThread(tmp_path / "gateway", backing=backing) as running:
        origin = f"http://127.0.0.1:{running.port}"
        async with httpx.AsyncClient(base_url=origin, trust_env=False) as client:
            yield client


async def put_user(
    couch: httpx.AsyncClient, name: str, password: str = "", rev: str = "", **fields: object
) -> str:
    """Write a user's document; its new revision."""
    doc = {"name": name, "type": "user", **fields}
    doc |= {"password": password} if password else {}
    doc |= {"_rev": rev} if rev else {}
    answer = await couch.put(f"/_users/org.couchdb.user:{name}", json=doc)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["rev"])


async def test_they_sign_in_with_their_roles_and_areas(
    wire: httpx.AsyncClient, tmp_path: Path
) -> None:
    one = (await sign_in(wire, "asha", "the words of one")).json()
    two = (await sign_in(wire, "Asha", "the words of two")).json()
    users = [said["user"] for said in (one, two)]
    assert [(user["name"], user["roles"], user["area"]) for user in users] == [
        ("asha", ["technician"], None),
        ("Asha", ["supervisor"], AREA),
    ]
    terminal = Terminal(tmp_path / "terminal")
    stores = {terminal.place(said["gateway"]["id"], said["user"]["name"]) for said in (one, two)}
    assert len(stores) == 2
    headers = {"Authorization": f"Bearer {one['access_token']}"}
    assert await push(wire, report("r1", "asha"), headers=headers) == []
    refused = await push(wire, report("r2", "Asha"), headers=headers)
    assert [failure["error"] for failure in refused] == ["forbidden"]


async def test_who_does_not_sign_in(wire: httpx.AsyncClient, couch: httpx.AsyncClient) -> None:
    await put_user(couch, "ravi", "the words of ravi", roles=["technician"], disabled=True)
    await put_user(couch, "other", "the words of other", roles=["reader"])
    told = [
        (await sign_in(wire, name, password)).json()
        for name, password in (
            ("asha", "the words of two"),
            ("nobody", "the words of one"),
            ("ravi", "the words of ravi"),
            ("other", "the words of other"),
            GATEWAY,
        )
    ]
    wrong = {
        "error": "wrong_credentials",
        "reason": "The user name or the password is wrong.",
        "remaining_attempts": 2,
    }
    assert told == [wrong] * len(told)


async def test_another_password_there_ends_the_sessions_here(
    wire: httpx.AsyncClient, couch: httpx.AsyncClient
) -> None:
    device = Device()
    said = (await sign_in(wire, "asha", "the words of one", device)).json()
    rev = (await couch.get("/_users/org.couchdb.user:asha")).json()["_rev"]
    await put_user(couch, "asha", "other words by now", rev, roles=["technician"])
    headers = {"Authorization": f"Bearer {said['access_token']}"}
    async with asyncio.timeout(PATIENCE):
        while (await wire.get("/v1/policy", headers=headers)).status_code == 200:
            await asyncio.sleep(0.2)
    answer = await wire.post("/v1/session/refresh", json=device.renewal(said["refresh_token"]))
    assert answer.json()["error"] == "session_expired"
    assert (await sign_in(wire, "asha", "the words of one")).status_code == 401
    assert (await sign_in(wire, "asha", "other words by now")).status_code == 200
