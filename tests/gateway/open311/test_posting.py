"""What may be posted, by whom, and what of it is kept."""

import asyncio
from typing import Any

import httpx
import pytest

from civictui.domain.model import now_text
from civictui.gateway.accounts.accounts import Changes
from civictui.gateway.area import Area
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.open311.keys import ApiKeys
from civictui.gateway.provisioning import enable_user, set_user
from tests.conftest import MovableClock
from tests.gateway.open311.city import PLACE, ROOT, parsed, post, posted, told
from tests.gateway.peer import bearer, push, revision

PERSONAL = {
    "email": "smit333@sfgov.example",
    "first_name": "Johanna",
    "last_name": "Smithers",
    "phone": "111111111",
    "device_id": "tt222111",
    "account_id": "acc123456",
}


async def document(http: httpx.AsyncClient, name: str) -> dict[str, Any]:
    return dict((await http.get(f"/db/civic/{name}", headers=await bearer(http))).json())


async def test_a_report_is_like_one_of_a_terminal(city: httpx.AsyncClient, key: str) -> None:
    name = await posted(
        city,
        key,
        service_code="DMV66",
        address_string=" 8TH AVE \n and JUDAH ST",
        address_id="545483",
        description="A car",
        media_url="https://example.org/1.jpg",
        **{"attribute[WHISHETN]": "Chrysler"},
    )
    doc = await document(city, name)
    assert {k: v for k, v in doc.items() if not k.startswith("_")} == {
        "type": "report",
        "reportedBy": "demo",
        "reportedDateTime": "2026-05-04T12:00:00.000Z",
        "problemDescription": "A car",
        "category": "DMV66",
        "status": "open",
        "address": "8TH AVE and JUDAH ST",
        "addressSource": "typed",
        "address_id": "545483",
        "media_url": "https://example.org/1.jpg",
        "geoLocation": {"type": "Point", "coordinates": [-122.4212043, 37.76524078]},
        "attributes": {"WHISHETN": "124"},
    }
    assert doc["_rev"].startswith("1-")


async def test_what_is_said_of_the_person_is_kept_nowhere(
    city: httpx.AsyncClient, key: str
) -> None:
    name = await posted(city, key, **PERSONAL)
    stored = str(await document(city, name))
    (said,) = await told(city)
    for value in PERSONAL.values():
        assert value not in stored
    assert "demo" not in str(said)


async def test_a_link_is_kept_and_never_fetched(city: httpx.AsyncClient, key: str) -> None:
    calls = 0

    async def called(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        calls += 1
        writer.close()

    async with await asyncio.start_server(called, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        link = f"http://127.0.0.1:{port}/a.jpg?x=1&y=2"
        name = await posted(city, key, media_url=link)
        assert (await document(city, name))["media_url"] == link
        (said,) = await told(city)
        in_xml = parsed(await city.get(f"{ROOT}/requests/{name}.xml"))
        assert said["media_url"] == in_xml.findtext("request/media_url") == link
        _, own = await asyncio.open_connection("127.0.0.1", port)
        while not calls:  # whoever came before was heard before
            await asyncio.sleep(0)
        own.close()
    assert calls == 1


async def test_answers_in_every_way_of_writing_them(city: httpx.AsyncClient, key: str) -> None:
    body = (
        f"api_key={key}&service_code=001&lat=1&long=2&attribute[WHISPAWN]=7%0A8"
        "&attribute[WHISDORN][]=COISL001&attribute%5BWHISDORN%5D%5B%5D=Two"
    )
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await city.post(f"{ROOT}/requests.json", content=body, headers=form)
    doc = await document(city, answer.json()[0]["service_request_id"])
    assert doc["attributes"] == {"WHISPAWN": "7 8", "WHISDORN": ["COISL001", "COISL002"]}


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"service_code": ""}, 400, "service_code was not provided"),
        ({"service_code": "nothing"}, 404, "service_code was not found"),
        ({"service_code": "DMV66"}, 400, "needs an answer"),
        ({"service_code": "DMV66", "attribute[WHISHETN]": "125"}, 400, "has no answer"),
        ({"attribute[SHOE]": "46"}, 400, "attribute[SHOE] is nothing"),
        ({"attributes": "46"}, 400, "attributes is nothing"),
        ({"lat": "", "long": ""}, 400, "A place is needed"),
        ({"lat": "0", "long": "0.0"}, 400, "A place is needed"),
        ({"lat": "12"}, 200, ""),
        ({"long": ""}, 400, "belong together"),
        ({"lat": "1e1"}, 400, "decimal degrees"),
        ({"lat": "-91"}, 400, "outside"),
        ({"description": "x" * 4001}, 400, "4000 characters"),
        ({"address_string": "x" * 501}, 400, "500 characters"),
        ({"media_url": "javascript:alert(1)"}, 400, "media_url"),
        ({"media_url": "http://user:secret@example.org/"}, 400, "media_url"),
        ({"media_url": "http://[x/"}, 400, "media_url"),
        ({"media_url": 'http://example.org/"><b>'}, 400, "media_url"),
        ({"jurisdiction_id": "town.gov"}, 404, "jurisdiction_id"),
    ],
)
async def test_what_is_refused(
    city: httpx.AsyncClient, key: str, fields: dict[str, str], status: int, words: str
) -> None:
    answer = await post(city, key, **fields)
    assert answer.status_code == status, answer.text
    if status != 200:
        assert words in answer.json()[0]["description"]
        assert await told(city) == []


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", 415),
        (b"<request/>", "text/xml", 415),
        (b"a=%ff", "application/x-www-form-urlencoded", 400),
        (b"a=\xff", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"a=1" for _ in range(400)), "application/x-www-form-urlencoded", 400),
        (b"a=" + b"1" * 300_000, "application/x-www-form-urlencoded", 413),
        (b"", "application/x-www-form-urlencoded", 403),
    ],
)
async def test_bodies_that_are_none(
    city: httpx.AsyncClient, body: bytes, kind: str, status: int
) -> None:
    headers = {"Content-Type": kind}
    answer = await city.post(f"{ROOT}/requests.json", content=body, headers=headers)
    assert answer.status_code == status, answer.text


async def test_a_packed_body_is_refused(city: httpx.AsyncClient) -> None:
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Encoding": "gzip",
    }
    answer = await city.post(f"{ROOT}/requests.json", content=b"x", headers=headers)
    assert answer.status_code == 415


async def test_a_key_ends_with_its_account_or_by_itself(
    city: httpx.AsyncClient, key: str, folder: GatewayFolder, clock: MovableClock
) -> None:
    assert (await post(city, key)).status_code == 200
    enable_user(folder, "demo", enabled=False)
    assert (await post(city, key)).status_code == 403
    enable_user(folder, "demo", enabled=True)
    assert (await post(city, key)).status_code == 200
    keys = ApiKeys(folder)
    second = keys.make("demo", now_text(clock.now()))
    nobodys = keys.make("nobody", now_text(clock.now()))
    assert (await post(city, nobodys)).status_code == 403
    assert keys.remove("demo") == 2
    assert [made.user for made in keys.all()] == ["nobody"]
    for gone in (key, second, "", "x" * 5000):
        assert (await post(city, gone)).status_code == 403
    assert len(await told(city)) == 2


async def test_a_form_has_one_key(
    city: httpx.AsyncClient, key: str, folder: GatewayFolder, clock: MovableClock
) -> None:
    """One of them would be counted, and the other one post."""
    other = ApiKeys(folder).make("asha", now_text(clock.now()))
    said = {"api_key": key, "service_code": "006", **PLACE}
    url = f"{ROOT}/requests.json"
    assert (await city.post(url, data=said, params={"api_key": other})).status_code == 400
    assert (await city.post(url, data=said, params={"api_key": key})).status_code == 200
    assert len(await told(city)) == 1


async def test_who_has_a_key_reads_what_came_by_it(
    reserved: httpx.AsyncClient, key: str, folder: GatewayFolder, clock: MovableClock
) -> None:
    other = ApiKeys(folder).make("asha", now_text(clock.now()))
    mine, theirs = await posted(reserved, key), await posted(reserved, other)
    assert (await reserved.get(f"{ROOT}/services.json")).status_code == 200
    for path in ("requests.json", f"requests/{mine}.json", "requests.json?api_key=x"):
        assert (await reserved.get(f"{ROOT}/{path}")).status_code == 403
    found = await told(reserved, api_key=key)
    assert [said["service_request_id"] for said in found] == [mine]
    assert await told(reserved, api_key=key, service_request_id=theirs) == []
    answer = await reserved.get(f"{ROOT}/requests/{theirs}.json", params={"api_key": key})
    assert answer.status_code == 404


async def test_notes_are_told_where_the_operator_says_so(
    reserved: httpx.AsyncClient, key: str
) -> None:
    made = await posted(reserved, key)
    body = {"type": "update", "report": made, "reportedBy": "asha", "text": "a word"}
    at = {"reportedDateTime": "2026-05-04T13:00:00.000Z", "status": "closed"}
    signed = {"headers": await bearer(reserved, "asha")}
    assert await push(reserved, revision("u1", body | at), **signed) == []
    (said,) = await told(reserved, api_key=key)
    assert (said["status"], said["status_notes"]) == ("closed", None)


async def test_an_account_with_an_area_posts_and_others_do_not_see_it(
    city: httpx.AsyncClient, key: str, folder: GatewayFolder
) -> None:
    """The same rules as for a terminal: what is one's own is seen, what is outside is not."""
    set_user(folder, "asha", Changes(area=Area.box(0, 0, 1, 1)))
    name = await posted(city, key, **PLACE)
    signed = await bearer(city, "asha")
    assert (await city.get(f"/db/civic/{name}", headers=signed)).status_code == 404
    inside = await posted(city, key, lat="0.5", long="0.5")
    assert (await city.get(f"/db/civic/{inside}", headers=signed)).status_code == 200
