"""Records of uploads: no more of them than there are pictures, whoever asks how often."""

import httpx
import pytest
from starlette.applications import Starlette

from civictui.gateway.folder import GatewayFolder
from civictui.gateway.objects import ledger
from tests.conftest import MovableClock
from tests.gateway.objects.test_sight import asha
from tests.gateway.objects.test_uploads import PICTURE, VERSION, begin
from tests.gateway.peer import announced, bearer, picture, piece

__all__ = ["asha"]

NAME = "IMG-20171125-WA0018.jpeg"


def records(folder: GatewayFolder) -> int:
    return sum(1 for path in (folder.path / "uploads").iterdir() if not path.suffix)


async def sent(http: httpx.AsyncClient, content: bytes, key: str = "") -> httpx.Response:
    place = await begin(http, content, key)
    return await http.patch(place, content=content, headers=piece(0))


async def test_a_picture_that_is_here_has_one_record_of_each_user(
    demo: httpx.AsyncClient, folder: GatewayFolder
) -> None:
    place = await begin(demo)
    await demo.patch(place, content=PICTURE, headers=piece(0))
    for _ in range(3):
        again = await demo.post("/v1/uploads", headers=announced(PICTURE))
        assert again.headers["location"] == place
        assert again.headers["upload-offset"] == str(len(PICTURE))
    assert records(folder) == 1


async def test_another_users_picture_is_one_record_more(
    demo: httpx.AsyncClient, asha: httpx.AsyncClient, folder: GatewayFolder
) -> None:
    await sent(asha, PICTURE)
    places = [
        (await demo.post("/v1/uploads", headers=announced(PICTURE))).headers["location"]
        for _ in range(3)
    ]
    assert len(set(places)) == 1
    assert records(folder) == 2
    assert (await demo.delete(places[0], headers=VERSION)).status_code == 204
    assert records(folder) == 1  # it was charged nothing


async def test_an_upload_that_brought_nothing_leaves_no_record(
    demo: httpx.AsyncClient, folder: GatewayFolder
) -> None:
    await demo.delete(await begin(demo), headers=VERSION)
    assert records(folder) == 0
    place = await begin(demo)
    await demo.patch(place, content=PICTURE[:100], headers=piece(0))
    await demo.delete(place, headers=VERSION)
    assert records(folder) == 1  # its bytes count for a day


async def test_records_have_a_bound(
    demo: httpx.AsyncClient,
    folder: GatewayFolder,
    clock: MovableClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ledger, "RECORDS", 2)
    for seed in (1, 2):
        await sent(demo, picture(seed=seed, size=64))
    refused = await demo.post("/v1/uploads", headers=announced(PICTURE))
    assert (refused.status_code, refused.json()["error"]) == (429, "too_many_uploads")
    assert refused.headers["retry-after"] == "3600"
    assert records(folder) == 2
    clock.move(ledger.DAY_SECONDS + 1)
    monkeypatch.setattr(ledger, "RECORDS", 1)
    demo.headers.update(await bearer(demo))
    await begin(demo)
    assert records(folder) == 1


async def test_a_name_that_is_taken_is_told_to_who_sees_it(
    demo: httpx.AsyncClient, asha: httpx.AsyncClient, app: Starlette
) -> None:
    """To others a name of the original application is free until they bring a whole picture."""
    await sent(demo, PICTURE, NAME)
    other = picture(seed=3)
    told = await demo.post("/v1/uploads", headers=announced(other, NAME))
    assert (told.status_code, told.json()["error"]) == (409, "object_exists")
    place = await begin(asha, other, NAME)
    half = await asha.patch(place, content=other[:100], headers=piece(0))
    assert half.status_code == 204
    ended = await asha.patch(place, content=other[100:], headers=piece(100))
    assert (ended.status_code, ended.json()["error"]) == (409, "object_exists")
    assert (await sent(asha, PICTURE, NAME)).status_code == 204
    assert (await app.state.backends.objects.get(NAME)) == PICTURE
