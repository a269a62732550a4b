"""What GET requests asks for: time, status, service, place, pages, ids."""

from typing import Any

import httpx
import pytest

from civictui.gateway.database.definitions import publish
from tests.conftest import MovableClock
from tests.gateway.open311.city import ROOT, posted, told
from tests.gateway.peer import bearer, push, revision

DAY = 86_400


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [said["service_request_id"] for said in found]


async def test_the_newest_come_first_of_the_last_90_days(
    city: httpx.AsyncClient, key: str, clock: MovableClock
) -> None:
    made = []
    for _ in range(4):
        made.append(await posted(city, key))
        clock.move(40 * DAY)
    assert ids(await told(city)) == made[:1:-1]
    assert ids(await told(city, start_date="2026-05-01T00:00:00Z")) == [made[2], made[1], made[0]]
    early = {"start_date": "2026-05-04", "end_date": "2026-05-04T14:00:00+02:00"}
    assert ids(await told(city, **early)) == made[:1]
    assert ids(await told(city, end_date="2026-06-13T12:00:00Z")) == [made[1], made[0]]


async def test_services_statuses_and_pages(city: httpx.AsyncClient, key: str) -> None:
    curbs = [await posted(city, key) for _ in range(3)]
    can = await posted(city, key, service_code="001")
    assert ids(await told(city, service_code="001")) == [can]
    assert set(ids(await told(city, service_code="001,006"))) == {can, *curbs}
    twice = await city.get(f"{ROOT}/requests.json?service_code=001&service_code=006")
    assert len(twice.json()) == 4
    assert await told(city, service_code="999") == []
    assert len(await told(city, status="OPEN,closed")) == 4
    assert await told(city, status="closed") == []
    pages = [ids(await told(city, page=page, page_size=3)) for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [3, 1, 0]
    assert set(pages[0] + pages[1]) == {can, *curbs}


async def test_ids_overrule_everything_else(
    city: httpx.AsyncClient, key: str, clock: MovableClock
) -> None:
    made = [await posted(city, key) for _ in range(3)]
    clock.move(200 * DAY)
    asked = f"{made[2]},nothing,{made[0]},{made[0]}"
    assert ids(await told(city, service_request_id=asked, status="x")) == [made[2], made[0]]


async def test_around_a_place(city: httpx.AsyncClient, key: str) -> None:
    near = await posted(city, key, lat="37.7652", long="-122.4212")
    far = await posted(city, key, lat="37.7752", long="-122.4212")
    nowhere = await posted(city, key, lat="0", long="0", address_string="anywhere")
    place = {"lat": "37.7652", "long": "-122.4210"}
    assert ids(await told(city, **place, radius="100")) == [near]
    assert set(ids(await told(city, **place, radius="2000"))) == {near, far}
    assert nowhere in ids(await told(city))


@pytest.mark.parametrize(
    "query",
    [
        "start_date=2010-13-01T00:00:00Z",
        "start_date=20171125_153034",
        "start_date=2026-05-01T00:00:00",
        "start_date=0001-01-01T00:00:00%2B14:00",
        "end_date=0001-01-01",
        "end_date=0000-01-01",
        "end_date=2026-02-30",
        "end_date=2026-05-01T24:00:01Z",
        "end_date=2026-05-01T23:59:60Z",
        "end_date=2026-05-01T00:00:00%2B25:00",
        "end_date=2026-05-01T00:00:00Zulu",
        "end_date=%EF%BC%92026-05-01",
        "end_date=1777777777",
        "end_date=2026-W19-1",
        "start_date=9999-12-31",
        "start_date=2026-01-01&end_date=2026-05-01",
        "start_date=2026-05-02&end_date=2026-05-01",
        "start_date=2026-05-02&start_date=2026-05-01",
        "status=lost",
        "page=0",
        "page=-1",
        "page=1e3",
        "page=9999999",
        "page_size=many",
        "page_size=0",
        "page_size=1000000",
        "page=1&page=2",
        "page=%D9%A1",
        "lat=1",
        "lat=1&long=NaN",
        "lat=91&long=0",
        "lat=1&long=1&radius=-1",
        "lat=1&long=1&radius=60000",
        "service_request_id=" + ",".join(f"{n}" for n in range(1001)),
    ],
)
async def test_what_cannot_be_read_is_said(city: httpx.AsyncClient, query: str) -> None:
    answer = await city.get(f"{ROOT}/requests.json?{query}")
    assert answer.status_code == 400, answer.text
    assert answer.json()[0]["description"]


async def test_what_is_empty_or_unknown_is_not_there(city: httpx.AsyncClient, key: str) -> None:
    made = await posted(city, key)
    assert ids(await told(city, page_size=999_999)) == [made]
    assert ids(await told(city, page=999_999)) == []
    empty = "status=&service_code=&start_date=&end_date=&lat=&long=&page=&page_size=&radius="
    found = (await city.get(f"{ROOT}/requests.json?{empty}&extensions=true")).json()
    assert ids(found) == [made]
    blank = "start_date=2026-05-04T13:00:00+02:00"  # a plus that nobody quoted is a blank
    assert ids((await city.get(f"{ROOT}/requests.json?{blank}")).json()) == [made]


async def test_the_status_is_that_of_the_latest_update(
    city: httpx.AsyncClient, key: str, clock: MovableClock
) -> None:
    made = await posted(city, key)
    signed = {"headers": await bearer(city, "asha")}

    def update(name: str, at: str, status: str, text: str) -> dict[str, Any]:
        body = {"type": "update", "report": made, "reportedBy": "asha", "text": text}
        return revision(name, {**body, "reportedDateTime": at, "status": status})

    closed = update("u1", "2026-05-04T13:00:00.000Z", "closed", "Duplicate request.")
    assert await push(city, closed, **signed) == []
    remark = update("u3", "2026-05-04T15:00:00.000Z", "", "the neighbour is difficult")
    assert await push(city, remark, **signed) == []
    (said,) = await told(city, status="closed")
    assert (said["status"], said["status_notes"]) == ("closed", "Duplicate request.")
    assert said["updated_datetime"] == "2026-05-04T13:00:00.000Z"
    begun = update("u2", "2026-05-04T14:00:00.000Z", "in progress", "\x1b[31mseen")
    assert await push(city, begun, **signed) == []
    (said,) = await told(city, status="open")
    assert (said["status"], said["status_notes"]) == ("open", "seen")
    assert said["updated_datetime"] == "2026-05-04T14:00:00.000Z"
    gone = revision("u2", {"reportedBy": "asha"}, begun["_rev"], deleted=True)
    assert await push(city, gone, **signed) == []
    assert ids(await told(city, status="closed")) == [made]


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_an_update_at_the_end_of_time_is_told(
    city: httpx.AsyncClient, key: str, form: str
) -> None:
    """As seconds it would be in the year 10000; one such update must not silence a city."""
    made = await posted(city, key)
    body = {"type": "update", "report": made, "reportedBy": "asha", "status": "closed"}
    end = {"reportedDateTime": "9999-12-31T23:59:59.999999Z"}
    signed = {"headers": await bearer(city, "asha")}
    assert await push(city, revision("u1", body | end), **signed) == []
    answer = await city.get(f"{ROOT}/requests.{form}")
    assert answer.status_code == 200
    assert "9999-12-31T23:59:59.999Z" in answer.text


async def test_a_time_that_cannot_be_read_is_before_all_others(
    city: httpx.AsyncClient, key: str
) -> None:
    """As on the terminals: what they show as the status is told."""
    made = await posted(city, key)
    body = {"type": "update", "report": made, "reportedBy": "asha"}
    old = {"status": "closed", "reportedDateTime": "1969-12-31T00:00:00.000Z"}
    odd = {"status": "open", "reportedDateTime": "yesterday"}
    signed = {"headers": await bearer(city, "asha")}
    docs = [revision("u1", body | old), revision("u2", body | odd)]
    assert await push(city, *docs, **signed) == []
    (said,) = await told(city)
    assert (said["status"], said["updated_datetime"]) == ("closed", "1969-12-31T00:00:00.000Z")


async def test_what_is_withdrawn_is_no_longer_told(city: httpx.AsyncClient, key: str) -> None:
    made, other = await posted(city, key), await posted(city, key)
    signed = {"headers": await bearer(city)}
    doc = (await city.get(f"/db/civic/{made}", headers=signed["headers"])).json()
    gone = revision(made, {"reportedBy": "demo"}, doc["_rev"], deleted=True)
    assert await push(city, gone, **signed) == []
    assert ids(await told(city)) == [other]
    assert (await city.get(f"{ROOT}/requests/{made}.json")).status_code == 404


async def test_a_service_that_is_retired_is_not_offered(
    city: httpx.AsyncClient, key: str, definitions: list[dict[str, Any]]
) -> None:
    made = await posted(city, key)
    left = [doc for doc in definitions if doc["service_code"] != "006"]
    database = city._transport.app.state.backends.database  # type: ignore[attr-defined]
    await publish(database, left, "administrator")
    offered = (await city.get(f"{ROOT}/services.json")).json()
    assert "006" not in {service["service_code"] for service in offered}
    assert (await city.get(f"{ROOT}/services/006.json")).status_code == 404
    (said,) = await told(city, service_code="006")
    assert (said["service_request_id"], said["service_name"]) == (made, "Sidewalk and Curb Issues")
