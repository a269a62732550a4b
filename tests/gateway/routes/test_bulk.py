"""Bodies that are much to hold: weighed before they are parsed, and a few at a time."""

import asyncio
import gzip
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from civictui.codec import decode
from civictui.gateway.routes import bodies, bulk
from tests.gateway.peer import report

URL = "/db/civic/_bulk_docs"


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The lengths of what was parsed."""
    lengths: list[int] = []

    def noted(content: bytes) -> Any:
        lengths.append(len(content))
        return decode(content)

    monkeypatch.setattr(bodies, "decode", noted)
    return lengths


def packed(content: bytes) -> dict[str, Any]:
    return {"content": gzip.compress(content), "headers": {"Content-Encoding": "gzip"}}


@pytest.mark.parametrize("part", [b"{}", b"[]", b"0"])
async def test_a_few_bytes_that_would_become_hundreds_of_megabytes(
    demo: httpx.AsyncClient, part: bytes, decoded: list[int]
) -> None:
    bomb = packed(b'{"docs":[' + b",".join([part] * 3_000_000) + b"]}")
    assert len(bomb["content"]) < 20_000
    answer = await demo.post(URL, **bomb)
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")
    assert decoded == []


async def test_much_that_is_no_bomb_is_taken(demo: httpx.AsyncClient) -> None:
    docs = [report(f"r{n}", problemDescription=900_000 * "x") for n in range(4)]
    answer = await demo.post(URL, json={"new_edits": False, "docs": docs})
    assert (answer.status_code, answer.json()) == (201, [])


@pytest.mark.parametrize("how", ["coming", "parsed"])
async def test_much_waits_for_a_place_and_little_does_not(
    demo: httpx.AsyncClient, app: Starlette, how: str, decoded: list[int]
) -> None:
    places = bulk._PLACES.setdefault(app, bulk.Places())
    semaphore: asyncio.Semaphore = getattr(places, how)
    while not semaphore.locked():
        await semaphore.acquire()
    content = b'{"new_edits": false, "docs": [], "more": "' + b"x" * bulk.LIGHT + b'"}'
    sent = {"content": content} if how == "coming" else packed(content)
    much = asyncio.create_task(demo.post(URL, **sent))
    little = await demo.post(URL, json={"new_edits": False, "docs": [report("r1")]})
    assert little.json() == []
    assert len(decoded) == 1
    semaphore.release()
    assert (await much).status_code == 201
    assert semaphore._value == 1


async def test_places_come_back_whatever_happens(demo: httpx.AsyncClient, app: Starlette) -> None:
    for content in (b"{" * bulk.LIGHT + b"{", b" " * 17_000_000, b'"' + b"x" * bulk.LIGHT + b'"'):
        for sent in ({"content": content}, packed(content)):
            assert (await demo.post(URL, **sent)).status_code in {400, 413}
    places = bulk._PLACES[app]
    assert (places.coming._value, places.parsed._value) == (bulk._COMING, bulk._PARSED)
