"""`civictui serve add-user` and the like, in a process of their own, beside a running gateway."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from civictui.gateway.accounts.accounts import Accounts
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.area import Area
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.server import GatewayThread
from tests.gateway.accounts.test_session import works
from tests.gateway.peer import PASSWORD, Device, sign_in
from tests.gateway.test_serve_actions import Run, run

pytestmark = pytest.mark.e2e

__all__ = ["run"]

BOX = "-123,37,-122,38"
AREA = Area.box(-123, 37, -122, 38)
TRIANGLE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 1], [0, 0]]]}


def deeds(run: Run) -> list[tuple[str, ...]]:
    lines = json.loads(run("audit", "--json").stdout)
    return [(line["action"], line["user"], line["outcome"]) for line in lines[2:]]


def users(run: Run) -> dict[str, dict[str, object]]:
    return {user["name"]: user for user in json.loads(run("users", "--json").stdout)}


def test_a_user_is_added_with_roles_an_area_and_a_name(run: Run, tmp_path: Path) -> None:
    words = ("--role", "supervisor", "--role", "technician", "--area", BOX)
    told = run("add-user", "ravi", *words, "--display-name", "Ravi R.", stdin=PASSWORD)
    assert told.returncode == 0
    assert (
        told.stderr.split(maxsplit=1)[1]
        == "ravi              supervisor, technician  " + BOX + "\n"
    )
    (tmp_path / "area.json").write_text(json.dumps(TRIANGLE))
    file = str(tmp_path / "area.json")
    assert run("add-user", "mira", "--area", file, stdin=PASSWORD).returncode == 0
    assert users(run)["ravi"] == {
        "name": "ravi",
        "display_name": "Ravi R.",
        "roles": ["supervisor", "technician"],
        "area": AREA.to_geojson(),
        "enabled": True,
    }
    assert users(run)["mira"]["area"] == Area.from_geojson(TRIANGLE).to_geojson()
    assert users(run)["mira"]["roles"] == ["technician"]
    assert deeds(run) == [("add-user", "ravi", "done"), ("add-user", "mira", "done")]


def test_the_accounts_are_printed_a_line_each(run: Run) -> None:
    run("set-user", "demo", "--area", BOX, "--role", "admin")
    run("disable-user", "asha")
    assert run("users").stdout.splitlines() == [
        "asha              technician    everywhere  Asha  (disabled)",
        f"demo              admin         {BOX}  Demo",
    ]


def test_what_is_not_named_stays(run: Run, folder: GatewayFolder) -> None:
    run("set-user", "demo", "--area", BOX)
    run("set-user", "demo", "--role", "supervisor")
    run("set-user", "demo", "--display-name", "Dee\u001b[31m")
    account = Accounts(folder).find("demo")
    assert account
    assert (account.display_name, account.area) == ("Dee", AREA)
    assert account.roles == {"supervisor"}
    assert run("set-user", "demo", "--no-area").returncode == 0
    assert users(run)["demo"]["area"] is None
    assert deeds(run) == [("set-user", "demo", "done")] * 4


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("set-user", "demo"), "Nothing is to change"),
        (("set-user", "nobody", "--role", "admin"), "no user nobody"),
        (("set-user", "demo", "--role", "boss"), "boss"),
        (("set-user", "demo", "--area", "1,2,3"), "neither four degrees nor a file"),
        (("set-user", "demo", "--area", "3,2,1,4"), "West is less than east"),
        (("set-user", "demo", "--area", "1,2,3,95"), "corner"),
        (("set-user", "demo", "--area", "nan,2,3,4"), "West is less than east"),
        (("set-user", "demo", "--area", BOX, "--no-area"), "do not go together"),
        (("disable-user", "nobody"), "no user nobody"),
        (("enable-user", "nobody"), "no user nobody"),
        (("add-user", "demo"), "a user demo already"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    run: Run, folder: GatewayFolder, words: tuple[str, ...], reason: str
) -> None:
    before = (folder.path / "accounts").read_bytes()
    told = run(*words, stdin=PASSWORD)
    assert told.returncode == 2
    assert reason in told.stderr
    assert (folder.path / "accounts").read_bytes() == before
    assert deeds(run) == []


def test_a_file_that_is_no_area(run: Run, tmp_path: Path) -> None:
    for content in (b"{", b"[]", b'{"type":"Point","coordinates":[1,2]}', b"\xff"):
        (tmp_path / "area.json").write_bytes(content)
        assert run("set-user", "demo", "--area", str(tmp_path / "area.json")).returncode == 2


async def test_a_running_gateway_obeys_at_the_next_request(run: Run, folder: GatewayFolder) -> None:
    device = Device()
    with GatewayThread(folder.path, cost=CHEAP) as running:
        origin = f"http://127.0.0.1:{running.port}"
        async with httpx.AsyncClient(base_url=origin, trust_env=False) as wire:
            said = (await sign_in(wire, device=device)).json()
            token = said["access_token"]
            await asyncio.to_thread(run, "set-user", "demo", "--area", BOX)
            renewed = await wire.post(
                "/v1/session/refresh", json=device.renewal(said["refresh_token"])
            )
            said = renewed.json()
            assert said["user"]["area"] == AREA.to_geojson()
            token = said["access_token"]
            told = await asyncio.to_thread(run, "disable-user", "demo")
            assert told.returncode == 0
            assert not await works(wire, token)
            renewal = device.renewal(said["refresh_token"])
            assert (await wire.post("/v1/session/refresh", json=renewal)).status_code == 401
            assert (await sign_in(wire)).json()["error"] == "wrong_credentials"
            await asyncio.to_thread(run, "enable-user", "demo")
            assert not await works(wire, token)
            assert (await sign_in(wire)).status_code == 200
    assert deeds(run) == [
        ("set-user", "demo", "done"),
        ("disable-user", "demo", "done"),
        ("enable-user", "demo", "done"),
    ]


def test_the_help_says_what_each_is_for(run: Run) -> None:
    told = run("--help").stdout
    for name in ("add-user", "set-user", "disable-user", "enable-user", "passwd", "users"):
        assert name in told
    assert "first line of stdin" in " ".join(run("add-user", "--help").stdout.split())
