"""PouchDB of a user with an area, beside one who sees everything."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from civictui.gateway import provisioning
from civictui.gateway.accounts.accounts import Changes
from civictui.gateway.area import Area
from tests.gateway.database.sighted import INSIDE, OUTSIDE, next_of, report, update
from tests.gateway.peer import bearer, push
from tests.peers.node import Pouch
from tests.site import Site

pytestmark = pytest.mark.peers


@pytest.fixture
async def asha(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=site.origin, trust_env=False) as client:
        client.headers.update(await bearer(client, "asha"))
        yield client


def give_area(site: Site, area: Area | None) -> None:
    folder = provisioning.open_folder(site.folder)
    provisioning.set_user(folder, "demo", Changes(area=area, no_area=area is None))


async def held(pouch: Pouch) -> dict[str, Any]:
    found = await pouch.call("local", "allDocs", {"include_docs": True})
    return {row["id"]: row["doc"] for row in found["rows"]}


async def test_pouchdb_follows_what_moves(
    site: Site, asha: httpx.AsyncClient, gateway: httpx.AsyncClient, pouch: Pouch
) -> None:
    give_area(site, Area.box(0, 0, 10, 10))
    far = report("far", **OUTSIDE)
    near = [report(f"near{n:03}", **INSIDE) for n in range(250)]
    hidden = [report(f"hidden{n:03}", **OUTSIDE) for n in range(250)]
    await push(asha, far, update("note", "far"))
    for pair in zip(near, hidden, strict=True):
        await push(asha, *pair)
    await pouch.replicate("remote", "local")
    assert (await held(pouch)).keys() == {doc["_id"] for doc in near}
    await push(asha, next_of(far, **INSIDE), next_of(near[0], **OUTSIDE))
    await pouch.replicate("remote", "local")
    there = await held(pouch)
    assert there.keys() == {"far", "note", *(doc["_id"] for doc in near)}
    assert there["near000"]["_rev"] == near[0]["_rev"]

    give_area(site, None)
    await pouch.replicate("remote", "local")
    everything = (await asha.get("/db/civic/_all_docs?include_docs=true")).json()["rows"]
    assert await held(pouch) == {row["id"]: row["doc"] for row in everything}
