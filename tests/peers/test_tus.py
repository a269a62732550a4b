"""Resumable uploads with others: their client and our gateway, our client and their server."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from civictui.domain.errors import Unreachable
from civictui.domain.model import JobKind, TransferJob
from civictui.domain.ports import RemoteObject
from civictui.net import Link, Reply
from civictui.sync.pictures.objects import GatewayObjects
from civictui.sync.pictures.pieces import PIECE_BYTES
from tests.gateway.peer import bearer, picture
from tests.peers.node import PeerError
from tests.peers.tus import TusClient, tus_client, tus_server
from tests.site import Site

pytestmark = pytest.mark.peers

PICTURE = picture(size=512)
DIGEST = hashlib.sha256(PICTURE).hexdigest()
KEY = f"{DIGEST}.jpg"
METADATA = {"key": KEY, "sha256": DIGEST}
CHUNK = 32 * 1024


@pytest.fixture
async def theirs(tmp_path: Path) -> AsyncIterator[TusClient]:
    async with tus_client(tmp_path) as client:
        yield client


def token_of(client: httpx.AsyncClient) -> str:
    return client.headers["authorization"].partition(" ")[2]


async def test_their_client_is_cut_and_goes_on_after_a_restart_of_the_gateway(
    site: Site, gateway: httpx.AsyncClient, theirs: TusClient
) -> None:
    url = f"{site.origin}/v1/uploads"
    cut = await theirs.send(
        url, token_of(gateway), PICTURE, metadata=METADATA, chunk=CHUNK, cut=2 * CHUNK
    )
    assert not cut["done"]
    assert 2 * CHUNK <= cut["sent"] < len(PICTURE)
    site.stop()
    site.start()
    gateway.headers.update(await bearer(gateway))
    whole = await theirs.send(
        url, token_of(gateway), PICTURE, metadata=METADATA, chunk=CHUNK, **{"from": cut["url"]}
    )
    assert whole["done"]
    assert whole["url"] == cut["url"]
    assert (await gateway.get(f"/v1/objects/{KEY}")).content == PICTURE
    again = await theirs.send(url, token_of(gateway), PICTURE, metadata=METADATA, chunk=CHUNK)
    assert again["done"], "what is here already is success for a client that does not know it"


async def test_their_client_terminates_an_upload(
    site: Site, gateway: httpx.AsyncClient, theirs: TusClient
) -> None:
    url, token = f"{site.origin}/v1/uploads", token_of(gateway)
    cut = await theirs.send(url, token, PICTURE, metadata=METADATA, chunk=CHUNK, cut=CHUNK)
    await theirs.terminate(cut["url"], token)
    answer = await gateway.head(cut["url"], headers={"Tus-Resumable": "1.0.0"})
    assert answer.status_code == 404
    with pytest.raises(PeerError) as refused:
        await theirs.terminate(cut["url"], token)
    assert refused.value.told["status"] == 404


class Cut:
    """A link that loses the answer to every second PATCH, after it was served."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.patches = 0
        self.bytes = 0

    async def request(self, method: str, path: str, **options: Any) -> Reply:
        reply = await self._link.request(method, path, **options)
        self.bytes += len(options.get("content") or b"")
        self.patches += method == "PATCH"
        if method == "PATCH" and self.patches % 2:
            raise Unreachable("the answer was lost")
        return reply


async def test_our_client_goes_on_with_their_server_after_lost_answers(tmp_path: Path) -> None:
    content = PICTURE + bytes(2 * PIECE_BYTES)
    digest = hashlib.sha256(content).hexdigest()
    job = TransferJob(
        key=f"{digest}.jpg",
        kind=JobKind.LARGE,
        reports=("r",),
        photo=f"{digest}.jpg",
        bytes=len(content),
        sha256=digest,
    )
    kept = [job]

    async def began(location: str) -> None:
        kept.append(replace(job, location=location))

    async with tus_server(tmp_path) as address:
        link = Link(address)
        cut, found = Cut(link), None
        while found is None:
            try:
                found = await GatewayObjects(cut).send(kept[-1], content, began)
            except Unreachable:
                assert cut.patches < 40
        again = await GatewayObjects(cut).head(job.key)
        await link.close()
    assert found == again == RemoteObject(len(content), digest)
    assert cut.bytes == len(content), "nothing was sent twice"
    assert len(kept) == 2, "one upload"
