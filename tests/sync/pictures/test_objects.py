"""Uploads that go on where they stopped, downloads that are what they say."""

import hashlib
import os
from dataclasses import replace
from typing import Any

import pytest

from civictui.domain.errors import GatewayError, NotConfirmed, NotFound, Refused, Unreachable
from civictui.domain.model import JobKind, TransferJob
from civictui.domain.ports import RemoteObject
from civictui.net import Link, Reply
from civictui.pictures import take
from civictui.sync.pictures.objects import FULL_SECONDS, GatewayObjects, is_permanent
from civictui.sync.pictures.pieces import PIECE_BYTES
from civictui.sync.session import SignedInLink
from tests.site import PASSWORD, Site, Terminal
from tests.sync.test_loop import PHOTO


class Cut:
    """A link that loses the answers to some requests of one method, after they were served."""

    def __init__(self, link: SignedInLink) -> None:
        self._link = link
        self.lose_patches = False
        self.sent: list[str] = []
        self.paths: list[str] = []
        self.bytes = 0

    async def request(self, method: str, path: str, **options: Any) -> Reply:
        reply = await self._link.request(method, path, **options)
        self.sent.append(method)
        self.paths.append(path)
        self.bytes += len(options.get("content") or b"")
        if self.lose_patches and method == "PATCH":
            raise Unreachable("the answer was lost")
        return reply


@pytest.fixture
async def cut(site: Site, one: Terminal) -> Any:
    await one.service.sign_in("demo", PASSWORD)
    link = Link(site.origin)
    yield Cut(SignedInLink(link, one.store.secrets, one.signer, one.clock, None))
    await link.close()


def job_for(content: bytes) -> TransferJob:
    digest = hashlib.sha256(content).hexdigest()
    key = f"{digest}.jpg"
    return TransferJob(
        key=key, kind=JobKind.LARGE, reports=("r",), photo=key, bytes=len(content), sha256=digest
    )


def large_picture() -> bytes:
    """A real JPEG that takes several pieces: what follows its end belongs to nobody."""
    content = take(PHOTO.read_bytes()).picture.large
    return content + os.urandom(3 * PIECE_BYTES)


async def test_an_upload_goes_on_after_every_lost_answer(cut: Cut) -> None:
    content = large_picture()
    job = job_for(content)
    kept = [job]

    async def began(location: str) -> None:
        kept.append(replace(job, location=location))

    found: RemoteObject | None = None
    cut.lose_patches = True
    for _ in range(40):
        try:
            found = await GatewayObjects(cut).send(kept[-1], content, began)
            break
        except Unreachable:
            continue
    assert found == RemoteObject(len(content), job.sha256)
    assert await GatewayObjects(cut).fetch(job.key) == content
    assert cut.bytes <= len(content) * 1.15 + PIECE_BYTES


async def test_the_same_object_twice_costs_no_bytes(cut: Cut) -> None:
    content = PHOTO.read_bytes()
    objects, job = GatewayObjects(cut), job_for(content)

    async def began(_: str) -> None:
        pass

    await objects.send(job, content, began)
    before = cut.bytes
    await objects.send(job, content, began)
    assert cut.bytes == before


async def test_what_is_no_picture_is_refused_for_good(cut: Cut) -> None:
    content = b"%PDF-1.7 not a picture"

    async def began(_: str) -> None:
        pass

    with pytest.raises(Refused) as refused:
        await GatewayObjects(cut).send(job_for(content), content, began)
    assert is_permanent(refused.value)


async def test_an_absent_object_is_said(cut: Cut) -> None:
    assert await GatewayObjects(cut).head("no.jpg") is None
    with pytest.raises(NotFound):
        await GatewayObjects(cut).fetch("no.jpg")


class Lying:
    """A server that gives other bytes than it promises."""

    def __init__(self, body: bytes, etag: str) -> None:
        self._reply = Reply(200, {"etag": f'"{etag}"'}, body)

    async def request(self, method: str, path: str, **options: Any) -> Reply:
        return self._reply


async def test_damaged_bytes_are_not_taken() -> None:
    digest = hashlib.sha256(b"picture").hexdigest()
    with pytest.raises(NotConfirmed):
        await GatewayObjects(Lying(b"other", digest)).fetch("a.jpg")
    other = hashlib.sha256(b"other").hexdigest()
    with pytest.raises(NotConfirmed):
        await GatewayObjects(Lying(b"other", other)).fetch(f"{digest}.jpg")
    assert await GatewayObjects(Lying(b"picture", digest)).fetch(f"{digest}.jpg") == b"picture"


@pytest.mark.parametrize(
    "location",
    ["http://127.0.0.1:9/steal", "//127.0.0.1:9/v1/uploads/a", "/steal", "/v1/uploads/../steal"],
)
async def test_an_address_that_is_no_upload_of_the_gateway_is_not_asked(
    cut: Cut, location: str
) -> None:
    content = PHOTO.read_bytes()
    began: list[str] = []

    async def told(path: str) -> None:
        began.append(path)

    await GatewayObjects(cut).send(replace(job_for(content), location=location), content, told)
    assert began[0].startswith("/v1/uploads/")
    assert location not in cut.paths


@pytest.mark.parametrize(
    "location", ["", "http://h/steal", "http://[h/v1/uploads/a", "/v1/uploads/", "/v1/uploads/a/b"]
)
async def test_a_server_that_names_no_upload_of_its_own_is_not_followed(location: str) -> None:
    class Elsewhere:
        async def request(self, method: str, path: str, **options: Any) -> Reply:
            return Reply(201, {"location": location}, b"")

    async def told(_: str) -> None:
        raise AssertionError("nothing was begun")

    with pytest.raises(GatewayError, match="no usable address"):
        await GatewayObjects(Elsewhere()).send(job_for(b"x"), b"x", told)


class Full:
    """A server that takes no more pictures until it is told so."""

    def __init__(self, retry_after: str = "3600") -> None:
        self.asked = 0
        self._retry_after = retry_after

    async def request(self, method: str, path: str, **options: Any) -> Reply:
        self.asked += 1
        body = b'{"error": "quota_reached", "reason": "enough for today"}'
        return Reply(429, {"retry-after": self._retry_after}, body)


async def test_a_days_quota_makes_pictures_wait_and_nothing_else() -> None:
    """No Refused, which stops the round, or marks the job as one that a person must look at."""
    seconds, server = [0.0], Full()
    objects, content = GatewayObjects(server, lambda: seconds[0]), b"picture"

    async def began(_: str) -> None:
        raise AssertionError("nothing began")

    for now, asked in ((0.0, 1), (3599.0, 1), (3601.0, 2)):
        seconds[0] = now
        with pytest.raises(NotConfirmed):
            await objects.send(job_for(content), content, began)
        assert server.asked == asked


async def test_who_asks_has_the_server_asked_again() -> None:
    """An administrator may have raised the quota; and nothing waits for a whole day."""
    seconds, server = [0.0], Full("80000")
    objects = GatewayObjects(server, lambda: seconds[0])

    async def began(_: str) -> None:
        raise AssertionError("nothing began")

    async def refused() -> int:
        with pytest.raises(NotConfirmed):
            await objects.send(job_for(b"picture"), b"picture", began)
        return server.asked

    assert [await refused(), await refused()] == [1, 1]
    objects.hurry()
    assert [await refused(), await refused()] == [2, 2]
    seconds[0] = FULL_SECONDS
    assert await refused() == 3
