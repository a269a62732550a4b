"""What the demo's gateway holds: the pattern's five reports and 500 requests of San Francisco.

The five are documents of the original application as it made them (no `type`, naive local times);
the 500 are GeoReport v2 requests of June 2011. Origins and licences: assets/CREDITS.md.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from importlib.resources import files
from typing import Any

from civictui.codec import decode
from civictui.domain.model import Doc, GeoPoint, now_text, read_time
from civictui.domain.revtree import next_revision

_PACIFIC = timezone(timedelta(hours=-7))
"""Daylight time, in force on the days of the requests."""


def documents() -> list[Doc]:
    """All 505, as first revisions, the oldest first. The same at every call."""
    bodies = sorted([*_pattern(), *_san_francisco()], key=_age)
    return [{"_id": key, "_rev": next_revision(None, False, body), **body} for key, body in bodies]


def services() -> list[Doc]:
    """The city's categories with their questions, as documents without revisions."""
    from civictui.gateway.services_file import definitions_of

    return definitions_of(_asset("services.json"))


def objects() -> dict[str, bytes]:
    """The pictures and thumbnails of the five, by the key that their documents use."""
    found = (photo for _, body in _pattern() for photo in body["picture"].values())
    return {name: _asset("photos", name) for name in found}


def _age(document: tuple[str, Doc]) -> tuple[datetime, str]:
    key, body = document
    time = read_time(body["reportedDateTime"])
    assert time is not None, "the assets have times"  # noqa: S101
    return time, key


def _pattern() -> Iterator[tuple[str, Doc]]:
    for body in decode(_asset("reports.json"))["grievances"]:
        yield f"grievance-{body['reportedDateTime']}", body


def _san_francisco() -> Iterator[tuple[str, Doc]]:
    for request in decode(_asset("san_francisco.json")):
        yield f"sf311-{request['service_request_id']}", _report_of(request)


def _report_of(request: dict[str, Any]) -> Doc:
    """A GeoReport request as a report; without a text its service's name is the description."""
    service = request["service_name"].replace("_", " ")
    body: Doc = {
        "type": "report",
        "reportedBy": "sf311",
        "reportedDateTime": _utc(request["requested_datetime"]),
        "problemDescription": request["description"] or service,
        "category": service,
        "status": request["status"].lower(),
        "service_request_id": request["service_request_id"],
        "service_code": request["service_code"],
    }
    if address := " ".join((request["address"] or "").split()):
        body["address"] = address
    if request["lat"] or request["long"]:  # 0, 0 is no location
        body["geoLocation"] = GeoPoint(request["lat"], request["long"]).to_geojson()
    return body


def _utc(local: str) -> str:
    return now_text(datetime.fromisoformat(local).replace(tzinfo=_PACIFIC))


def _asset(*names: str) -> bytes:
    return files("civictui.demo").joinpath("assets", *names).read_bytes()
