"""Pictures in a bucket of a server that is not ours: proved on the way in and on the way out."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from starlette.applications import Starlette

from civictui.domain.errors import UsageError
from civictui.gateway.accounts.passwords import CHEAP
from civictui.gateway.app import build
from civictui.gateway.backing import Backing
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.objects.s3_address import S3Address
from tests.conftest import MovableClock
from tests.gateway.conftest import client_of
from tests.gateway.objects.moto import BUCKET, KEYS, Moto
from tests.gateway.peer import announced, bearer, picture, piece

PICTURE = picture(size=128)
DIGEST = hashlib.sha256(PICTURE).hexdigest()
KEY = f"{DIGEST}.jpg"
URL = f"/v1/objects/{KEY}"
VERSION = {"Tus-Resumable": "1.0.0"}

pytestmark = pytest.mark.peers


@pytest.fixture
def moto() -> Iterator[Moto]:
    running = Moto()
    running.start()
    yield running
    running.stop()


@pytest.fixture
async def app(folder: GatewayFolder, clock: MovableClock, moto: Moto) -> AsyncIterator[Starlette]:
    backing = Backing(objects=moto.url, objects_key=KEYS)
    built = build(folder, clock=clock, cost=CHEAP, backing=backing)
    yield built
    await built.state.backends.close()


async def send(http: httpx.AsyncClient, content: bytes = PICTURE, key: str = "") -> httpx.Response:
    begun = await http.post("/v1/uploads", headers=announced(content, key))
    assert begun.status_code == 201, begun.text
    return await http.patch(begun.headers["location"], content=content, headers=piece(0))


async def test_a_picture_there_and_back(demo: httpx.AsyncClient, moto: Moto) -> None:
    assert (await demo.get(URL)).status_code == 404
    assert (await send(demo)).status_code == 204
    found = moto.client().get_object(Bucket=BUCKET, Key=f"large/{KEY}")
    assert found["Body"].read() == PICTURE
    assert found["Metadata"] == {"sha256": DIGEST}
    assert found["ContentType"] == "image/jpeg"
    head, whole = await demo.head(URL), await demo.get(URL)
    assert whole.content == PICTURE
    for answer in (head, whole):
        assert answer.headers["etag"] == f'"{DIGEST}"'
        assert answer.headers["content-length"] == str(len(PICTURE))
        assert answer.headers["content-type"] == "image/jpeg"
    assert (await demo.get(URL, headers={"If-None-Match": f'"{DIGEST}"'})).status_code == 304
    part = await demo.get(URL, headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, PICTURE[100:200])
    asked = await demo.post("/v1/objects/missing", json={"keys": [KEY, "absent.jpg"]})
    assert asked.json() == {"missing": ["absent.jpg"]}
    again = await demo.post("/v1/uploads", headers=announced(PICTURE))
    assert again.headers["upload-offset"] == str(len(PICTURE))


async def test_a_part_is_proved_by_the_whole_after_a_restart(
    folder: GatewayFolder, clock: MovableClock, moto: Moto, demo: httpx.AsyncClient
) -> None:
    await send(demo)
    backing = Backing(objects=moto.url, objects_key=KEYS)
    built = build(folder, clock=clock, cost=CHEAP, backing=backing)
    async with client_of(built) as http:
        http.headers.update(await bearer(http))
        for _ in range(2):  # the first time all of it is fetched, then this part alone
            part = await http.get(URL, headers={"Range": "bytes=-10"})
            assert part.content == PICTURE[-10:]
    await built.state.backends.close()


@pytest.mark.parametrize("metadata", [{}, {"sha256": DIGEST}, {"sha256": "0" * 64}])
async def test_what_was_replaced_in_the_bucket_is_absent_and_can_come_again(
    demo: httpx.AsyncClient, moto: Moto, metadata: dict[str, str]
) -> None:
    await send(demo)
    other = picture(seed=7, size=128)[: len(PICTURE)].ljust(len(PICTURE), b"-")
    moto.client().put_object(Bucket=BUCKET, Key=f"large/{KEY}", Body=other, Metadata=metadata)
    assert (await demo.get(URL, headers={"Range": "bytes=0-9"})).status_code == 404
    assert (await demo.head(URL)).status_code == 404
    assert (await send(demo)).status_code == 204
    assert (await demo.get(URL)).content == PICTURE


async def test_a_name_is_given_once(demo: httpx.AsyncClient) -> None:
    name = "IMG-20171125-WA0018.jpeg"
    other = picture(seed=3)
    places = [
        (await demo.post("/v1/uploads", headers=announced(content, name))).headers["location"]
        for content in (PICTURE, other)
    ]
    answers = await asyncio.gather(
        demo.patch(places[0], content=PICTURE, headers=piece(0)),
        demo.patch(places[1], content=other, headers=piece(0)),
    )
    assert sorted(answer.status_code for answer in answers) == [204, 409]
    kept = PICTURE if answers[0].status_code == 204 else other
    assert (await demo.get(f"/v1/objects/{name}")).content == kept


async def test_while_the_bucket_is_down_uploads_keep_what_came(
    demo: httpx.AsyncClient, moto: Moto, folder: GatewayFolder, clock: MovableClock
) -> None:
    begun = await demo.post("/v1/uploads", headers=announced(PICTURE))
    place = begun.headers["location"]
    moto.stop()
    answer = await demo.patch(place, content=PICTURE, headers=piece(0))
    assert (answer.status_code, answer.json()["error"]) == (503, "backend_unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert (await demo.get(URL)).status_code == 503
    assert (await demo.head(place, headers=VERSION)).status_code == 503
    # A gateway that was killed between the last byte and the object's existence, begun anew:
    moto.start()
    backing = Backing(objects=moto.url, objects_key=KEYS)
    built = build(folder, clock=clock, cost=CHEAP, backing=backing)
    async with client_of(built) as http:
        http.headers.update(await bearer(http))
        progress = await http.head(place, headers=VERSION)
        assert progress.headers["upload-offset"] == str(len(PICTURE))
        assert (await http.get(URL)).content == PICTURE
    await built.state.backends.close()


@pytest.mark.parametrize(
    "url",
    [
        "https://bucket",
        "s3://",
        "s3://UPPER",
        "s3://bucket/key",
        "s3://key:secret@bucket",
        "s3://bucket?endpoint=http://s3.example.org",
        "s3://bucket?endpoint=https://user:word@s3.example.org",
        "s3://bucket?prefix=/../",
        "s3://bucket?else=1",
    ],
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(UsageError):
        S3Address.parse(url)


def test_an_address() -> None:
    found = S3Address.parse(
        "s3://civic?endpoint=https://s3.eu-de.example.org&region=eu-de&prefix=p/"
    )
    assert found == S3Address("civic", "https://s3.eu-de.example.org", "eu-de", "p/")
    assert S3Address.parse("s3://civic") == S3Address("civic")
