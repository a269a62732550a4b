"""The signed policy and the notice over HTTP; a running gateway tells the new one at once."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from civictui.domain.errors import StoreDamaged
from civictui.domain.model import Policy
from civictui.gateway.accounts.accounts import Changes
from civictui.gateway.area import Area
from civictui.gateway.backends import Backends
from civictui.gateway.devices.disabled import Disabled, DisabledDevices
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.policy import FeatureRule, PolicyFile, Rules
from civictui.gateway.provisioning import set_user
from civictui.signed_policy import policy_in, read_signed
from civictui.storage.envelope import DeviceSigner
from tests.conftest import MovableClock
from tests.gateway.peer import TIME, Device, sign_in

TOWN = Area.box(-122.5, 37.7, -122.3, 37.9)
BAY = Area.box(-122.42, 37.78, -122.38, 37.82)
RULES = Rules(
    message="Come to the depot.",
    offline_days=30,
    features=(
        FeatureRule(names=("export",), on=False, roles=frozenset({"technician"})),
        FeatureRule(names=("pack",), on=False, area=BAY),
    ),
)


def put(folder: GatewayFolder, rules: Rules) -> None:
    """As the command line does, in a process of its own."""
    file = PolicyFile(folder)
    with file.alone():
        file.put(rules)


async def told(http: httpx.AsyncClient) -> dict[str, Any]:
    said: dict[str, Any] = (await http.get("/v1/policy")).json()
    return said


def read(said: dict[str, Any], gateway: dict[str, str], device: str = "terminal-1") -> Policy:
    """What a terminal makes of it, which believes nothing that is not signed for it."""
    whose = {"gateway": gateway["id"], "user": "demo", "device": device}
    signer = DeviceSigner()
    assert read_signed(said, key=gateway["public_key"], whose=whose, signer=signer)
    return policy_in(said)


async def test_both_answers_of_a_session_have_it_signed(
    http: httpx.AsyncClient, folder: GatewayFolder
) -> None:
    put(folder, RULES)
    device = Device()
    said = (await sign_in(http, device=device)).json()
    first = read(said["policy"], said["gateway"])
    assert (first.message, first.offline_days) == ("Come to the depot.", 30)
    assert first.off == {"export"}
    put(folder, replace(RULES, minimum_version="0.2.0"))
    renewal = device.renewal(said["refresh_token"])
    renewed = (await http.post("/v1/session/refresh", json=renewal)).json()
    assert read(renewed["policy"], said["gateway"]).minimum_version == "0.2.0"


async def test_a_script_has_no_device(http: httpx.AsyncClient) -> None:
    said = (await sign_in(http)).json()
    assert not read(said["policy"], said["gateway"], device="").disabled


async def test_a_running_gateway_tells_the_new_one_at_the_next_request(
    demo: httpx.AsyncClient, folder: GatewayFolder
) -> None:
    before = await demo.get("/v1/policy")
    known = {"If-None-Match": before.headers["etag"]}
    assert before.headers["cache-control"] == "no-cache"
    unchanged = await demo.get("/v1/policy", headers=known)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    put(folder, RULES)
    after = await demo.get("/v1/policy", headers=known)
    assert after.status_code == 200
    assert policy_in(after.json()).message == "Come to the depot."
    put(folder, Rules())
    assert (await demo.get("/v1/policy", headers=known)).status_code == 304


async def test_a_disabled_device_is_told_so_and_another_one_is_not(
    http: httpx.AsyncClient, folder: GatewayFolder
) -> None:
    lost = (await sign_in(http, device=Device("lost"))).json()
    kept = (await sign_in(http, device=Device("kept"))).json()
    DisabledDevices(folder).disable("lost", Disabled(since=TIME, lost=True))
    put(folder, replace(RULES, disabled_message="Room 12"))
    for said, why in ((lost, "device"), (kept, "")):
        headers = {"Authorization": f"Bearer {said['access_token']}"}
        answer = await http.get("/v1/policy", headers=headers)
        device = "lost" if why else "kept"
        policy = read(answer.json(), said["gateway"], device)
        assert (policy.bars("0.1.0"), policy.disabled_message) == (why, "Room 12")


async def test_features_go_by_the_role_and_area_of_the_moment(
    demo: httpx.AsyncClient, folder: GatewayFolder
) -> None:
    put(folder, RULES)
    assert policy_in(await told(demo)).off == {"export"}
    set_user(folder, "demo", Changes(area=TOWN))
    assert policy_in(await told(demo)).off == {"export", "pack"}
    set_user(folder, "demo", Changes(roles=frozenset({"supervisor"})))
    assert policy_in(await told(demo)).off == {"pack"}


async def test_the_notice_is_for_everybody_and_says_nothing_else(
    http: httpx.AsyncClient, folder: GatewayFolder
) -> None:
    before = await http.get("/v1/notice")
    assert (before.status_code, before.json()) == (200, {"message": ""})
    put(folder, RULES)
    known = {"If-None-Match": before.headers["etag"]}
    after = await http.get("/v1/notice", headers=known)
    assert after.json() == {"message": "Come to the depot."}
    assert after.headers["cache-control"] == "no-cache"
    assert not [value for value in after.headers.values() if folder.id in value]
    known = {"If-None-Match": after.headers["etag"]}
    unchanged = await http.get("/v1/notice", headers=known)
    assert (unchanged.status_code, unchanged.content) == (304, b"")


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
async def test_the_notice_is_only_read(http: httpx.AsyncClient, method: str) -> None:
    assert (await http.request(method, "/v1/notice")).status_code == 401


async def test_the_policy_needs_a_session(http: httpx.AsyncClient) -> None:
    """Whoever looks whether a gateway answers asks for it, and knows it by how it refuses."""
    answer = await http.get("/v1/policy")
    assert answer.status_code == 401
    assert 'realm="civictui"' in answer.headers["www-authenticate"]


async def test_a_policy_that_is_damaged_while_it_is_served_holds_on(
    demo: httpx.AsyncClient, folder: GatewayFolder
) -> None:
    put(folder, RULES)
    message = policy_in(await told(demo)).message
    assert message
    path = folder.path / "policy"
    path.write_bytes(path.read_bytes()[:-1])
    assert policy_in(await told(demo)).message == message
    path.unlink()
    assert policy_in(await told(demo)).message == ""


@pytest.mark.parametrize("name", ["policy", "devices-disabled"])
def test_a_gateway_that_cannot_know_whom_to_bar_does_not_begin(
    folder: GatewayFolder, clock: MovableClock, name: str
) -> None:
    (folder.path / name).write_bytes(b"damaged")
    with pytest.raises(StoreDamaged, match=name):
        Backends.open(folder, clock)
