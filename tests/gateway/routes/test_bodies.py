"""Request bodies: capped, inflated with care, strict JSON; and answers compressed when asked."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from civictui.gateway.routes import bodies
from civictui.gateway.routes.answers import accepts_gzip
from tests.gateway.peer import push, report

URL = "/db/civic/_bulk_docs"


@pytest.mark.parametrize(
    ("path", "size"),
    [("/v1/session", 17_000), ("/db/civic/_local/x", 66_000), (URL, 17_000_000)],
)
async def test_a_body_over_the_cap(demo: httpx.AsyncClient, path: str, size: int) -> None:
    method = "PUT" if "_local" in path else "POST"
    answer = await demo.request(method, path, content=b" " * size)
    assert answer.status_code == 413
    assert answer.json()["error"] == "too_large"


async def test_a_body_that_does_not_say_its_length(demo: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 1_000_000

    answer = await demo.post(URL, content=endless())
    assert answer.status_code == 413


async def test_a_gzip_body(demo: httpx.AsyncClient) -> None:
    content = gzip.compress(json.dumps({"new_edits": False, "docs": [report("r1")]}).encode())
    answer = await demo.post(URL, content=content, headers={"Content-Encoding": "gzip"})
    assert answer.json() == []
    assert (await demo.get("/db/civic/r1")).status_code == 200


async def test_a_gzip_bomb_is_not_inflated(demo: httpx.AsyncClient) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000, 1)
    assert len(bomb) < 300_000
    answer = await demo.post(URL, content=bomb, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("content", "encoding", "status"),
    [
        (b"{}", "gzip", 400),
        (gzip.compress(b'{"docs": []}')[:-3], "gzip", 400),
        (gzip.compress(b'{"docs": []}') + b"more", "gzip", 400),
        (b"", "gzip", 400),
        (b"{}", "br", 415),
        (b"{}", "gzip, gzip", 415),
        (b'{"docs": ', "identity", 400),
        (b'{"docs": NaN}', "identity", 400),
        (b'{"docs": "\xff"}', "identity", 400),
        (b"[" * 100_000, "identity", 400),
        (b'{"docs": ' + b"[" * 70 + b"]" * 70 + b"}", "identity", 400),
        (b"1" * 100_000, "identity", 400),
    ],
)
async def test_bodies_that_cannot_be_read(
    demo: httpx.AsyncClient, content: bytes, encoding: str, status: int
) -> None:
    answer = await demo.post(URL, content=content, headers={"Content-Encoding": encoding})
    assert answer.status_code == status
    assert answer.json()["error"] in {"bad_request", "bad_encoding"}


async def test_answers_are_gzip_only_where_asked(demo: httpx.AsyncClient) -> None:
    await push(demo, *(report(f"r{i}") for i in range(50)))
    url = "/db/civic/_changes?include_docs=true"
    packed = await demo.get(url, headers={"Accept-Encoding": "gzip"})
    plain = await demo.get(url, headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("", False),
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0", False),
        ("xgzip", False),
    ],
)
def test_accept_encoding(header: str, taken: bool) -> None:
    assert accepts_gzip(header) is taken


async def test_a_body_that_never_comes(
    demo: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "SILENCE_SECONDS", 0.01)

    async def stalled() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    answer = await demo.post(URL, content=stalled())
    assert answer.status_code == 408
    assert answer.json()["error"] == "timeout"
