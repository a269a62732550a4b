"""A forgotten password: the recovery slot is opened for its own user, and for nobody else."""

import base64
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from civictui.gateway.accounts import recoveries
from civictui.gateway.accounts.recovery import RecoveryKey
from civictui.gateway.audit import Audit
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.server import GatewayThread
from civictui.storage import recovery_slots
from tests.conftest import MovableClock
from tests.gateway.conftest import client_of
from tests.gateway.peer import PASSWORD, SealedStore, encoded, sign_in


@pytest.fixture
async def store(http: httpx.AsyncClient) -> SealedStore:
    return SealedStore((await sign_in(http)).json())


def audited(audit: Audit) -> list[tuple[str, ...]]:
    """User, device and outcome of every line about a recovery."""
    lines, damaged = audit.lines()
    assert not damaged
    names = ("user", "device", "outcome")
    return [tuple(line[n] for n in names) for line in lines if line["action"] == "recover"]


async def test_the_data_key_comes_sealed_to_the_client(
    http: httpx.AsyncClient, store: SealedStore, audit: Audit
) -> None:
    answer = await http.post("/v1/recover", json=store.appeal())
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json().keys() == {"e", "c"}
    assert store.opened(answer.json()) == store.key
    assert audited(audit) == [("demo", "terminal-1", "done")]


async def test_it_works_over_a_socket(served: GatewayThread) -> None:
    origin = f"http://127.0.0.1:{served.port}"
    async with httpx.AsyncClient(base_url=origin, trust_env=False) as wire:
        store = SealedStore((await sign_in(wire)).json())
        answer = await wire.post("/v1/recover", json=store.appeal())
        assert store.opened(answer.json()) == store.key


async def test_a_wrong_password_counts_as_at_a_sign_in(
    http: httpx.AsyncClient, store: SealedStore, audit: Audit, clock: MovableClock
) -> None:
    assert (await sign_in(http, password="wrong")).json()["remaining_attempts"] == 2
    for left in (1, 0):
        answer = await http.post("/v1/recover", json=store.appeal("wrong"))
        assert answer.status_code == 401
        assert answer.json()["error"] == "wrong_credentials"
        assert answer.json()["remaining_attempts"] == left
    for _ in range(3):
        answer = await http.post("/v1/recover", json=store.appeal())
        assert answer.status_code == 429
        assert answer.headers["retry-after"] == "300"
    assert (await sign_in(http)).status_code == 429
    assert audited(audit) == [("demo", "terminal-1", "wrong_credentials")] * 2
    clock.move(300)
    assert (await http.post("/v1/recover", json=store.appeal())).status_code == 200


async def test_an_unknown_user_is_answered_like_a_known_one(
    http: httpx.AsyncClient, store: SealedStore, audit: Audit
) -> None:
    for name in ("demo", "nobody"):
        appeal = store.appeal("wrong", username=name, device={"id": name})
        answer = await http.post("/v1/recover", json=appeal)
        assert answer.status_code == 401
        assert answer.json()["remaining_attempts"] == 2
    # What nobody is called may have been a password, typed into the wrong field.
    assert audited(audit) == [
        (n, d, "wrong_credentials") for n, d in (("demo", "demo"), ("", "nobody"))
    ]


async def test_somebody_elses_store_stays_shut(http: httpx.AsyncClient, audit: Audit) -> None:
    said = (await sign_in(http)).json()
    stranger = SealedStore(said, user="asha")
    elsewhere = SealedStore(said, gateway="0" * 32)
    for store in (stranger, elsewhere):
        answer = await http.post("/v1/recover", json=store.appeal())
        assert answer.status_code == 403
        assert answer.json()["error"] == "not_yours"
    assert audited(audit) == [("demo", "terminal-1", "not_yours")] * 2


@pytest.mark.parametrize("name", ["Demo", "demo ", "d\u0435mo"])
async def test_a_slot_of_almost_the_same_name(http: httpx.AsyncClient, name: str) -> None:
    store = SealedStore((await sign_in(http)).json(), user=name)
    assert (await http.post("/v1/recover", json=store.appeal())).status_code == 403


def other_store(store: SealedStore) -> dict[str, Any]:
    return {"store": base64.b64encode(os.urandom(16)).decode()}


def flipped(store: SealedStore, field: str) -> dict[str, Any]:
    content = bytearray(base64.b64decode(store.slot[field]))
    content[-1] ^= 1
    return {"slot": {**store.slot, field: base64.b64encode(content).decode()}}


BAD_SLOTS: dict[str, Callable[[SealedStore], dict[str, Any]]] = {
    "of another store": other_store,
    "with a flipped bit": lambda store: flipped(store, "c"),
    "with another ephemeral key": lambda store: flipped(store, "e"),
    "with a point of low order": lambda store: {
        "slot": {**store.slot, "e": base64.b64encode(bytes(32)).decode()}
    },
    "cut short": lambda store: {"slot": {**store.slot, "c": "AAAA"}},
    "without text": lambda store: {"slot": {**store.slot, "c": 5}},
    "without base64": lambda store: {"slot": {**store.slot, "e": "\u00e4"}},
    "without its parts": lambda store: {"slot": {"type": "recovery", "kid": store.slot["kid"]}},
}


@pytest.mark.parametrize("fault", BAD_SLOTS)
async def test_a_slot_that_cannot_be_opened(
    http: httpx.AsyncClient, store: SealedStore, fault: str
) -> None:
    answer = await http.post("/v1/recover", json=store.appeal(**BAD_SLOTS[fault](store)))
    assert answer.status_code == 400
    assert answer.json()["error"] == "bad_slot"


@pytest.mark.parametrize("kid", ["0" * 16, "", None, 5, ["x"]])
async def test_another_recovery_key(
    http: httpx.AsyncClient, store: SealedStore, kid: object
) -> None:
    answer = await http.post("/v1/recover", json=store.appeal(slot={**store.slot, "kid": kid}))
    assert answer.status_code == 409
    assert answer.json()["error"] == "unknown_recovery_key"


@pytest.mark.parametrize(
    "fields",
    [
        {"slot": None},
        {"slot": "x"},
        {"store": ""},
        {"store": "AAAA"},
        {"store": "\u00e4"},
        {"store": 5},
        {"public_key": ""},
        {"public_key": "AAAA"},
        {"public_key": "\u00e4"},
        {"public_key": encoded(bytes(32))},
        {"username": 5},
        {"device": "phone"},
    ],
)
async def test_an_appeal_that_cannot_be_read(
    http: httpx.AsyncClient, store: SealedStore, fields: dict[str, Any]
) -> None:
    answer = await http.post("/v1/recover", json=store.appeal(**fields))
    assert answer.status_code == 400
    assert answer.json()["error"] == "bad_request"


async def test_a_running_gateway_notices_that_the_key_went_off_line(
    http: httpx.AsyncClient,
    store: SealedStore,
    folder: GatewayFolder,
    audit: Audit,
    tmp_path: Path,
) -> None:
    announced = (await sign_in(http)).json()["recovery_key"]
    RecoveryKey(folder).take_off_line(tmp_path / "key", audit)
    answer = await http.post("/v1/recover", json=store.appeal())
    assert answer.status_code == 409
    assert answer.json()["error"] == "recovery_off_line"
    assert (await sign_in(http)).json()["recovery_key"] == announced
    assert audited(audit) == [("demo", "terminal-1", "recovery_off_line")]


async def test_what_cannot_be_noted_is_not_handed_over(
    app: Starlette, store: SealedStore, folder: GatewayFolder
) -> None:
    (folder.path / "audit.lock").unlink(missing_ok=True)
    (folder.path / "audit.lock").mkdir()
    async with client_of(app) as http:
        answer = await http.post("/v1/recover", json=store.appeal())
    assert answer.status_code == 500
    assert answer.json().keys() == {"error", "reason"}


@pytest.mark.parametrize("user", ["demo", "asha"])
async def test_no_data_key_stays_in_memory(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, user: str
) -> None:
    store = SealedStore((await sign_in(http)).json(), user=user)
    kept: list[bytearray] = []
    plain = recovery_slots.open_slot

    def watched(*given: Any) -> Any:
        opened = plain(*given)
        assert opened.key == store.key
        kept.append(opened.key)
        return opened

    monkeypatch.setattr(recoveries, "open_slot", watched)
    answer = await http.post("/v1/recover", json=store.appeal())
    assert answer.status_code == (200 if user == "demo" else 403)
    assert kept == [bytes(32)]


async def test_recovering_needs_no_session_and_gives_none(
    http: httpx.AsyncClient, store: SealedStore
) -> None:
    answer = await http.post("/v1/recover", json=store.appeal(PASSWORD))
    assert "access_token" not in answer.json()
