"""Who may see a picture: by the reports that name it, or by having sent it."""

import hashlib
from dataclasses import replace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from civictui.gateway.accounts.tokens import Grant
from civictui.gateway.area import Area
from civictui.gateway.backends import Backends
from civictui.gateway.viewer import Viewer
from tests.gateway.conftest import client_of
from tests.gateway.peer import announced, bearer, picture, piece, push, report

PICTURE = picture(size=128)
KEY = f"{hashlib.sha256(PICTURE).hexdigest()}.jpg"
URL = f"/v1/objects/{KEY}"
NEAR = Area.box(8, 47, 9, 48)
ASHA = Viewer("asha", area=NEAR)


@pytest.fixture
async def asha(app: Starlette) -> httpx.AsyncClient:
    """Signed in, and bound to an area from then on."""
    client = client_of(app)
    client.headers.update(await bearer(client, "asha"))
    tokens = app.state.backends.sessions
    real = tokens.grant

    async def bounded(token: str) -> Grant | None:
        grant: Grant | None = await real(token)
        if grant is None or grant.user != "asha":
            return grant
        return replace(grant, viewer=replace(grant.viewer, area=NEAR))

    tokens.grant = bounded
    return client


def at(longitude: float, latitude: float) -> dict[str, Any]:
    place = {"type": "Point", "coordinates": [longitude, latitude]}
    return {"geoLocation": place, "photos": [{"large": KEY, "thumbnail": KEY}]}


async def send(http: httpx.AsyncClient) -> httpx.Response:
    begun = await http.post("/v1/uploads", headers=announced(PICTURE))
    return await http.patch(begun.headers["location"], content=PICTURE, headers=piece(0))


async def test_a_picture_is_seen_where_a_report_of_it_is(
    demo: httpx.AsyncClient, asha: httpx.AsyncClient
) -> None:
    await send(demo)
    assert (await asha.get(URL)).status_code == 404
    await push(demo, report("far", **at(20, 20)))
    assert (await asha.get(URL)).status_code == (await asha.head(URL)).status_code == 404
    assert (await demo.get(URL)).content == PICTURE
    await push(demo, report("near", **at(8.5, 47.5)))
    assert (await asha.get(URL)).content == PICTURE


async def test_who_knows_a_hash_only_has_not_sent_the_picture(
    demo: httpx.AsyncClient, asha: httpx.AsyncClient
) -> None:
    await send(demo)
    begun = await asha.post("/v1/uploads", headers=announced(PICTURE))
    assert begun.headers["upload-offset"] == "0"
    assert (await asha.get(URL)).status_code == 404
    place = begun.headers["location"]
    assert (await asha.patch(place, content=PICTURE, headers=piece(0))).status_code == 204
    assert (await asha.get(URL)).content == PICTURE


async def test_who_has_no_area_sees_all(app: Starlette) -> None:
    backends: Backends = app.state.backends
    assert await backends.uploads.sees(replace(ASHA, area=None), KEY)
    assert not await backends.uploads.sees(ASHA, KEY)
