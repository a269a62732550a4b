"""The users of a CouchDB: who gets in, what they may do, and what an outage is."""

import base64
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from civictui.codec import decode_object
from civictui.domain.errors import UsageError
from civictui.gateway.accounts import couchdb
from civictui.gateway.accounts.couchdb import FLOOR_SECONDS, KEPT_SECONDS, CouchUsers
from civictui.gateway.accounts.opening import open_accounts
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.app import build
from civictui.gateway.area import Area
from civictui.gateway.audit import Audit
from civictui.gateway.backing import Backing
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.problems import Problem
from civictui.storage.device import Device as Terminal
from tests.conftest import MovableClock
from tests.gateway.accounts.couch import ANSWERS, GATEWAY, NAME, PASSWORD, Couch
from tests.gateway.conftest import client_of
from tests.gateway.peer import Device, SealedStore, sign_in

AREA = Area.box(-123, 37, -122, 38).to_geojson()


@pytest.fixture
def couch() -> Iterator[Couch]:
    with Couch() as running:
        yield running


@pytest.fixture
async def users(couch: Couch, clock: MovableClock) -> AsyncIterator[CouchUsers]:
    """The source alone; a wait for the floor moves the clock."""

    async def sleep(seconds: float) -> None:
        clock.move(seconds)

    source = CouchUsers(couch.url, GATEWAY, clock, sleep)
    yield source
    await source.close()


@pytest.fixture
async def app(
    folder: GatewayFolder, couch: Couch, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Starlette]:
    monkeypatch.setattr(couchdb, "FLOOR_SECONDS", 0.001)
    built = build(folder, clock=clock, cost=CHEAP, backing=couch.backing)
    yield built
    await built.state.backends.close()


@pytest.fixture
async def http(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(app) as client:
        yield client


async def policy(http: httpx.AsyncClient, said: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {said['access_token']}"}
    return await http.get("/v1/policy", headers=headers)


async def test_a_user_of_the_recorded_server_signs_in(
    http: httpx.AsyncClient, couch: Couch
) -> None:
    couch.add(NAME, PASSWORD, roles=["supervisor", "_other"], area=AREA, display_name="A\u001b[1m")
    device = Device()
    answer = await sign_in(http, NAME, PASSWORD, device)
    said = answer.json()
    assert answer.status_code == 200
    multi = {"type": "MultiPolygon", "coordinates": AREA["coordinates"]}
    assert said["user"] == {
        "name": NAME,
        "display_name": "A",
        "roles": ["supervisor"],
        "area": multi,
    }
    assert decode_object((await policy(http, said)).json()["text"])["user"] == NAME
    renewed = await http.post("/v1/session/refresh", json=device.renewal(said["refresh_token"]))
    assert renewed.json()["user"] == said["user"]
    own = "Basic " + base64.b64encode(":".join(GATEWAY).encode()).decode()
    assert set(couch.seen) == {
        ("POST", "/_session", ""),
        ("GET", f"/_users/org.couchdb.user:{NAME}", own),
    }
    assert "Set-Cookie" in ANSWERS["right password"]["response"]["headers"]
    assert not couch.cookies  # the gateway asks as itself, and as nobody else


async def test_the_accounts_in_the_folder_do_not_count_then(http: httpx.AsyncClient) -> None:
    assert (await sign_in(http, "demo")).status_code == 401


REFUSED: dict[str, dict[str, Any]] = {
    "wrong password": {},
    "disabled": {"disabled": True},
    "no role of ours": {"roles": ["_admin", "reader"]},
    "roles that are none": {"roles": "technician"},
    "an area that cannot be read": {"area": {"type": "Polygon"}},
    "another name": {"name": "other"},
}


@pytest.mark.parametrize("why", REFUSED)
async def test_all_refusals_are_one(http: httpx.AsyncClient, couch: Couch, why: str) -> None:
    couch.add("asha", PASSWORD)
    couch.users["asha"] |= REFUSED[why]
    asked = "wrong" if why == "wrong password" else PASSWORD
    for _ in range(4):
        known, unknown = await sign_in(http, "asha", asked), await sign_in(http, "nobody", asked)
        assert known.status_code == unknown.status_code
        assert known.json() == unknown.json()
    assert known.status_code == 429


async def test_a_refusal_takes_the_same_time_whoever_it_is(
    users: CouchUsers, couch: Couch, clock: MovableClock
) -> None:
    """The server works for a known user, and not for an unknown one."""
    couch.add("disabled", PASSWORD, disabled=True)
    couch.working = lambda path: clock.move(0 if "nobody" in path else 0.07)
    took = []
    for name, password in (
        (NAME, "wrong"),
        ("nobody", PASSWORD),
        ("disabled", PASSWORD),
        ("x" * 65, PASSWORD),
        (NAME, "x" * 1025),
    ):
        began = clock.monotonic()
        assert await users.proved(name, password) is None
        took.append(clock.monotonic() - began)
    assert took == pytest.approx([FLOOR_SECONDS] * len(took))
    couch.working = lambda path: clock.move(0.4)  # a server that is slow today
    began = clock.monotonic()
    assert await users.proved(NAME, "wrong") is None
    assert clock.monotonic() - began == pytest.approx(2 * FLOOR_SECONDS)


async def test_names_that_differ_by_case_are_two_users_and_two_stores(
    http: httpx.AsyncClient, couch: Couch, tmp_path: Path
) -> None:
    passwords = {"asha": "the words of one", "Asha": "the words of two"}
    for name, password in passwords.items():
        couch.add(name, password, roles=["technician" if name == "asha" else "admin"])
    said = [(await sign_in(http, *pair)).json() for pair in passwords.items()]
    assert [answer["user"]["name"] for answer in said] == ["asha", "Asha"]
    assert [answer["user"]["roles"] for answer in said] == [["technician"], ["admin"]]
    assert (await sign_in(http, "asha", passwords["Asha"])).status_code == 401
    terminal = Terminal(tmp_path / "terminal")
    places = {
        terminal.place(answer["gateway"]["id"], answer["user"]["name"]).name for answer in said
    }
    assert len({place.casefold() for place in places}) == 2


async def test_a_recovery_is_not_for_the_twin(http: httpx.AsyncClient, couch: Couch) -> None:
    for name in ("asha", "Asha"):
        couch.add(name, PASSWORD)
    said = (await sign_in(http, "asha", PASSWORD)).json()
    store = SealedStore(said, user="asha")
    for name, status in (("Asha", 403), ("asha", 200)):
        appeal = store.appeal(PASSWORD, username=name)
        assert (await http.post("/v1/recover", json=appeal)).status_code == status


async def test_a_name_is_not_a_path(http: httpx.AsyncClient, couch: Couch) -> None:
    for name in ("a/..b", "Zo\u00eb ?#%", "_design"):
        couch.add(name, PASSWORD)
        assert (await sign_in(http, name, PASSWORD)).status_code == 200
    assert couch.seen[1][1] == "/_users/org.couchdb.user:a%2F..b"


OUTAGES = {
    "broken": (500, {}, b"{}"),
    "locked there": (403, {}, b'{"error":"forbidden"}'),
    "malformed": (
        ANSWERS["malformed"]["response"]["status"],
        {},
        b'{"error":"bad_request","reason":"invalid UTF-8 JSON"}',
    ),
    "a page": (200, {"Content-Type": "text/html"}, b"<html>Welcome to our network</html>"),
    "elsewhere": (302, {"Location": "http://192.0.2.1/"}, b""),
    "a page not found": (404, {"Content-Type": "text/html"}, b"<html>404</html>"),
    "a proxy's own sign-in": (401, {"WWW-Authenticate": "Basic"}, b"<html>401</html>"),
    "another no": (401, {}, b'{"error":"sign in to the proxy"}'),
    "a list": (200, {}, b"[]"),
    "no name": (200, {}, b'{"ok":true}'),
}


@pytest.mark.parametrize("outage", OUTAGES)
async def test_an_outage_is_said_and_counts_as_no_attempt(
    http: httpx.AsyncClient, couch: Couch, audit: Audit, outage: str
) -> None:
    said = (await sign_in(http, NAME, PASSWORD)).json()
    lines = len(audit.lines()[0])
    body = {"username": NAME, "password": PASSWORD, "new_password": "some other words"}
    couch.instead = OUTAGES[outage]
    for _ in range(4):
        answer = await sign_in(http, NAME, PASSWORD)
        assert (answer.status_code, answer.json()["error"]) == (503, "backend_unavailable")
        assert int(answer.headers["retry-after"]) > 0
    assert (await http.post("/v1/password", json=body)).status_code == 503
    appeal = SealedStore(said, user=NAME).appeal(PASSWORD, username=NAME)
    assert (await http.post("/v1/recover", json=appeal)).status_code == 503
    couch.instead = None
    assert (await sign_in(http, NAME, "wrong")).json()["remaining_attempts"] == 2
    assert len(audit.lines()[0]) == lines


async def test_a_name_that_leads_elsewhere_is_not_asked_for(
    users: CouchUsers, couch: Couch
) -> None:
    for name in ("x/../../reports/r1", "..", "%2e%2e"):
        assert await users.proved(name, PASSWORD) is None
        assert await users.find(name) is None
    assert not couch.seen


async def test_a_connection_that_broke_off_is_made_anew(users: CouchUsers, couch: Couch) -> None:
    couch.breaks_off = 1
    assert await users.proved(NAME, PASSWORD)
    couch.breaks_off = 2
    with pytest.raises(Problem):
        await users.proved(NAME, PASSWORD)


async def test_a_server_that_is_gone(folder: GatewayFolder, clock: MovableClock) -> None:
    with Couch() as couch:
        backing = couch.backing
    app = build(folder, clock=clock, cost=CHEAP, backing=backing)
    async with client_of(app) as http:
        answer = await sign_in(http, NAME, PASSWORD)
        assert (answer.status_code, answer.json()["error"]) == (503, "backend_unavailable")
    await app.state.backends.close()


async def test_a_session_outlives_an_outage(
    http: httpx.AsyncClient, couch: Couch, clock: MovableClock
) -> None:
    device = Device()
    said = (await sign_in(http, NAME, PASSWORD, device)).json()
    couch.instead = OUTAGES["broken"]
    assert (await policy(http, said)).status_code == 200  # what was read is believed for a while
    clock.move(KEPT_SECONDS)
    renewal = device.renewal(said["refresh_token"])
    for _ in range(2):
        assert (await policy(http, said)).json()["error"] == "backend_unavailable"
        answer = await http.post("/v1/session/refresh", json=renewal)
        assert answer.json()["error"] == "backend_unavailable"
    couch.instead = None
    assert (await policy(http, said)).status_code == 200
    assert (await http.post("/v1/session/refresh", json=renewal)).status_code == 200


@pytest.mark.parametrize(
    "becomes",
    [None, {"disabled": True}, {"roles": []}, {"derived_key": "of another password"}],
)
async def test_who_is_let_in_no_more_is_out_soon(
    http: httpx.AsyncClient, couch: Couch, clock: MovableClock, becomes: dict[str, Any] | None
) -> None:
    device = Device()
    said = (await sign_in(http, NAME, PASSWORD, device)).json()
    if becomes is None:
        del couch.users[NAME]
    else:
        couch.users[NAME] |= becomes
    clock.move(KEPT_SECONDS)
    assert (await policy(http, said)).status_code == 401
    answer = await http.post("/v1/session/refresh", json=device.renewal(said["refresh_token"]))
    assert answer.json()["error"] == "session_expired"


async def test_roles_and_area_change_soon(
    app: Starlette, http: httpx.AsyncClient, couch: Couch, clock: MovableClock
) -> None:
    said = (await sign_in(http, NAME, PASSWORD)).json()
    couch.users[NAME] |= {"roles": ["admin"], "area": AREA}
    clock.move(KEPT_SECONDS)
    viewer = (await app.state.backends.sessions.grant(said["access_token"])).viewer
    assert viewer.is_admin
    assert viewer.area == Area.from_geojson(AREA)


async def test_a_password_is_not_changed_here(http: httpx.AsyncClient, audit: Audit) -> None:
    body = {"username": NAME, "password": PASSWORD, "new_password": "some other words"}
    answer = await http.post("/v1/password", json=body)
    assert (answer.status_code, answer.json()["error"]) == (403, "managed_elsewhere")
    assert audit.lines()[0][-1]["outcome"] == "managed_elsewhere"
    assert (await sign_in(http, NAME, PASSWORD)).status_code == 200


async def test_the_password_is_asked_for_in_nfc(users: CouchUsers, couch: Couch) -> None:
    couch.add("zo\u00eb", "caf\u00e9 au lait")
    assert await users.proved("zo\u00eb", "cafe\u0301 au lait")


async def test_a_server_below_a_path(couch: Couch, clock: MovableClock) -> None:
    source = CouchUsers(couch.url + "/couch/", GATEWAY, clock)
    with pytest.raises(Problem):
        await source.proved(NAME, PASSWORD)
    await source.close()
    assert couch.seen[-1][1] == "/couch/_session"


@pytest.mark.parametrize(
    ("url", "user"),
    [
        ("http://127.0.0.1:5984", ""),
        ("http://couch.example.org", "gateway"),
        ("https://couch.example.org?x=1", "gateway"),
        ("couch", "gateway"),
    ],
)
def test_what_cannot_be_asked_is_said_at_once(
    folder: GatewayFolder, clock: MovableClock, url: str, user: str
) -> None:
    with pytest.raises(UsageError):
        open_accounts(folder, CHEAP, Backing(accounts=url, database_user=user), clock)


async def test_strange_documents_are_no_account(users: CouchUsers, couch: Couch) -> None:
    for fields in ({"roles": [1, ["technician"]]}, {"roles": None}, {"area": 5}):
        couch.add("odd", PASSWORD, **fields)
        assert await users.proved("odd", PASSWORD) is None
    couch.add("odd", PASSWORD, display_name=["x"])
    account = await users.proved("odd", PASSWORD)
    assert account
    assert account.display_name == "odd"


async def test_many_names_are_not_kept_for_ever(
    users: CouchUsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(couchdb, "_KEPT_USERS", 3)
    for number in range(10):
        assert await users.find(f"nobody{number}") is None
    assert len(users._known) <= 3
