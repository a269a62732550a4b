"""What is posted comes out again: text of every kind, real requests, answers and links."""

import json
from pathlib import Path
from typing import Any

import httpx

from civictui.domain.text import clean, one_line
from tests.conftest import MovableClock
from tests.gateway.open311.city import (
    DEFINITIONS,
    ROOT,
    members,
    parsed,
    post,
    posted,
    san_francisco,
    told,
)

DATA = Path(__file__).parents[2] / "data"
NAUGHTY = json.loads((DATA / "text" / "blns" / "blns.json").read_text())
KOELN = json.loads((DATA / "open311" / "koeln.json").read_text())
NAMES = {doc["service_code"]: doc["service_name"] for doc in DEFINITIONS}
INJECTIONS = [
    "]]><request><service_request_id>1</service_request_id></request>",
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
    "&lt;b&gt; &amp;amp; &#0; &#x1b;",
    "\x1b]52;c;aGk=\x07 \x9b31m \u202egnp.exe \x00 \ufffe \uffff",
    "line one\r\nline two\ttab\n\n last",
]


async def test_100_reports_in_json_and_xml(city: httpx.AsyncClient, key: str) -> None:
    texts = [*INJECTIONS, *(t for t in NAUGHTY if t.strip())][:100]
    made = {await posted(city, key, description=t, address_string=t[:200] or "x"): t for t in texts}
    assert len(made) == len(texts) == 100
    as_json = {said["service_request_id"]: said for said in await told(city)}
    root = parsed(await city.get(f"{ROOT}/requests.xml"))
    as_xml = {element.findtext("service_request_id"): members(element) for element in root}
    assert as_json.keys() == as_xml.keys() == made.keys()
    for name, text in made.items():
        kept = clean(text).strip()
        assert (as_json[name]["description"] or "") == kept
        assert (as_json[name]["address"] or "") == one_line(text[:200])
        assert (as_xml[name]["description"] or "") == kept.replace("\ufffe", "").replace(
            "\uffff", ""
        )
        assert len(as_xml[name]) == len(as_json[name])


async def test_the_500_of_san_francisco_in_and_out(city: httpx.AsyncClient, key: str) -> None:
    source: dict[str, dict[str, Any]] = {}
    for theirs in san_francisco():
        fields = {
            "service_code": theirs["service_code"],
            "lat": str(theirs["lat"]),
            "long": str(theirs["long"]),
            "address_string": theirs["address"] or "",
            "description": theirs["description"] or "",
        }
        answer = await post(city, key, **fields)
        if answer.status_code != 200:  # neither an address nor a place: nobody could go there
            assert not theirs["address"]
            assert (theirs["lat"], theirs["long"]) == (0, 0)
            continue
        source[answer.json()[0]["service_request_id"]] = theirs
    assert len(source) == 500
    found = await told(city)
    assert {said["service_request_id"] for said in found} == source.keys()
    for said in found:
        theirs = source[said["service_request_id"]]
        assert said["service_code"] == theirs["service_code"]
        assert said["service_name"] == NAMES[said["service_code"]]
        assert said["address"] == one_line(theirs["address"] or "")
        if theirs["lat"] or theirs["long"]:
            assert (said["lat"], said["long"]) == (theirs["lat"], theirs["long"])
        else:
            assert said["lat"] is said["long"] is None


async def test_requests_of_koeln_in_and_out(
    city: httpx.AsyncClient, key: str, clock: MovableClock
) -> None:
    for theirs in KOELN:
        name = await posted(
            city,
            key,
            lat=str(theirs["lat"]),
            long=str(theirs["long"]),
            description=theirs["description"],
            address_string=theirs["address"],
            media_url=theirs.get("media_url") or "",
        )
        clock.move(60)
        (said,) = (await city.get(f"{ROOT}/requests/{name}.json")).json()
        assert said["description"] == theirs["description"].replace("\r\n", "\n").strip()
        for member in ("address", "lat", "long"):
            assert said[member] == theirs[member]
        assert said["media_url"] == theirs.get("media_url")
    assert len(await told(city)) == len(KOELN)
