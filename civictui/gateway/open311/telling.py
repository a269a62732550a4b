"""Documents as GeoReport tells them. Who reported, and which pictures there are, is not told.

What is told is made of known members alone, each of a known type and length, cleaned of what could
steer a terminal or hide its own meaning.
"""

from datetime import UTC, datetime
from typing import Any, Final, TypeAlias

from civictui.domain.model import Doc, Report, Service, Services
from civictui.domain.model.services import Kind, Question
from civictui.domain.model.values import is_number, now_text, read_time, text_of
from civictui.domain.text import clean, folded, one_line
from civictui.gateway.open311.media import link_of

Told: TypeAlias = dict[str, Any]
"""Members in the order of the specification: texts, numbers, booleans, None, and lists of these."""

OPEN: Final = "open"
CLOSED: Final = "closed"
STATUSES: Final = (OPEN, CLOSED)
"""All that GeoReport has."""
DESCRIPTION_CHARACTERS: Final = 4_000
"""As GeoReport limits it."""
LINE_CHARACTERS: Final = 500
EVER: Final = datetime.min.replace(tzinfo=UTC)
"""Earlier than any other time: of an update whose time cannot be read, and of none."""
_OVER: Final = {"closed", "fixed", "resolved", "done", "completed", "duplicate", "rejected"}


def is_over(status: str) -> bool:
    """Whether a status of ours is GeoReport's `closed`; everything else is `open`."""
    return one_line(folded(status)) in _OVER


class Coding:
    """Which service a report is of. Remembers each category that it was asked for."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._known: dict[str, Service | None] = {}

    def service(self, category: str) -> Service | None:
        """The definition that a category means by its code or name."""
        category = category[:LINE_CHARACTERS]
        if category not in self._known:
            self._known[category] = self.services.called(category)
        return self._known[category]

    def code(self, category: str, code: str = "") -> str:
        """`code` is what the document itself calls it, where it says so; no definition has it."""
        service = self.service(category)
        return service.code if service else code or category


def service_told(service: Service) -> Told:
    """A line of the list of services."""
    return {
        "service_code": service.code,
        "service_name": service.name,
        "description": service.description or None,
        "metadata": bool(service.questions),
        "type": "realtime",
        "keywords": ", ".join(service.keywords) or None,
        "group": service.group or None,
    }


def definition_told(service: Service) -> Told:
    """The questions of a service."""
    asked = [_question(order, question) for order, question in enumerate(service.questions, 1)]
    return {"service_code": service.code, "attributes": asked}


def _question(order: int, question: Question) -> Told:
    told: Told = {
        "variable": question.asked,
        "code": question.code,
        "datatype": question.kind.value,
        "required": question.required,
        "datatype_description": question.hint or None,
        "order": order,
        "description": question.text,
    }
    if question.kind in (Kind.ONE, Kind.MANY):
        told["values"] = [{"key": c.key, "name": c.name} for c in question.choices]
    return told


def request_told(doc: Doc, coding: Coding, status: str, changed: datetime, notes: str) -> Told:
    """A report as a service request.

    `status` and `changed` are of the update that is in force: "" and EVER where there is none.
    `notes` are its words, as far as they may be told.
    """
    report = Report.from_doc(doc)
    service = coding.service(report.category)
    code = coding.code(report.category, text_of(doc.get("service_code")))
    told_status = CLOSED if is_over(status or report.status) else OPEN
    return {
        "service_request_id": report.id,
        "status": told_status,
        "status_notes": _text(notes),
        "service_name": service.name if service else _line(report.category),
        "service_code": _line(code),
        "description": _text(report.description),
        "agency_responsible": _line(doc.get("agency_responsible")),
        "service_notice": _text(doc.get("service_notice")),
        "requested_datetime": _moment(report.time),
        "updated_datetime": _moment(_updated(report, told_status, status, changed)),
        "expected_datetime": _moment(read_time(text_of(doc.get("expected_datetime")))),
        "address": _line(report.address),
        "address_id": _line(doc.get("address_id")),
        "zipcode": _line(doc.get("zipcode")),
        "lat": report.point.latitude if report.point else None,
        "long": report.point.longitude if report.point else None,
        "media_url": link_of(doc.get("media_url")),
    }


def _updated(report: Report, told: str, status: str, changed: datetime) -> datetime | None:
    """When it was closed; else the latest of when it was made, edited, and given a status."""
    if told == CLOSED and status and changed > EVER:
        return changed
    edited = report.extra.get("edited")
    edited_at = read_time(text_of(edited.get("at"))) if isinstance(edited, dict) else None
    latest = max(report.time or EVER, edited_at or EVER, changed)
    return latest if latest > EVER else None


def _moment(time: datetime | None) -> str | None:
    return now_text(time) if time else None


def _text(value: object) -> str | None:
    return clean(text_of(value)[: 4 * DESCRIPTION_CHARACTERS])[:DESCRIPTION_CHARACTERS] or None


def _line(value: object) -> str | None:
    text = str(value) if is_number(value) else text_of(value)
    return one_line(text[: 4 * LINE_CHARACTERS])[:LINE_CHARACTERS] or None
