"""What a database that was put back says of documents of others that it does not know."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.app import build
from civictui.gateway.devices.disabled import Disabled, DisabledDevices
from civictui.gateway.devices.entries import Entry, Holdings
from civictui.gateway.devices.records import Records, entries_of
from civictui.gateway.devices.states import DISABLED, SAFE, standings
from civictui.gateway.folder import GatewayFolder
from tests.conftest import MovableClock
from tests.gateway.backup.conftest import backed_up, put_back
from tests.gateway.conftest import client_of
from tests.gateway.peer import TIME, Device, bearer, push, report, revision, sign_in


@pytest.fixture
async def restored(
    filled: GatewayFolder, tmp_path: Path, clock: MovableClock
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the gateway that was put back, as demo."""
    backed_up(filled, tmp_path / "backup")
    put_back(filled, tmp_path / "backup", tmp_path / "new")
    app = build(GatewayFolder.open(tmp_path / "new", 0), clock=clock, cost=CHEAP)
    async with client_of(app) as client:
        client.headers.update(await bearer(client))
        yield client
    await app.state.backends.close()


async def test_an_edit_of_a_report_that_was_forgotten_is_put_off(
    restored: httpx.AsyncClient,
) -> None:
    first = report("lost", "asha")
    edit = revision("lost", {"type": "report", "reportedBy": "asha"}, first["_rev"])
    (refused,) = await push(restored, edit)
    assert refused["error"] == "service_unavailable"
    asha = await bearer(restored, "asha")
    assert await push(restored, first, headers=asha) == []
    assert await push(restored, edit) == []


async def test_in_the_name_of_others_nothing_begins(restored: httpx.AsyncClient) -> None:
    (refused,) = await push(restored, report("made up", "asha"))
    assert refused["error"] == "forbidden"


async def test_sequences_and_logs_of_before_are_of_another_database(
    restored: httpx.AsyncClient, filled: GatewayFolder, clock: MovableClock
) -> None:
    before = build(filled, clock=clock, cost=CHEAP)
    async with client_of(before) as client:
        client.headers.update(await bearer(client))
        place = (await client.get("/db/civic")).json()["update_seq"]
    await before.state.backends.close()
    answer = await restored.get("/db/civic/_changes", params={"since": place})
    assert (answer.status_code, answer.json()["error"]) == (400, "foreign_sequence")
    everything = (await restored.get("/db/civic/_changes")).json()
    assert everything["last_seq"].partition("-")[0] == place.partition("-")[0]
    assert len(everything["results"]) == 20


async def test_a_session_of_before_does_not_come_alive(
    filled: GatewayFolder, tmp_path: Path, clock: MovableClock
) -> None:
    device = Device()
    first = build(filled, clock=clock, cost=CHEAP)
    async with client_of(first) as client:
        said = (await sign_in(client, device=device)).json()
    await first.state.backends.close()
    backed_up(filled, tmp_path / "backup")
    put_back(filled, tmp_path / "backup", tmp_path / "new")
    second = build(GatewayFolder.open(tmp_path / "new", 0), clock=clock, cost=CHEAP)
    async with client_of(second) as client:
        answer = await client.post(
            "/v1/session/refresh", json=device.renewal(said["refresh_token"])
        )
        assert (answer.status_code, answer.json()["error"]) == (401, "session_expired")
    await second.state.backends.close()


def test_no_device_is_safe_by_what_it_said_to_the_gateway_of_before(
    filled: GatewayFolder, tmp_path: Path
) -> None:
    """It may have delivered since, or while the back-up was taken, what was forgotten here."""
    disabled = DisabledDevices(filled)
    disabled.disable("d1", Disabled(since=TIME))
    said = Entry(device="d1", user="demo", holds=Holdings(), told=TIME, knew=True)
    Records(filled, disabled).add([said])
    assert states_in(filled) == [SAFE]
    backed_up(filled, tmp_path / "backup")
    put_back(filled, tmp_path / "backup", tmp_path / "new")
    assert states_in(GatewayFolder.open(tmp_path / "new", 0)) == [DISABLED]


def states_in(folder: GatewayFolder) -> list[str]:
    """As the operator reads them."""
    found = standings(entries_of(folder), DisabledDevices(folder).all())
    return [standing.state for standing in found]


async def test_a_log_of_before_is_not_known(
    filled: GatewayFolder, tmp_path: Path, clock: MovableClock
) -> None:
    first = build(filled, clock=clock, cost=CHEAP)
    async with client_of(first) as client:
        client.headers.update(await bearer(client))
        await client.put("/db/civic/_local/log", json={"session_id": "s"})
    await first.state.backends.close()
    backed_up(filled, tmp_path / "backup")
    put_back(filled, tmp_path / "backup", tmp_path / "new")
    second = build(GatewayFolder.open(tmp_path / "new", 0), clock=clock, cost=CHEAP)
    async with client_of(second) as client:
        client.headers.update(await bearer(client))
        assert (await client.get("/db/civic/_local/log")).status_code == 404
    await second.state.backends.close()
