"""The gateway before a CouchDB of others: our terminals notice nothing, and neither does it."""

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from civictui.clock import SystemClock
from civictui.domain.model import SyncPhase
from civictui.gateway import provisioning
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.area import Area
from civictui.gateway.backing import Backing
from civictui.gateway.database import logs
from civictui.gateway.database.couchdb.opening import open_couchdb
from civictui.gateway.database.couchdb.setup import set_up
from civictui.gateway.database.scoped import reading_for
from civictui.gateway.server import GatewayThread
from civictui.gateway.viewer import Viewer
from tests.gateway.peer import PASSWORD, bearer, push, report, revision
from tests.peers.node import HERE, PATIENCE
from tests.site import Terminal, Watch, all_sent
from tests.sync.test_loop import submitted
from tests.tools import require_packages, require_tool

pytestmark = pytest.mark.peers
DATABASE = "reports"


class Couch:
    """A PouchDB Server that can be killed and started again, and what it was asked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self.port = 0
        self.asked: list[str] = []
        """Method and address of every request."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/{DATABASE}"

    async def start(self) -> None:
        node = require_tool("node")
        require_packages(HERE)
        self._process = await asyncio.create_subprocess_exec(
            node, HERE / "durable.js", str(self.port), cwd=self._folder, stdin=PIPE, stdout=PIPE
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(PATIENCE):
            self.port = json.loads(await self._process.stdout.readline())["port"]
        self._reading = asyncio.create_task(self._read(self._process))

    async def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            await self._process.wait()
            assert self._reading is not None
            await self._reading
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process = None

    async def _read(self, process: Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            told = json.loads(line)
            self.asked.append(f"{told['method']} {told['url']}")


@pytest.fixture
async def couch(tmp_path: Path) -> AsyncIterator[Couch]:
    folder = tmp_path / "couch"
    folder.mkdir()
    server = Couch(folder)
    await server.start()
    yield server
    await server.kill()


@pytest.fixture
async def there(couch: Couch) -> AsyncIterator[httpx.AsyncClient]:
    """The database on the backend, without the gateway."""
    await set_up(Backing(database=couch.url), SystemClock())
    async with httpx.AsyncClient(base_url=couch.url, trust_env=False) as client:
        yield client


@pytest.fixture
async def origin(tmp_path: Path, couch: Couch, there: httpx.AsyncClient) -> AsyncIterator[str]:
    """The gateway's address."""
    folder = provisioning.open_folder(tmp_path / "gateway")
    for name in ("demo", "asha"):
        provisioning.add_user(folder, name, PASSWORD, cost=CHEAP)
    running = GatewayThread(folder.path, cost=CHEAP, backing=Backing(database=couch.url))
    await asyncio.to_thread(running.__enter__)
    yield f"http://127.0.0.1:{running.port}"
    await asyncio.to_thread(running.__exit__, None, None, None)


@pytest.fixture
async def wire(origin: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the gateway, signed in as demo."""
    async with httpx.AsyncClient(base_url=origin, trust_env=False, timeout=60) as client:
        client.headers.update(await bearer(client))
        yield client


@pytest.fixture
async def terminals(tmp_path: Path, origin: str) -> AsyncIterator[list[Terminal]]:
    """Of demo and asha, signed in."""
    async with AsyncExitStack() as closing:
        both = []
        for user in ("demo", "asha"):
            terminal = Terminal(tmp_path / user, origin)
            closing.push_async_callback(terminal.service.lock)
            await terminal.service.sign_in(user, PASSWORD)
            both.append(terminal)
        yield both


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await holds():
            await asyncio.sleep(0.05)


async def shown(terminal: Terminal, key: str) -> str:
    """The description that a terminal has of a report; empty where it has none."""
    if not await terminal.store.reader.count():
        return ""
    found = [row.id for row in (await terminal.store.endpoint.changes(0, limit=1000)).rows]
    if key not in found:
        return ""
    doc = await terminal.store.reader.document(key)
    return "" if doc.get("_deleted") else str(doc.get("problemDescription"))


async def test_reports_go_up_come_down_and_are_withdrawn(
    terminals: list[Terminal], there: httpx.AsyncClient
) -> None:
    one, two = terminals
    key = await submitted(one, "Lamp out")
    other = await submitted(two, "Blocked drain")
    await until(lambda: all_sent(one))
    await until(lambda: all_sent(two))
    assert (await there.get(f"/{key}")).json() == await one.store.reader.document(key)
    for terminal in terminals:
        for report_id, text in ((key, "Lamp out"), (other, "Blocked drain")):

            async def has_come(
                terminal: Terminal = terminal, report_id: str = report_id, text: str = text
            ) -> bool:
                return await shown(terminal, report_id) == text

            await until(has_come)

    await one.service.withdraw(key)
    await until(lambda: all_sent(one))

    async def is_gone() -> bool:
        return await two.store.reader.count() == 1

    await until(is_gone)
    assert (await there.get(f"/{key}")).json()["reason"] in {"deleted", "missing"}


async def test_two_who_edit_the_same_report_agree(
    wire: httpx.AsyncClient, there: httpx.AsyncClient
) -> None:
    first = report("r1")
    one = revision("r1", {**_body(first), "status": "one"}, first["_rev"])
    two = revision("r1", {**_body(first), "status": "two"}, first["_rev"])
    asha = await bearer(wire, "asha")
    assert await push(wire, first) == []
    assert await push(wire, one) == []
    assert await push(wire, two, headers=asha) == []
    loser, winner = sorted([one, two], key=lambda doc: str(doc["_rev"]))
    found = (await wire.get("/db/civic/r1?conflicts=true")).json()
    assert (found["_rev"], found["_conflicts"]) == (winner["_rev"], [loser["_rev"]])
    rows = (await wire.get("/db/civic/_changes?style=all_docs")).json()["results"]
    assert [row["changes"] for row in rows] == [[{"rev": winner["_rev"]}, {"rev": loser["_rev"]}]]
    # A leaf of a conflict may be deleted by others, the document as a whole not.
    end = revision("r1", {}, loser["_rev"], first["_rev"], deleted=True)
    assert await push(wire, end, headers=asha) == []
    last = revision("r1", {}, winner["_rev"], first["_rev"], deleted=True)
    (refusal,) = await push(wire, last, headers=asha)
    assert refusal["error"] == "forbidden"
    assert await push(wire, last) == []
    assert (await there.get("/r1")).status_code == 404
    # Whose it was is remembered beside the tombstone.
    again = revision("r1", {"reportedBy": "asha"}, last["_rev"], winner["_rev"], first["_rev"])
    (refusal,) = await push(wire, again, headers=asha)
    assert refusal["error"] == "forbidden"


async def test_a_backend_that_is_killed_loses_nothing(
    couch: Couch, terminals: list[Terminal], wire: httpx.AsyncClient, there: httpx.AsyncClient
) -> None:
    one, two = terminals
    await submitted(one, "Before")
    await until(lambda: all_sent(one))
    await couch.kill()
    answer = await wire.get("/db/civic/_changes")
    assert (answer.status_code, answer.json()["error"]) == (503, "backend_unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert (await wire.get("/healthz")).status_code == 503
    keys = [await submitted(one, f"Meanwhile {n}") for n in range(3)]
    watch = Watch(one)
    one.service.sync_now()
    await watch.until_phase(one, SyncPhase.WAITING)
    assert not await all_sent(one)

    await couch.start()
    one.service.sync_now()
    two.service.sync_now()
    await until(lambda: all_sent(one))

    async def have_come() -> bool:
        return await two.store.reader.count() == 4

    await until(have_come)
    for key in keys:
        assert (await there.get(f"/{key}")).json() == await one.store.reader.document(key)


async def test_what_is_refused_never_gets_there(couch: Couch, wire: httpx.AsyncClient) -> None:
    await push(wire, report("r0"))
    couch.asked.clear()
    design = {"_id": "_design/evil", "_rev": "1-a", "views": {}}
    foreign = report("r1", "asha")
    large = report("r2", text="x" * 1_100_000)
    refusals = {entry["id"]: entry["error"] for entry in await push(wire, design, foreign, large)}
    assert refusals == {"_design/evil": "illegal_docid", "r1": "forbidden", "r2": "too_large"}
    selector = {"selector": {"$where": "code"}}
    refused = await wire.post("/db/civic/_changes?filter=_selector", json=selector)
    assert refused.json()["error"] == "filter_refused"
    body = b'{"new_edits":false,"docs":["' + b"x" * 17_000_000 + b'"]}'
    refused = await wire.post("/db/civic/_bulk_docs", content=body)
    assert (refused.status_code, refused.json()["error"]) == (413, "too_large")
    for path in ("_design/civictui", "_security", "_find", "_local_docs", "_all_docs/queries"):
        assert (await wire.get(f"/db/civic/{path}")).status_code == 404
    wanted = {"docs": [{"id": "_design/civictui"}, {"id": "_design/civictui", "rev": "1-a"}]}
    found = (await wire.post("/db/civic/_bulk_get", json=wanted)).json()
    assert all("error" in entry["docs"][0] for entry in found["results"])
    # All that it was asked: which leaves the two plausible documents have.
    assert [line for line in couch.asked if "_design" in line or "_bulk_docs" in line] == []
    rows = (await wire.get("/db/civic/_changes?include_docs=true")).json()["results"]
    assert [row["id"] for row in rows] == ["r0"]


async def test_many_who_wait_are_one_request_there(couch: Couch, wire: httpx.AsyncClient) -> None:
    await push(wire, report("r1"))
    since = (await wire.get("/db/civic/_changes")).json()["last_seq"]
    await until(_asked(couch, "feed=longpoll"))
    couch.asked.clear()
    params = {"since": since, "feed": "longpoll", "timeout": "60000"}
    held = [asyncio.create_task(wire.get("/db/civic/_changes", params=params)) for _ in range(20)]
    await until(_asked(couch, "_changes"))
    await push(wire, report("r2"))
    for answer in await asyncio.gather(*held):
        assert [row["id"] for row in answer.json()["results"]] == ["r2"]
    assert sum("feed=longpoll" in line for line in couch.asked) <= 2  # the next one is held


async def test_an_area_holds_before_a_backend_too(
    tmp_path: Path, couch: Couch, wire: httpx.AsyncClient
) -> None:
    inside = {"type": "Point", "coordinates": [77.5, 13.5]}
    outside = {"type": "Point", "coordinates": [10.0, 50.0]}
    far = report("far", geoLocation=outside)
    update = revision("u1", {"type": "update", "report": "far", "reportedBy": "demo"})
    assert await push(wire, report("near", geoLocation=inside), far, update) == []
    database = open_couchdb(Backing(database=couch.url), SystemClock())
    limited = Viewer("asha", area=Area.box(77, 13, 78, 14))
    reading = reading_for(database, limited)
    page = await reading.changes(await reading.position("0"), 100)
    assert [row.id for row in page.rows] == ["near"]
    assert await reading.bulk_get([("far", None), ("far", far["_rev"]), ("u1", None)]) == [None] * 3
    edit = revision("far", {**_body(far), "status": "closed"}, far["_rev"])
    late = revision("u2", {"type": "update", "report": "far", "reportedBy": "asha"})
    early = revision("u3", {"type": "update", "report": "none", "reportedBy": "asha"})
    failures = await database.bulk_docs([edit, late, early], limited)
    assert [(failure.id, failure.error) for failure in failures] == [
        ("far", "forbidden"),
        ("u2", "forbidden"),
    ]
    (earlier,) = await database.earlier_updates(["far", "near"], "0")
    assert (earlier.id, earlier.revs, earlier.doc) == ("u1", (update["_rev"],), update)
    await database.close()


async def test_who_names_a_picture(couch: Couch, wire: httpx.AsyncClient) -> None:
    old = report("old", picture={"large": "a.jpg", "thumbnail": "b.jpg"})
    new = report("new", photos=[{"large": "c.jpg", "thumbnail": "b.jpg"}, "odd", None])
    assert await push(wire, old, new, report("none", photos={"large": 5}, picture=[1])) == []
    database = open_couchdb(Backing(database=couch.url), SystemClock())
    found = [sorted(await database.naming(key)) for key in ("a.jpg", "b.jpg", "c.jpg", 'd".jpg')]
    assert found == [["old"], ["new", "old"], ["new"], []]
    await push(wire, revision("old", {}, old["_rev"], deleted=True))
    assert await database.naming("a.jpg") == []
    await database.close()


async def test_init_can_be_done_again(couch: Couch, there: httpx.AsyncClient) -> None:
    said = await set_up(Backing(database=couch.url, database_user=""), SystemClock())
    assert said[:3] == [
        "the database was there",
        "only administrators and the gateway may read it, as before",
        "its indexes were there",
    ]
    assert (await there.get("/_security")).json()["members"]["roles"] == ["_admin"]


async def test_a_database_made_anew_is_another_one(
    couch: Couch, wire: httpx.AsyncClient, there: httpx.AsyncClient
) -> None:
    await push(wire, *(report(f"r{n}") for n in range(5)))
    since = (await wire.get("/db/civic/_changes")).json()["last_seq"]
    await there.delete("")
    await there.put("")

    async def is_refused() -> bool:
        answer = await wire.get("/db/civic/_changes", params={"since": since})
        return answer.status_code == 400 and answer.json()["error"] == "foreign_sequence"

    await until(is_refused)


def _body(doc: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in doc.items() if not name.startswith("_")}


def _asked(couch: Couch, words: str) -> Callable[[], Awaitable[bool]]:
    async def holds() -> bool:
        return any(words in line for line in couch.asked)

    return holds


async def test_the_oldest_log_of_a_user_goes_there(
    wire: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "MOST", 2)
    for name in "abc":
        assert (await wire.put(f"/db/civic/_local/{name}", json={})).status_code == 201
    found = [await wire.get(f"/db/civic/_local/{name}") for name in "abc"]
    assert [answer.status_code for answer in found] == [404, 200, 200]
    assert (await wire.put("/db/civic/_local/a", json={})).json()["rev"] == "0-1"
