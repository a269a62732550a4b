"""The same request twice, by a client whose answer was lost: one report, and never one of two."""

import asyncio
from typing import Any

import httpx
import pytest

from civictui.domain.model import now_text
from civictui.gateway.database.definitions import publish
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.open311.keys import ApiKeys
from tests.conftest import MovableClock
from tests.gateway.open311.city import DEFINITIONS, PLACE, ROOT, told
from tests.gateway.peer import bearer, picture, push, revision

AGAIN = "6a0e-once"


async def send(
    http: httpx.AsyncClient, key: str, again: str = AGAIN, **fields: str
) -> httpx.Response:
    said = {"api_key": key, "service_code": "006", "description": "A lamp", **PLACE, **fields}
    headers = {"Idempotency-Key": again} if again else {}
    return await http.post(f"{ROOT}/requests.json", data=said, headers=headers)


async def name(http: httpx.AsyncClient, key: str, again: str = AGAIN, **fields: str) -> str:
    answer = await send(http, key, again, **fields)
    assert answer.status_code == 200, answer.text
    return str(answer.json()[0]["service_request_id"])


async def test_the_same_request_is_one_report(
    city: httpx.AsyncClient, key: str, clock: MovableClock
) -> None:
    first = await name(city, key)
    clock.move(40 * 86_400)
    assert await name(city, key) == first
    assert [said["service_request_id"] for said in await told(city)] == [first]


async def test_the_same_at_once_is_one_report(city: httpx.AsyncClient, key: str) -> None:
    names = await asyncio.gather(*(name(city, key) for _ in range(12)))
    assert len(set(names)) == 1
    assert len(await told(city)) == 1
    doc = (await city.get(f"/db/civic/{names[0]}", headers=await bearer(city))).json()
    assert doc["_rev"].startswith("1-")
    assert "_conflicts" not in doc


async def test_another_content_is_another_report(city: httpx.AsyncClient, key: str) -> None:
    """Whatever its key says: two reports of two people are never made one."""
    others: list[dict[str, str]] = [
        {"description": "Another lamp"},
        {"lat": "37.76524079"},
        {"service_code": "001"},
        {"address_string": "12 Main Street"},
        {"media_url": "https://example.org/1.jpg"},
    ]
    names = {await name(city, key), await name(city, key, "another-key")} | {
        await name(city, key, **other) for other in others
    }
    assert len(names) == 2 + len(others)
    assert {said["service_request_id"] for said in await told(city)} == names


async def test_without_the_header_each_request_is_one(city: httpx.AsyncClient, key: str) -> None:
    assert len({await name(city, key, "") for _ in range(3)}) == 3


async def test_what_is_not_read_makes_no_other_report(
    city: httpx.AsyncClient, key: str, folder: GatewayFolder, clock: MovableClock
) -> None:
    second = ApiKeys(folder).make("demo", now_text(clock.now()))
    first = await name(city, key)
    assert await name(city, second) == first
    assert await name(city, key, email="a@example.org", phone="1", first_name="A") == first


async def test_of_another_account_it_is_another_report(
    city: httpx.AsyncClient, key: str, folder: GatewayFolder, clock: MovableClock
) -> None:
    theirs = ApiKeys(folder).make("asha", now_text(clock.now()))
    assert await name(city, key) != await name(city, theirs)


async def test_pictures_belong_to_the_content(city: httpx.AsyncClient, key: str) -> None:
    async def posted(*pictures: bytes) -> str:
        said = {"api_key": key, "service_code": "006", **PLACE}
        files = [("media", ("x.jpg", content, "image/jpeg")) for content in pictures]
        headers = {"Idempotency-Key": AGAIN}
        url = f"{ROOT}/requests.json"
        answer = await city.post(url, data=said, files=files, headers=headers)
        return str(answer.json()[0]["service_request_id"])

    first, second = picture(1), picture(2)
    assert await posted(first) == await posted(first)
    others = [await posted(*those) for those in [(first,), (second,), (first, second)]]
    assert len(set(others)) == 3


async def test_what_became_of_it_since_changes_nothing(city: httpx.AsyncClient, key: str) -> None:
    """Edited, withdrawn, its service gone: it was taken, and that is what the client asks."""
    first = await name(city, key)
    signed = {"headers": await bearer(city)}
    path = f"/db/civic/{first}"
    doc: dict[str, Any] = (await city.get(path, headers=signed["headers"])).json()
    body = {k: v for k, v in doc.items() if not k.startswith("_")}
    edited = revision(first, body | {"problemDescription": "Two lamps"}, doc["_rev"])
    assert await push(city, edited, **signed) == []
    assert await name(city, key) == first
    gone = revision(first, {"reportedBy": "demo"}, edited["_rev"], doc["_rev"], deleted=True)
    assert await push(city, gone, **signed) == []
    app = city._transport.app  # type: ignore[attr-defined]
    kept = [doc for doc in DEFINITIONS if doc["service_code"] != "006"]
    await publish(app.state.backends.database, kept, "administrator")
    assert await name(city, key) == first
    assert await told(city) == []
    assert (await send(city, key, "", service_code="006")).status_code == 404


async def test_what_was_refused_is_judged_anew(city: httpx.AsyncClient, key: str) -> None:
    refused = await send(city, key, lat="91")
    assert refused.status_code == 400
    assert await name(city, key)
    assert (await send(city, "no key")).status_code == 403


@pytest.mark.parametrize("said", [" ", "two words", "x" * 256, "\x7f", "ä"])
async def test_a_key_that_is_none(city: httpx.AsyncClient, key: str, said: str) -> None:
    data = {"api_key": key, "service_code": "006", **PLACE}
    headers = {b"Idempotency-Key": said.encode()}
    answer = await city.post(f"{ROOT}/requests.xml", data=data, headers=headers)
    assert answer.status_code == 400
    assert await told(city) == []


async def test_a_page_of_another_origin_may_send_it(city: httpx.AsyncClient) -> None:
    allowed = (await city.options(f"{ROOT}/requests.json")).headers["access-control-allow-headers"]
    assert "Idempotency-Key" in allowed
