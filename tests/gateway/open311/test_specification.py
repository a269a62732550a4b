"""The example requests of GeoReport v2, as its page has them, and answers of the shape it shows."""

import httpx
import pytest

from civictui.demo import seed
from civictui.gateway.folder import GatewayFolder
from civictui.gateway.open311.offer import Offer
from civictui.gateway.provisioning import load
from tests.gateway.open311.city import (
    DEFINITIONS,
    ROOT,
    members,
    parsed,
    san_francisco,
    told,
)
from tests.gateway.open311.conftest import Open

EXAMPLE = (
    "api_key=xyz&jurisdiction_id=city.gov&service_code=001&lat=37.76524078&long=-122.4212043"
    "&address_string=1234+5th+street&email=smit333%40sfgov.edu&device_id=tt222111"
    "&account_id=123456&first_name=john&last_name=smith&phone=111111111"
    "&description=A+large+sinkhole+is+destroying+the+street"
    "&media_url=http%3A%2F%2Ffarm3.static.flickr.com%2F2002%2F2212426634_5ed477a060.jpg"
    "&attribute[WHISPAWN]=123456&attribute[WHISDORN]=COISL001"
)
FORM = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
ORDER = [
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime",
    "expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url",
]  # fmt: skip


async def test_the_list_of_services(city: httpx.AsyncClient) -> None:
    found = (await city.get(f"{ROOT}/services.json?jurisdiction_id=city.gov")).json()
    by_code = {service["service_code"]: service for service in found}
    assert list(by_code["001"]) == [
        "service_code", "service_name", "description", "metadata", "type", "keywords", "group",
    ]  # fmt: skip
    assert by_code["001"]["metadata"] is True
    assert by_code["006"] == {
        "service_code": "006",
        "service_name": "Sidewalk and Curb Issues",
        "description": None,
        "metadata": False,
        "type": "realtime",
        "keywords": None,
        "group": None,
    }
    assert len(found) == len(DEFINITIONS)


async def test_the_list_of_services_in_xml(city: httpx.AsyncClient) -> None:
    root = parsed(await city.get(f"{ROOT}/services.xml?jurisdiction_id=city.gov"))
    assert root.tag == "services"
    by_code = {e.findtext("service_code"): members(e) for e in root.findall("service")}
    assert by_code["001"]["keywords"] == "lorem, ipsum, dolor"
    assert (by_code["001"]["metadata"], by_code["006"]["metadata"]) == ("true", "false")
    assert by_code["DMV66"]["service_name"] == 'Abandoned <Car> & "Truck"'


async def test_a_service_definition(city: httpx.AsyncClient) -> None:
    path = f"{ROOT}/services/DMV66"
    said = (await city.get(f"{path}.json?jurisdiction_id=city.gov")).json()
    assert said == {
        "service_code": "DMV66",
        "attributes": [
            {
                "variable": True,
                "code": "WHISHETN",
                "datatype": "singlevaluelist",
                "required": True,
                "datatype_description": None,
                "order": 1,
                "description": "What is the ticket/tag/DL number?",
                "values": [{"key": "123", "name": "Ford"}, {"key": "124", "name": "Chrysler"}],
            }
        ],
    }
    root = parsed(await city.get(f"{path}.xml"))
    assert root.tag == "service_definition"
    names = [value.text for value in root.findall("attributes/attribute/values/value/name")]
    assert names == ["Ford", "Chrysler"]


@pytest.mark.parametrize("form", ["json", "xml"])
async def test_the_example_of_a_post(city: httpx.AsyncClient, key: str, form: str) -> None:
    body = EXAMPLE.replace("xyz", key)
    answer = await city.post(f"{ROOT}/requests.{form}", content=body, headers=FORM)
    assert answer.status_code == 200, answer.text
    if form == "xml":
        root = parsed(answer)
        assert root.tag == "service_requests"
        made = members(root[0])
    else:
        (made,) = answer.json()
    assert list(made) == ["service_request_id", "service_notice", "account_id"]
    (said,) = await told(city, service_request_id=str(made["service_request_id"]))
    assert list(said) == ORDER
    assert said["status"] == "open"
    assert said["description"] == "A large sinkhole is destroying the street"
    assert said["address"] == "1234 5th street"
    assert (said["lat"], said["long"]) == (37.76524078, -122.4212043)
    assert said["media_url"] == "http://farm3.static.flickr.com/2002/2212426634_5ed477a060.jpg"
    assert said["requested_datetime"] == said["updated_datetime"] == "2026-05-04T12:00:00.000Z"


async def test_the_examples_of_queries(
    city: httpx.AsyncClient, key: str, folder: GatewayFolder
) -> None:
    await city.post(f"{ROOT}/requests.xml", content=EXAMPLE.replace("xyz", key), headers=FORM)
    query = "start_date=2026-04-24T00:00:00Z&end_date=2026-05-24T00:00:00Z&status=open"
    root = parsed(await city.get(f"{ROOT}/requests.xml?{query}&jurisdiction_id=city.gov"))
    (element,) = root.findall("request")
    assert [child.tag for child in element] == ORDER
    one = await city.get(f"{ROOT}/requests/{element[0].text}.xml?jurisdiction_id=city.gov")
    assert members(parsed(one)[0]) == members(element)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "services.xml?jurisdiction_id=town.gov", 404),
        ("GET", "services/nothing.xml", 404),
        ("GET", "requests/nothing.xml", 404),
        ("GET", "requests.xml?start_date=yesterday", 400),
        ("POST", "requests.xml", 415),
        ("GET", "tokens/123456.xml", 404),
        ("PUT", "services.xml", 404),
    ],
)
async def test_errors_have_its_shape(
    city: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await city.request(method, f"{ROOT}/{path}")
    assert answer.status_code == status
    root = parsed(answer)
    assert root.tag == "errors"
    assert root.findtext("error/code") == str(status)
    assert root.findtext("error/description")
    answer = await city.request(method, f"{ROOT}/{path.replace('.xml', '.json')}")
    (said,) = answer.json()
    assert answer.status_code == said["code"] == status
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_a_page_of_another_origin_may_ask(city: httpx.AsyncClient) -> None:
    answer = await city.options(f"{ROOT}/requests.json")
    assert answer.status_code == 204
    assert "POST" in answer.headers["access-control-allow-methods"]
    for path in ("services.json", "requests/nothing.json"):
        answer = await city.get(f"{ROOT}/{path}", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert (answer.headers.get("content-encoding") == "gzip") == (path == "services.json")


async def test_a_key_that_is_none_is_403(city: httpx.AsyncClient) -> None:
    for body in (EXAMPLE, EXAMPLE.replace("api_key=xyz&", "")):
        answer = await city.post(f"{ROOT}/requests.json", content=body, headers=FORM)
        assert (answer.status_code, answer.json()[0]["code"]) == (403, 403)
    assert await told(city) == []


async def test_it_is_off_unless_it_is_offered(http: httpx.AsyncClient) -> None:
    assert (await http.get(f"{ROOT}/services.json")).json() == {
        "error": "not_found",
        "reason": "missing",
    }


async def test_reports_that_are_there_are_told(opened: Open, folder: GatewayFolder) -> None:
    """The demo's documents: those of San Francisco, and five of the original application."""
    assert load(folder, seed.documents(), {}) == []
    http = await opened(Offer(public=True))
    span = {"start_date": "2011-05-01T00:00:00Z", "end_date": "2011-07-01T00:00:00Z"}
    found = await told(http, **span)
    assert len(found) == 500
    source = {f"sf311-{r['service_request_id']}": r for r in san_francisco()}
    for said in found:
        theirs = source[said["service_request_id"]]
        assert said["service_code"] == theirs["service_code"]
        assert said["status"] == theirs["status"].lower()
        assert said["address"] == (" ".join((theirs["address"] or "").split()) or None)
        placed = theirs["lat"] or theirs["long"]
        assert (said["lat"] or 0, said["long"] or 0) == (theirs["lat"], theirs["long"]), placed
    times = [said["requested_datetime"] for said in found]
    assert times == sorted(times, reverse=True)
    old = await told(http, service_request_id="grievance-20171125_153034")
    assert old[0]["description"] == "Water overflow from broken Municipal Water Pipes."
