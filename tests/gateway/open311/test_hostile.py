"""Hostile requests: never a 500, always an answer that can be parsed, and nobody else's place."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote_from_bytes

import httpx
import pytest

from civictui.gateway.open311 import form
from civictui.gateway.open311.places import Desk
from tests.gateway.open311.city import PLACE, ROOT, parsed, posted, told

DATA = Path(__file__).parents[2] / "data"
NAUGHTY: list[str] = json.loads((DATA / "text" / "blns" / "blns.json").read_text())
BROKEN = sorted((DATA / "photos" / "broken-odd").iterdir())
PARAMETERS = (
    "service_request_id", "service_code", "start_date", "end_date", "status", "page", "page_size",
    "lat", "long", "radius", "jurisdiction_id", "api_key",
)  # fmt: skip
FIELDS = (
    "description", "address_string", "address_id", "media_url", "service_code", "lat",
    "attribute[WHISPAWN]", "attribute[WHISDORN]", "jurisdiction_id",
)  # fmt: skip
EXPECTED = {200, 400, 403, 404, 413, 415}


async def test_naughty_queries_and_paths(city: httpx.AsyncClient, key: str) -> None:
    await posted(city, key)
    for n, text in enumerate(NAUGHTY):
        said = quote_from_bytes(text.encode(errors="surrogatepass"), safe="")
        name = PARAMETERS[n % len(PARAMETERS)]
        for path in (f"requests.xml?{name}={said}", f"requests/{said}.xml", f"services/{said}.xml"):
            answer = await city.get(f"{ROOT}/{path}")
            assert answer.status_code in EXPECTED, (path, answer.text)
            assert parsed(answer).tag in ("service_requests", "errors")


async def test_naughty_fields(city: httpx.AsyncClient, key: str) -> None:
    taken = 0
    for n, text in enumerate(NAUGHTY):
        said = {"api_key": key, "service_code": "001", **PLACE, FIELDS[n % len(FIELDS)]: text}
        data = {name: value.encode(errors="surrogatepass") for name, value in said.items()}
        body = b"&".join(
            quote_from_bytes(name.encode()).encode() + b"=" + quote_from_bytes(value).encode()
            for name, value in data.items()
        )
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await city.post(f"{ROOT}/requests.xml", content=body, headers=headers)
        assert answer.status_code in EXPECTED, (said, answer.text)
        assert parsed(answer).tag in ("service_requests", "errors")
        taken += answer.status_code == 200
    assert len(await told(city)) == taken > 0


async def test_naughty_names_of_attributes(city: httpx.AsyncClient, key: str) -> None:
    for text in NAUGHTY:
        said = {"api_key": key, "service_code": "001", **PLACE, f"attribute[{text}]": "1"}
        answer = await city.post(f"{ROOT}/requests.xml", data=said)
        assert answer.status_code == 400, (text, answer.text)
        assert parsed(answer).tag == "errors"


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.name)
async def test_broken_pictures(city: httpx.AsyncClient, key: str, path: Path) -> None:
    said = {"api_key": key, "service_code": "006", **PLACE}
    files = {"media": (path.name, path.read_bytes())}
    answer = await city.post(f"{ROOT}/requests.xml", data=said, files=files)
    assert answer.status_code in (200, 415), answer.text
    assert len(await told(city)) == (answer.status_code == 200)


async def test_who_comes_when_too_many_ask_is_sent_away(city: httpx.AsyncClient, key: str) -> None:
    office = city._transport.app.state.open311  # type: ignore[attr-defined]
    strangers = office._desks.setdefault("", Desk())
    for places in (office._pages, strangers.forms):
        places.here = 64
    answer = await city.get(f"{ROOT}/requests.json")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert (await city.get(f"{ROOT}/services.json")).status_code == 200
    said = {"api_key": key, "service_code": "006", **PLACE}
    assert (await city.post(f"{ROOT}/requests.json", data=said)).status_code == 503
    known = await city.post(f"{ROOT}/requests.json", data=said, params={"api_key": key})
    assert known.status_code == 200, known.text
    for places in (office._pages, strangers.forms):
        places.here = 63
    assert len(await told(city)) == 1
    assert (await city.post(f"{ROOT}/requests.json", data=said)).status_code == 200
    assert office._pages.here == strangers.forms.here == 63


async def test_a_form_that_does_not_come_is_given_up(
    city: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(form, "SECONDS", 0.01)

    async def never() -> AsyncIterator[bytes]:
        yield b"api_key="
        await asyncio.Event().wait()

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    app = city._transport.app  # type: ignore[attr-defined]
    answer = await city.post(f"{ROOT}/requests.json", content=never(), headers=headers)
    assert (answer.status_code, answer.headers["connection"]) == (408, "close")
    assert not app.state.open311._desks
