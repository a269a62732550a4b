"""The city of the specification's examples, and what is posted to it."""

import json
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree as ET

import httpx

from civictui.codec import encode
from civictui.domain.model import Doc
from civictui.gateway.services_file import definitions_of

ROOT = "/open311/v2"
PLACE = {"lat": "37.76524078", "long": "-122.4212043"}

_TREES = {
    "service_code": "001",
    "service_name": "Cans left out 24x7",
    "description": "Garbage or recycling cans that have been left out for more than 24 hours after "
    "collection. Violators will be cited.",
    "group": "sanitation",
    "keywords": "lorem, ipsum, dolor",
    "attributes": [
        {"code": "WHISPAWN", "description": "Which number?"},
        {
            "code": "WHISDORN",
            "description": "Which one?",
            "datatype": "multivaluelist",
            "values": [{"key": "COISL001", "name": "One"}, {"key": "COISL002", "name": "Two"}],
        },
    ],
}
_TAGS = {
    "service_code": "DMV66",
    "service_name": 'Abandoned <Car> & "Truck"',
    "attributes": [
        {
            "code": "WHISHETN",
            "order": 1,
            "description": "What is the ticket/tag/DL number?",
            "datatype": "singlevaluelist",
            "required": True,
            "values": [{"key": "123", "name": "Ford"}, {"key": "124", "name": "Chrysler"}],
        }
    ],
}
_CURB = {"service_code": "006", "service_name": "Sidewalk and Curb Issues"}


def _of_san_francisco() -> list[dict[str, str]]:
    found = {r["service_code"]: r["service_name"] for r in san_francisco()}
    taken = {"001", "006", "DMV66"}
    return [{"service_code": c, "service_name": n} for c, n in found.items() if c not in taken]


def san_francisco() -> list[dict[str, Any]]:
    """The 500 requests as the city told them in June 2011."""
    path = files("civictui.demo").joinpath("assets", "san_francisco.json")
    return list(json.loads(path.read_text()))


DEFINITIONS: list[Doc] = definitions_of(
    encode({"services": [_TREES, _TAGS, _CURB, *_of_san_francisco()]})
)


async def post(http: httpx.AsyncClient, key: str, **fields: str) -> httpx.Response:
    said = {"api_key": key, "service_code": "006", **PLACE, **fields}
    return await http.post(f"{ROOT}/requests.json", data=said)


async def posted(http: httpx.AsyncClient, key: str, **fields: str) -> str:
    """The id of a request that was taken."""
    answer = await post(http, key, **fields)
    assert answer.status_code == 200, answer.text
    (said,) = answer.json()
    return str(said["service_request_id"])


async def told(http: httpx.AsyncClient, **query: str | int) -> list[dict[str, Any]]:
    answer = await http.get(f"{ROOT}/requests.json", params=query)
    assert answer.status_code == 200, answer.text
    return list(answer.json())


def parsed(answer: httpx.Response) -> ET.Element:
    """The root of an answer in XML."""
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert answer.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    return ET.fromstring(answer.content)  # noqa: S314 - our own


def members(element: ET.Element) -> dict[str, str | None]:
    return {child.tag: child.text for child in element}
