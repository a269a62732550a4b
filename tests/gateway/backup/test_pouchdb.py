"""A client that we did not write goes on by the rules of the protocol alone."""

from pathlib import Path

import httpx
import pytest

from tests.gateway.backup.conftest import Backup
from tests.gateway.peer import bearer, push, report
from tests.peers.conftest import gateway, pouch
from tests.peers.node import Pouch
from tests.site import Site

__all__ = ["gateway", "pouch"]

pytestmark = pytest.mark.peers


async def test_pouchdb_brings_what_the_gateway_forgot_and_misses_nothing(
    site: Site, gateway: httpx.AsyncClient, pouch: Pouch, tmp_path: Path
) -> None:
    await push(gateway, *(report(f"before {n}") for n in range(5)))
    for way in (("remote", "local"), ("local", "remote")):
        await pouch.replicate(*way)
    backup = Backup(site, tmp_path)
    made = [{"_id": f"after {n}", "reportedBy": "demo"} for n in range(5)]
    await pouch.call("local", "bulkDocs", made)
    for way in (("remote", "local"), ("local", "remote"), ("remote", "local")):
        await pouch.replicate(*way)

    backup.put_back()
    gateway.headers.update(await bearer(gateway))
    await push(gateway, *(report(f"since {n}") for n in range(5)))
    token = gateway.headers["authorization"].partition(" ")[2]
    await pouch.open("remote", f"{site.origin}/db/civic", token)
    for way in (("remote", "local"), ("local", "remote")):
        await pouch.replicate(*way)
    expected = sorted(f"{when} {n}" for when in ("before", "after", "since") for n in range(5))
    here = await pouch.call("local", "allDocs")
    there = (await gateway.get("/db/civic/_all_docs")).json()
    assert [row["id"] for row in here["rows"]] == expected
    assert [row["id"] for row in there["rows"]] == expected
