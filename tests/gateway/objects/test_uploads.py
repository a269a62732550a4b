"""Pictures sent in by tus: resumed, verified, never overwritten."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.app import build
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.objects.ledger import OPEN_UPLOADS
from civictui.gateway.objects.partial import PartialFile
from tests.conftest import MovableClock
from tests.gateway.conftest import client_of
from tests.gateway.peer import announced, bearer, picture, piece

PICTURE = picture(size=128)
DIGEST = hashlib.sha256(PICTURE).hexdigest()
URL = f"/v1/objects/{DIGEST}.jpg"
HALF = len(PICTURE) // 2
VERSION = {"Tus-Resumable": "1.0.0"}


async def begin(http: httpx.AsyncClient, content: bytes = PICTURE, key: str = "") -> str:
    answer = await http.post("/v1/uploads", headers=announced(content, key))
    assert answer.status_code == 201, answer.text
    assert answer.headers["upload-offset"] == "0"
    return answer.headers["location"]


async def offset(http: httpx.AsyncClient, place: str) -> int:
    answer = await http.head(place, headers=VERSION)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return int(answer.headers["upload-offset"])


async def test_what_the_gateway_can_do_needs_no_token(http: httpx.AsyncClient) -> None:
    answer = await http.options("/v1/uploads")
    assert answer.status_code == 204
    assert answer.headers["tus-resumable"] == answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-extension"] == "creation,expiration,termination"
    assert answer.headers["tus-max-size"] == "16777216"


async def test_a_picture_in_two_pieces(demo: httpx.AsyncClient) -> None:
    place = await begin(demo)
    first = await demo.patch(place, content=PICTURE[:HALF], headers=piece(0))
    assert first.status_code == 204
    assert first.headers["upload-offset"] == str(HALF)
    assert await offset(demo, place) == HALF
    assert (await demo.head(URL)).status_code == 404
    second = await demo.patch(place, content=PICTURE[HALF:], headers=piece(HALF))
    assert second.status_code == 204
    assert second.headers["tus-resumable"] == "1.0.0"
    assert (await demo.get(URL)).content == PICTURE
    assert await offset(demo, place) == len(PICTURE)  # a last answer that was lost


async def test_an_upload_goes_on_after_a_restart(
    folder: GatewayFolder, clock: MovableClock
) -> None:
    place = ""
    for begins, ends in ((0, HALF), (HALF, len(PICTURE))):
        app = build(folder, clock=clock, cost=CHEAP)
        async with client_of(app) as http:
            http.headers.update(await bearer(http))
            place = place or await begin(http)
            assert await offset(http, place) == begins
            await http.patch(place, content=PICTURE[begins:ends], headers=piece(begins))
            assert (await http.head(URL)).status_code == (404 if ends == HALF else 200)
        await app.state.backends.close()


async def test_a_wrong_offset(demo: httpx.AsyncClient) -> None:
    place = await begin(demo)
    answer = await demo.patch(place, content=PICTURE[5:], headers=piece(5))
    assert answer.status_code == 409
    assert answer.json()["error"] == "offset_mismatch"
    assert answer.headers["tus-resumable"] == "1.0.0"
    assert await offset(demo, place) == 0


async def test_more_than_was_announced(demo: httpx.AsyncClient) -> None:
    place = await begin(demo)

    async def unmeasured() -> AsyncIterator[bytes]:
        yield PICTURE
        yield b"more"

    measured = await demo.patch(place, content=PICTURE + b"more", headers=piece(0))
    assert measured.status_code == 413
    assert await offset(demo, place) == 0
    answer = await demo.patch(place, content=unmeasured(), headers=piece(0))
    assert answer.status_code == 413


async def test_another_version(demo: httpx.AsyncClient) -> None:
    headers = announced(PICTURE) | {"Tus-Resumable": "0.2.2"}
    answer = await demo.post("/v1/uploads", headers=headers)
    assert answer.status_code == 412
    assert answer.headers["tus-version"] == "1.0.0"
    assert (await demo.head("/v1/uploads/x")).status_code == 412


async def test_another_content_type(demo: httpx.AsyncClient) -> None:
    place = await begin(demo)
    headers = piece(0) | {"Content-Type": "image/jpeg"}
    assert (await demo.patch(place, content=PICTURE, headers=headers)).status_code == 415


async def test_content_that_is_not_what_was_announced(demo: httpx.AsyncClient) -> None:
    place = await begin(demo)
    other = picture(seed=2, size=128)[: len(PICTURE)].ljust(len(PICTURE), b"\0")
    answer = await demo.patch(place, content=other, headers=piece(0))
    assert answer.status_code == 460
    assert answer.json()["error"] == "checksum_mismatch"
    assert (await demo.head(URL)).status_code == 404
    assert (await demo.head(place, headers=VERSION)).status_code == 404


@pytest.mark.parametrize("content", [b"#!/bin/sh\n", b"<svg/>", b"\xff\xd8\xff", b"GIF89a" * 9])
async def test_what_is_no_picture(demo: httpx.AsyncClient, content: bytes) -> None:
    place = await begin(demo, content)
    answer = await demo.patch(place, content=content, headers=piece(0))
    assert answer.status_code == 415
    assert answer.json()["error"] == "not_a_picture"
    assert (await demo.head(place, headers=VERSION)).status_code == 404


async def test_the_same_picture_again_is_done_at_once(demo: httpx.AsyncClient) -> None:
    await demo.patch(await begin(demo), content=PICTURE, headers=piece(0))
    answer = await demo.post("/v1/uploads", headers=announced(PICTURE))
    assert answer.status_code == 201
    assert answer.headers["upload-offset"] == str(len(PICTURE))
    place = answer.headers["location"]
    assert await offset(demo, place) == len(PICTURE)
    assert (await demo.patch(place, content=PICTURE, headers=piece(0))).status_code == 409
    nothing = await demo.patch(place, content=b"", headers=piece(len(PICTURE)))
    assert nothing.status_code == 204


async def test_a_name_of_the_original_application_is_given_once(demo: httpx.AsyncClient) -> None:
    name = "IMG-20171125-WA0018.jpeg"
    first, late = await begin(demo, key=name), await begin(demo, picture(seed=3), key=name)
    await demo.patch(first, content=PICTURE, headers=piece(0))
    assert (await demo.get(f"/v1/objects/{name}")).content == PICTURE
    refused = await demo.post("/v1/uploads", headers=announced(picture(seed=3), name))
    assert refused.status_code == 409
    assert refused.json()["error"] == "object_exists"
    overtaken = await demo.patch(late, content=picture(seed=3), headers=piece(0))
    assert overtaken.json()["error"] == "object_exists"
    assert (await demo.get(f"/v1/objects/{name}")).content == PICTURE


async def test_an_upload_is_terminated(demo: httpx.AsyncClient, folder: GatewayFolder) -> None:
    place = await begin(demo)
    await demo.patch(place, content=PICTURE[:HALF], headers=piece(0))
    answer = await demo.delete(place, headers=VERSION)
    assert (answer.status_code, answer.headers["tus-resumable"]) == (204, "1.0.0")
    assert (await demo.head(place, headers=VERSION)).status_code == 404
    assert (await demo.delete(place, headers=VERSION)).status_code == 404
    late = await demo.patch(place, content=PICTURE[HALF:], headers=piece(HALF))
    assert late.status_code == 404
    assert not list((folder.path / "uploads").glob("*.part"))


async def test_an_object_outlives_its_upload(demo: httpx.AsyncClient) -> None:
    place = await begin(demo)
    await demo.patch(place, content=PICTURE, headers=piece(0))
    assert (await demo.delete(place, headers=VERSION)).status_code == 204
    assert (await demo.get(URL)).content == PICTURE


async def test_methods_that_a_client_cannot_do(demo: httpx.AsyncClient) -> None:
    place = await begin(demo)

    async def meant(method: str, content: bytes = b"") -> int:
        headers = piece(0) | {"X-HTTP-Method-Override": method}
        return (await demo.post(place, content=content, headers=headers)).status_code

    assert await meant("PATCH", PICTURE[:HALF]) == 204
    assert await meant("HEAD") == 200
    assert await meant("GET") == 405
    assert await meant("DELETE") == 204


async def test_until_when_an_upload_may_take(demo: httpx.AsyncClient, clock: MovableClock) -> None:
    answer = await demo.post("/v1/uploads", headers=announced(PICTURE))
    until = parsedate_to_datetime(answer.headers["upload-expires"])
    assert abs((until - clock.now()).total_seconds() - 7 * 86400) < 2
    place = answer.headers["location"]
    assert "upload-expires" in (await demo.head(place, headers=VERSION)).headers
    clock.move(7 * 86400 - 60)
    demo.headers.update(await bearer(demo))
    assert (await demo.head(place, headers=VERSION)).status_code == 200
    clock.move(120)
    assert (await demo.head(place, headers=VERSION)).status_code == 404


async def test_the_same_announcement_again_is_the_same_upload(demo: httpx.AsyncClient) -> None:
    """A reply to the creation that was lost costs nothing of what came before."""
    place = await begin(demo)
    await demo.patch(place, content=PICTURE[:HALF], headers=piece(0))
    again = await demo.post("/v1/uploads", headers=announced(PICTURE))
    assert again.headers["location"] == place
    assert again.headers["upload-offset"] == str(HALF)


async def test_a_days_bytes_also_after_a_restart(
    folder: GatewayFolder, clock: MovableClock
) -> None:
    for attempt in range(3):
        app = build(folder, clock=clock, cost=CHEAP)
        app.state.backends.uploads.daily_bytes = 2 * len(PICTURE) + 10_000
        async with client_of(app) as http:
            http.headers.update(await bearer(http))
            content = picture(seed=10 + attempt, size=128)
            answer = await http.post("/v1/uploads", headers=announced(content))
            if attempt < 2:
                await http.patch(answer.headers["location"], content=content, headers=piece(0))
                continue
            assert (answer.status_code, answer.json()["error"]) == (429, "quota_reached")
            assert 86000 <= int(answer.headers["retry-after"]) <= 86401
            clock.move(86401)
            http.headers.update(await bearer(http))
            assert (await http.post("/v1/uploads", headers=announced(content))).status_code == 201
        await app.state.backends.close()


async def test_uploads_that_nobody_ends_are_not_many(demo: httpx.AsyncClient) -> None:
    for seed in range(OPEN_UPLOADS):
        last = await begin(demo, f"{seed}".encode())
    refused = await demo.post("/v1/uploads", headers=announced(PICTURE))
    assert (refused.status_code, refused.json()["error"]) == (429, "too_many_uploads")
    assert refused.headers["retry-after"] == "60"
    await demo.delete(last, headers=VERSION)
    await begin(demo)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"Upload-Length": "16777217"}, 413),
        ({"Upload-Length": "0"}, 413),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": ""}, 400),
        ({"Upload-Metadata": ""}, 400),
        ({"Upload-Metadata": "key !!!"}, 400),
        ({"Upload-Metadata": "key /w==,sha256 /w=="}, 400),
        (announced(PICTURE, key="0" * 64 + ".jpg"), 400),
        (announced(PICTURE, key="../../gateway.key"), 400),
        (announced(PICTURE, key=".."), 400),
        (announced(PICTURE, key="x" * 101), 400),
    ],
)
async def test_announcements_that_are_refused(
    demo: httpx.AsyncClient, changed: dict[str, str], status: int
) -> None:
    answer = await demo.post("/v1/uploads", headers=announced(PICTURE) | changed)
    assert answer.status_code == status
    assert answer.json()["error"] in {"bad_request", "bad_key", "too_large"}


async def test_an_upload_is_its_users_own(demo: httpx.AsyncClient, app: Starlette) -> None:
    place = await begin(demo)
    async with client_of(app) as other:
        other.headers.update(await bearer(other, "asha"))
        assert (await other.head(place, headers=VERSION)).status_code == 404
        answer = await other.patch(place, content=PICTURE, headers=piece(0))
        assert answer.status_code == 404
    assert await offset(demo, place) == 0


async def test_an_upload_that_nobody_ends_is_forgotten(
    app: Starlette, folder: GatewayFolder, clock: MovableClock
) -> None:
    async with client_of(app) as http:
        http.headers.update(await bearer(http))
        place = await begin(http)
        await http.patch(place, content=PICTURE[:HALF], headers=piece(0))
        assert len(list((folder.path / "uploads").iterdir())) == 2
        clock.move(8 * 86400)
        http.headers.update(await bearer(http))
        await begin(http, picture(seed=4))
        assert (await http.head(place, headers=VERSION)).status_code == 404
        assert len(list((folder.path / "uploads").iterdir())) == 1


@pytest.mark.e2e
async def test_what_came_before_the_connection_broke_is_kept(wire: httpx.AsyncClient) -> None:
    place = await begin(wire)
    host, port = wire.base_url.host, wire.base_url.port
    head = {**piece(0), "Authorization": wire.headers["authorization"], "Host": host}
    lines = [f"PATCH {place} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
    _, writer = await asyncio.open_connection(host, port)
    announced_length = f"Content-Length: {len(PICTURE)}"
    writer.write("\r\n".join([*lines, announced_length, "", ""]).encode() + PICTURE[:HALF])
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    async with asyncio.timeout(10):
        while await offset(wire, place) < HALF:
            await asyncio.sleep(0.005)
    done = await wire.patch(place, content=PICTURE[HALF:], headers=piece(HALF))
    assert done.status_code == 204
    assert (await wire.get(URL)).content == PICTURE


def test_a_torn_piece_is_cut_and_sent_again(tmp_path: Path) -> None:
    path, key = tmp_path / "x.part", bytes(32)
    written = PartialFile(path, key, "upload")
    for begins in range(0, 300, 100):
        written.append(PICTURE[begins : begins + 100])
    whole = path.read_bytes()
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        found = PartialFile(path, key, "upload")
        assert found.length == size // (len(whole) // 3) * 100
        found.append(PICTURE[found.length : 300])
        assert found.content() == PICTURE[:300]


def test_pieces_of_another_upload_do_not_open(tmp_path: Path) -> None:
    path, key = tmp_path / "x.part", bytes(32)
    PartialFile(path, key, "one").append(b"piece")
    assert PartialFile(path, key, "two").length == 0


async def test_what_was_whole_when_the_gateway_was_killed_becomes_an_object(
    demo: httpx.AsyncClient, app: Starlette
) -> None:
    place = await begin(demo)
    uploads = app.state.backends.uploads
    upload, _ = await uploads.find(place.rpartition("/")[2], "demo")
    await uploads.append(upload, 0, PICTURE)  # and no further: killed before it was verified
    assert (await demo.head(URL)).status_code == 404
    assert await offset(demo, place) == len(PICTURE)
    assert (await demo.get(URL)).content == PICTURE
