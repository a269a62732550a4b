"""A gateway before a backend on a socket."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.app import build
from civictui.gateway.backing import Backing
from civictui.gateway.folder import GatewayFolder
from tests.conftest import MovableClock
from tests.gateway.conftest import client_of, folder
from tests.gateway.database.couchdb.backend import Backend, backend
from tests.gateway.database.couchdb.recorded import Recorded
from tests.gateway.peer import bearer

__all__ = ["folder"]
USER, SECRET = "gateway", "s3cret of the gateway"


@pytest.fixture
def recorded() -> Iterator[Backend]:
    with backend(Recorded()) as running:
        yield running


@pytest.fixture
def backing(recorded: Backend) -> Backing:
    return Backing(database=recorded.url, database_user=USER, database_password=SECRET)


@pytest.fixture
async def demo(
    folder: GatewayFolder, clock: MovableClock, backing: Backing
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the gateway, signed in as demo."""
    app = build(folder, clock=clock, cost=CHEAP, backing=backing)
    async with client_of(app) as client:
        client.headers.update(await bearer(client))
        yield client
    await app.state.backends.close()
