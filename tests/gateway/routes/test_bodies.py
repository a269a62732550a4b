"""Request bodies: capped, inflated with care, strict JSON; and answers compressed when asked."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from civictui.couchdb.endpoint import POST_BYTES
from civictui.gateway.routes import bodies
from civictui.gateway.routes.answers import accepts_gzip
from civictui.gateway.routes.bulk import LIGHT
from civictui.sync.pictures.pieces import PIECE_BYTES
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
    assert (answer.status_code, answer.headers["connection"]) == (408, "close")
    assert answer.json()["error"] == "timeout"


async def test_a_body_that_drips_for_ever(
    demo: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bodies, "WHOLE_SECONDS", 0.05)

    async def drip() -> AsyncIterator[bytes]:
        yield b"{"
        while True:
            await asyncio.sleep(0.01)
            yield b" "

    monkeypatch.setattr(bodies, "LEAST_SPEED", 1e6)
    answer = await demo.post(URL, content=drip())
    assert (answer.status_code, answer.json()["error"]) == (408, "timeout")


async def test_a_thin_line_has_the_time_that_it_takes(
    demo: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The end moves away with every byte that comes."""
    monkeypatch.setattr(bodies, "WHOLE_SECONDS", 60.0)
    monkeypatch.setattr(bodies, "SILENCE_SECONDS", 1e9)
    ends: list[float] = []
    timeout_at = asyncio.timeout_at

    def noted(when: float) -> asyncio.Timeout:
        ends.append(when)
        return timeout_at(when)

    monkeypatch.setattr(asyncio, "timeout_at", noted)

    async def slowly() -> AsyncIterator[bytes]:
        yield b'{"new_edits": false, '
        yield b'"docs": []' + b" " * 1500 + b"}"

    assert (await demo.post(URL, content=slowly())).status_code == 201
    assert ends[2] - ends[1] == pytest.approx(1511 / bodies.LEAST_SPEED)


def test_the_largest_requests_of_the_program_come_in_time() -> None:
    """At 2,400 bit/s, which is 240 bytes a second; documents are compressed to a third or less."""
    assert bodies.LEAST_SPEED < 240
    assert max(PIECE_BYTES, POST_BYTES / 8) <= 240 * bodies.WHOLE_SECONDS
    assert POST_BYTES < LIGHT
