"""PouchDB and civictui's gateway on real sockets, each test with its own."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.gateway.peer import bearer
from tests.peers.node import Pouch, pouch_client, pouch_server
from tests.site import Site, site

__all__ = ["site"]


@pytest.fixture
async def gateway(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the gateway, signed in as demo."""
    async with httpx.AsyncClient(base_url=site.origin, trust_env=False) as client:
        client.headers.update(await bearer(client))
        yield client


@pytest.fixture
async def pouch(tmp_path: Path, site: Site, gateway: httpx.AsyncClient) -> AsyncIterator[Pouch]:
    """PouchDB with a database of its own, `local`, and the gateway's, `remote`, as demo."""
    token = gateway.headers["authorization"].partition(" ")[2]
    async with pouch_client(tmp_path) as client:
        await client.open("local")
        await client.open("remote", f"{site.origin}/db/civic", token)
        yield client


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[str]:
    """The address of a PouchDB Server with an empty database `reports`."""
    async with pouch_server(tmp_path) as address:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.put(f"{address}/reports")
            assert answer.status_code == 201
        yield address
