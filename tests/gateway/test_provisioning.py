"""Seeding: documents of whomever and pictures, without HTTP and past the rules for clients."""

import pytest

from civictui.domain.errors import StoreBusy
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.app import build
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.provisioning import has_user, load, open_folder
from tests.conftest import MovableClock
from tests.gateway.conftest import client_of
from tests.gateway.peer import bearer, picture, push, revision

SEEDS = [
    {"_id": "seed1", "reportedBy": "sf311", "problemDescription": "Pothole"},
    {"_id": "seed2", "_rev": "1-abc", "problemDescription": "Street light out"},
]


async def test_what_was_loaded_is_served(folder: GatewayFolder, clock: MovableClock) -> None:
    objects = {"one.jpg": picture()}
    assert load(folder, SEEDS, objects) == []
    assert load(folder, SEEDS, objects) == []  # again is idle
    app = build(open_folder(folder.path), clock=clock, cost=CHEAP)
    async with client_of(app) as http:
        http.headers.update(await bearer(http))
        found = (await http.get("/db/civic/_all_docs?include_docs=true")).json()
        assert [row["doc"]["problemDescription"] for row in found["rows"]] == [
            "Pothole",
            "Street light out",
        ]
        assert (await http.get("/db/civic")).json()["update_seq"].startswith("2-")
        assert (await http.get("/v1/objects/one.jpg")).content == objects["one.jpg"]
        rev = found["rows"][0]["value"]["rev"]
        body = {"reportedBy": "sf311", "problemDescription": "Pothole", "status": "closed"}
        assert await push(http, revision("seed1", body, rev)) == []
        nobodys = revision("seed2", {"problemDescription": "Light", "status": "closed"}, "1-abc")
        assert await push(http, nobodys) == []
    await app.state.backends.close()


def test_a_folder_that_is_served_is_not_loaded(folder: GatewayFolder) -> None:
    with folder.alone(), pytest.raises(StoreBusy):
        load(folder, SEEDS, {})


def test_who_is_there(folder: GatewayFolder) -> None:
    assert has_user(folder, "demo")
    assert not has_user(folder, "nobody")
