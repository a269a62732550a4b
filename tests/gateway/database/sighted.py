"""A gateway without accounts: whoever sends a request is the viewer that a test names."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from civictui.clock import SystemClock
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.accounts.tokens import Grant
from civictui.gateway.app import build
from civictui.gateway.area import Area
from civictui.gateway.database.port import Database
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.viewer import Viewer
from tests.gateway.conftest import client_of
from tests.gateway.peer import revision

HERE = Area.box(0, 0, 10, 10)
INSIDE: dict[str, Any] = {"geoLocation": {"type": "Point", "coordinates": [5.0, 5.0]}}
OUTSIDE: dict[str, Any] = {"geoLocation": {"type": "Point", "coordinates": [50.0, 5.0]}}
ALL = Viewer("asha")
LIMITED = Viewer("demo", area=HERE)


class Sight:
    """An open gateway."""

    def __init__(self, app: Starlette, viewers: dict[str, Viewer]) -> None:
        self.app = app
        self._viewers = viewers
        self._clients: list[httpx.AsyncClient] = []

    @property
    def database(self) -> Database:
        return self.app.state.backends.database  # type: ignore[no-any-return]

    def as_viewer(self, viewer: Viewer) -> httpx.AsyncClient:
        token = f"token{len(self._viewers)}"
        self._viewers[token] = viewer
        client = client_of(self.app)
        client.headers["Authorization"] = f"Bearer {token}"
        return client

    async def put(self, *docs: dict[str, Any], by: str = "asha") -> None:
        assert await self.database.bulk_docs(docs, Viewer(by, frozenset({"admin"}))) == []


@asynccontextmanager
async def sight(folder: Path | None = None) -> AsyncIterator[Sight]:
    with tempfile.TemporaryDirectory() as made:
        opened = GatewayFolder.open(folder or Path(made), 1)
        app = build(opened, clock=SystemClock(), cost=CHEAP)
        viewers: dict[str, Viewer] = {}

        async def grant(token: str) -> Grant | None:
            return Grant(viewers[token], "", 0) if token in viewers else None

        app.state.backends.sessions.grant = grant
        app.state.backends.sessions.still = grant
        try:
            yield Sight(app, viewers)
        finally:
            await app.state.backends.close()


def report(key: str, *, by: str = "asha", **fields: Any) -> dict[str, Any]:
    return revision(key, {"type": "report", "reportedBy": by, "text": f"text of {key}"} | fields)


def update(key: str, about: str, *, by: str = "asha", **fields: Any) -> dict[str, Any]:
    return revision(key, {"type": "update", "report": about, "reportedBy": by} | fields)


def next_of(doc: dict[str, Any], *, deleted: bool = False, **fields: Any) -> dict[str, Any]:
    """A later revision, as a client pushes it."""
    start, ids = doc["_revisions"]["start"], doc["_revisions"]["ids"]
    past = [f"{start - i}-{digest}" for i, digest in enumerate(ids)]
    body = {} if deleted else {k: v for k, v in doc.items() if k[0] != "_"}
    return revision(doc["_id"], body | fields, *past, deleted=deleted)


async def feed(client: httpx.AsyncClient, **params: str) -> dict[str, Any]:
    answer = await client.get("/db/civic/_changes", params=params)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def all_of(client: httpx.AsyncClient, limit: int = 3) -> list[str]:
    """The ids of a whole feed, page by page, as a client reads it: until a page is empty."""
    ids: list[str] = []
    since = "0"
    while True:
        page = await feed(client, since=since, limit=str(limit))
        if not page["results"]:
            return ids
        ids += [row["id"] for row in page["results"]]
        since = page["last_seq"]


def ids_of(rows: Sequence[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]


async def soon(task: "asyncio.Task[Any]") -> Any:
    async with asyncio.timeout(30):
        return await task
