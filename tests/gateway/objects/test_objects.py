"""Pictures given out: whole, in part, not again; and never without a token."""

import hashlib

import httpx
import pytest
from starlette.applications import Starlette

from civictui.gateway.folder import GatewayFolder
from civictui.gateway.routes.ranges import requested_span
from tests.gateway.conftest import client_of
from tests.gateway.peer import announced, picture, piece

PICTURE = picture()
DIGEST = hashlib.sha256(PICTURE).hexdigest()
URL = f"/v1/objects/{DIGEST}.jpg"


@pytest.fixture
async def stocked(demo: httpx.AsyncClient) -> httpx.AsyncClient:
    """A client of a gateway that has PICTURE."""
    begun = await demo.post("/v1/uploads", headers=announced(PICTURE))
    await demo.patch(begun.headers["location"], content=PICTURE, headers=piece(0))
    return demo


async def test_a_picture_whole(stocked: httpx.AsyncClient) -> None:
    answer = await stocked.get(URL)
    assert answer.status_code == 200
    assert answer.content == PICTURE
    assert answer.headers["etag"] == f'"{DIGEST}"'
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_its_head(stocked: httpx.AsyncClient) -> None:
    answer = await stocked.head(URL)
    assert answer.headers["content-length"] == str(len(PICTURE))
    assert answer.headers["etag"] == f'"{DIGEST}"'
    assert answer.headers["accept-ranges"] == "bytes"


async def test_not_again(stocked: httpx.AsyncClient) -> None:
    answer = await stocked.get(URL, headers={"If-None-Match": f'"other", "{DIGEST}"'})
    assert answer.status_code == 304
    assert not answer.content


async def test_the_rest_of_it(stocked: httpx.AsyncClient) -> None:
    headers = {"Range": "bytes=100-", "If-Range": f'"{DIGEST}"'}
    answer = await stocked.get(URL, headers=headers)
    assert answer.status_code == 206
    assert answer.content == PICTURE[100:]
    size = len(PICTURE)
    assert answer.headers["content-range"] == f"bytes 100-{size - 1}/{size}"


async def test_the_rest_of_another_one_is_the_whole(stocked: httpx.AsyncClient) -> None:
    answer = await stocked.get(URL, headers={"Range": "bytes=100-", "If-Range": '"other"'})
    assert answer.status_code == 200
    assert answer.content == PICTURE


async def test_behind_its_end(stocked: httpx.AsyncClient) -> None:
    answer = await stocked.get(URL, headers={"Range": f"bytes={len(PICTURE)}-"})
    assert answer.status_code == 416
    assert answer.json()["error"] == "bad_range"
    assert answer.headers["content-range"] == f"bytes */{len(PICTURE)}"


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("", None),
        ("bytes=0-0", (0, 0)),
        ("bytes=0-999", (0, 9)),
        ("bytes=5-", (5, 9)),
        ("bytes=-3", (7, 9)),
        ("bytes=-99", (0, 9)),
        ("bytes=-", None),
        ("bytes=1-2,4-5", None),
        ("lines=1-2", None),
        ("bytes=x-2", None),
    ],
)
def test_spans(header: str, span: tuple[int, int] | None) -> None:
    assert requested_span({"range": header}, 10, '"tag"') == span


@pytest.mark.parametrize("key", ["absent.jpg", "..", "a b.jpg", "%2e%2e%2fgateway.key", "x" * 101])
async def test_what_is_not_there(demo: httpx.AsyncClient, key: str) -> None:
    answer = await demo.get(f"/v1/objects/{key}")
    assert answer.status_code == 404
    assert answer.json()["error"] == "not_found"


async def test_a_picture_needs_the_sessions_token(
    stocked: httpx.AsyncClient, app: Starlette
) -> None:
    async with client_of(app) as stranger:
        assert (await stranger.get(URL)).status_code == 401
        assert (await stranger.head(URL)).status_code == 401
    assert (await stocked.get(URL)).status_code == 200


async def test_a_damaged_picture_is_absent_and_can_come_again(
    stocked: httpx.AsyncClient, folder: GatewayFolder
) -> None:
    (path,) = (path for path in (folder.path / "objects").rglob("*") if path.is_file())
    path.write_bytes(path.read_bytes()[:-1])
    assert (await stocked.get(URL)).status_code == 404
    begun = await stocked.post("/v1/uploads", headers=announced(PICTURE))
    await stocked.patch(begun.headers["location"], content=PICTURE, headers=piece(0))
    assert (await stocked.get(URL)).content == PICTURE
