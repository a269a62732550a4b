"""The register follows any database, and begins anew where that has become another one."""

from datetime import UTC, datetime
from random import Random
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from civictui.domain.model import now_text
from civictui.domain.ports import Changes
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.app import build
from civictui.gateway.backing import Backing
from civictui.gateway.database.port import Database
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.open311.asking import RequestQuery
from civictui.gateway.open311.offer import Offer
from civictui.gateway.open311.register import Register
from civictui.gateway.problems import Problem
from civictui.gateway.viewer import Viewer
from tests.city_services import defined
from tests.conftest import MovableClock
from tests.gateway.conftest import client_of
from tests.gateway.database.couchdb.backend import backend
from tests.gateway.database.couchdb.test_steps import Holding, opened
from tests.gateway.peer import report, revision

AT = {"reportedDateTime": "2026-05-04T12:00:00.000Z"}
MAY = datetime(2026, 5, 1, tzinfo=UTC).timestamp()
QUERY = RequestQuery(start=MAY, end=MAY + 90 * 86_400)
CLOSING = {"type": "update", "report": "r1", "reportedBy": "asha", "status": "closed", **AT}


@pytest.fixture
def database(app: Starlette) -> Database:
    found: Database = app.state.backends.database
    return found


async def write(database: Database, *docs: dict[str, Any], user: str = "demo") -> None:
    roles = frozenset({"admin"})
    assert await database.bulk_docs(list(docs), Viewer(user, roles)) == []


async def test_a_couchdb_is_followed_too() -> None:
    """Its rows come without documents here, as where these are too large for a page."""
    body = {name: value for name, value in defined("lamp").items() if name != "_id"}
    lamp = revision("service:lamp", {**body, "reportedBy": "administrator"})
    docs = [report("r1", category="Lamp", **AT), lamp, revision("u1", CLOSING)]
    with backend(Holding(docs)) as there:
        couch = opened(there)
        register = Register(couch)
        assert await register.find(QUERY, None) == ["r1"]
        assert register.standing("r1").status == "closed"
        assert register.coding.code("Lamp") == "lamp"
        await couch.close()


async def test_a_gateway_before_a_couchdb_takes_and_tells(
    folder: GatewayFolder, clock: MovableClock, key: str
) -> None:
    body = {name: value for name, value in defined("lamp").items() if name != "_id"}
    lamp = revision("service:lamp", {**body, "reportedBy": "administrator"})
    holding = Holding([lamp, report("a b", category="lamp", **AT)])
    with backend(holding) as there:
        backing = Backing(database=there.url, database_user="x", database_password="y")
        app = build(folder, clock=clock, cost=CHEAP, backing=backing, open311=Offer(public=True))
        async with client_of(app) as http:
            (said,) = (await http.get("/open311/v2/requests.json")).json()
            assert (said["service_request_id"], said["service_name"]) == ("a b", "Lamp")
            answer = await http.post(
                "/open311/v2/requests.json",
                data={"api_key": key, "service_code": "lamp", "lat": "1", "long": "2"},
            )
        await app.state.backends.close()
        (written,) = there.saw("POST", "/_bulk_docs")
    assert answer.status_code == 200, answer.text
    (doc,) = written.body["docs"]
    assert doc["_id"] == answer.json()[0]["service_request_id"]
    assert (doc["reportedBy"], doc["category"]) == ("demo", "lamp")


async def test_what_changes_is_followed(database: Database) -> None:
    register = Register(database)
    assert await register.find(QUERY, None) == []
    first = report("r1", category="hole", **AT)
    await write(database, first, report("r2", category="tree", **AT))
    assert await register.find(QUERY, None) == ["r1", "r2"]
    assert await register.find(QUERY, "asha") == []
    body = {k: v for k, v in first.items() if not k.startswith("_")}
    await write(database, revision("r1", {**body, "category": "tree"}, first["_rev"]))
    trees = RequestQuery(start=QUERY.start, end=QUERY.end, codes=frozenset({"tree"}))
    assert await register.find(trees, "demo") == ["r1", "r2"]


async def test_what_changes_keeps_its_place_in_the_order(database: Database) -> None:
    """Reports come, go, and say another time, in between two questions."""
    register, chance = Register(database), Random(8)
    made: dict[str, tuple[list[str], float]] = {}
    """Of each that is there its revisions, the newest first, and its time."""
    for step in range(60):
        key = f"r{chance.randrange(12)}"
        at = datetime.fromtimestamp(int(MAY) + 3_600 * chance.randrange(20), UTC)
        path, _ = made.pop(key, ([], 0.0))
        gone = bool(path) and chance.random() < 0.3
        body = {"type": "report", "reportedBy": "demo", "reportedDateTime": now_text(at)}
        doc = revision(key, {**body, "step": step}, *path, deleted=gone)
        await write(database, doc)
        if not gone:
            made[key] = [doc["_rev"], *path], at.timestamp()
        if chance.random() < 0.5:
            newest = sorted(made, key=lambda key: (-made[key][1], key))
            assert await register.find(QUERY, None) == newest


async def test_another_database_is_read_from_its_beginning(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = Register(database)
    await write(database, report("r1", **AT))
    assert await register.find(QUERY, None) == ["r1"]
    await write(database, revision("r1", {"reportedBy": "demo"}, "1-x", deleted=True))
    real, refused = database.changes, list[str]()

    async def changes(since: str, limit: int, **options: Any) -> Changes:
        if not refused:
            refused.append(since)
            raise Problem(400, "foreign_sequence", "of another database")
        return await real(since, limit, **options)

    monkeypatch.setattr(database, "changes", changes)
    assert await register.find(QUERY, None) == ["r1"]
    assert refused


async def test_a_database_that_is_down_is_told_as_that(
    city: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = city._transport.app.state.backends.database  # type: ignore[attr-defined]

    async def changes(*_: Any, **__: Any) -> Changes:
        raise Problem(503, "backend_unavailable", "Later.", headers={"Retry-After": "5"})

    monkeypatch.setattr(database, "changes", changes)
    answer = await city.get("/open311/v2/requests.json")
    assert (answer.status_code, answer.json()[0]["description"]) == (503, "Later.")
    assert answer.headers["retry-after"] == "5"


ODD: list[Any] = [
    None,
    True,
    1.5,
    -1,
    "",
    "x" * 100_000,
    [],
    [[]],
    {},
    {"type": 1},
    "\x1b]0;x\x07\u202e",
]


async def test_documents_of_any_shape_are_told_or_passed_over(city: httpx.AsyncClient) -> None:
    database = city._transport.app.state.backends.database  # type: ignore[attr-defined]
    names = (
        "category", "service_code", "status", "address", "address_id", "zipcode", "geoLocation",
        "media_url", "edited", "expected_datetime", "service_notice", "photos", "attributes",
        "problemDescription",
    )  # fmt: skip
    docs = [
        report(f"{name}-{n}", **{**AT, name: odd}) for name in names for n, odd in enumerate(ODD)
    ]
    docs += [report(f"time-{n}", reportedDateTime=odd) for n, odd in enumerate(ODD)]
    docs += [
        revision(f"u-{n}", {**CLOSING, "reportedBy": "demo", "status": odd})
        for n, odd in enumerate(ODD)
    ]
    docs += [
        revision(f"v-{n}", {**CLOSING, "reportedBy": "demo", "report": odd})
        for n, odd in enumerate(ODD)
    ]
    failed = await database.bulk_docs(docs, Viewer("demo"))
    assert {failure.error for failure in failed} <= {"doc_validation"}
    for form in ("json", "xml"):
        answer = await city.get(f"/open311/v2/requests.{form}")
        assert answer.status_code == 200
        assert len(answer.content) < 2_000_000
        for sign in ("\x1b", "\u202e", "\x07"):
            assert sign not in answer.text
    assert len((await city.get("/open311/v2/requests.json")).json()) == len(names) * len(ODD)
    one = await city.get("/open311/v2/requests/time-0.json")
    assert one.json()[0]["requested_datetime"] is None
