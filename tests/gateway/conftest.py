"""A gateway in memory of the test, and one on a socket."""

import gzip
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.app import build
from civictui.gateway.audit import Audit
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.provisioning import add_user
from civictui.gateway.server import GatewayThread
from tests.conftest import MovableClock
from tests.gateway.openapi.document import faults_of
from tests.gateway.peer import PASSWORD, bearer


@pytest.fixture
def folder(tmp_path: Path, clock: MovableClock) -> GatewayFolder:
    """A data folder with the users demo and asha."""
    opened = GatewayFolder.open(tmp_path / "gateway", int(clock.now().timestamp()))
    for name in ("demo", "asha"):
        add_user(opened, name, PASSWORD, name.title(), cost=CHEAP)
    return opened


@pytest.fixture
async def app(folder: GatewayFolder, clock: MovableClock) -> AsyncIterator[Starlette]:
    built = build(folder, clock=clock, cost=CHEAP)
    yield built
    await built.state.backends.close()


@pytest.fixture
def audit(folder: GatewayFolder, clock: MovableClock) -> Iterator[Audit]:
    """The folder's audit log, as another process has it open."""
    opened = Audit(folder, clock)
    yield opened
    opened.close()


@pytest.fixture
async def http(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """A client of `app` without a socket between them."""
    async with client_of(app) as client:
        yield client


@pytest.fixture
async def demo(http: httpx.AsyncClient) -> httpx.AsyncClient:
    """The same client, signed in as demo."""
    http.headers.update(await bearer(http))
    return http


@pytest.fixture
def served(folder: GatewayFolder) -> Iterator[GatewayThread]:
    """The gateway on a real socket, with the system's clock."""
    with GatewayThread(folder.path, cost=CHEAP) as running:
        yield running


@pytest.fixture
async def wire(served: GatewayThread) -> AsyncIterator[httpx.AsyncClient]:
    """A client over the socket, signed in as demo."""
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{served.port}", trust_env=False
    ) as client:
        client.headers.update(await bearer(client))
        yield client


class Documented(httpx.ASGITransport):
    """Calls an application, and holds each of its answers against docs/openapi.yaml."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        await answer.aread()  # all of it is here already
        status, fields = answer.status_code, answer.headers
        offered = hasattr(getattr(self.app, "state", None), "open311")
        said = (request.method, request.url.path, status, fields, answer.content)
        faults = faults_of(*said, open311=offered)
        assert not faults, f"{request.method} {request.url}: {faults}"
        return httpx.Response(status, headers=fields, stream=_again(answer))


def _again(answer: httpx.Response) -> httpx.ByteStream:
    packed = answer.headers.get("content-encoding") == "gzip"
    return httpx.ByteStream(gzip.compress(answer.content, 1) if packed else answer.content)


def client_of(app: Starlette, address: str = "198.51.100.7") -> httpx.AsyncClient:
    transport = Documented(app=app, client=(address, 40000))
    return httpx.AsyncClient(transport=transport, base_url="http://gateway")
