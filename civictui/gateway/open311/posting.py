"""The fields of a POST as a report. What is said of the person is not read, and so kept nowhere."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from civictui.domain.errors import UsageError
from civictui.domain.model import Doc, Photo, Report, Service, Services
from civictui.domain.model.answers import missing, value_of
from civictui.domain.model.services import Kind
from civictui.domain.model.values import now_text
from civictui.domain.revtree import next_revision
from civictui.domain.text import clean, one_line
from civictui.gateway.open311.asking import Fields, point_in, single
from civictui.gateway.open311.media import link_in
from civictui.gateway.open311.telling import DESCRIPTION_CHARACTERS, LINE_CHARACTERS
from civictui.gateway.problems import bad_request, not_found

_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,100})\](?:\[\])?")
_PLACE: Final = "A place is needed: lat and long, address_string, or address_id."


def service_in(fields: Fields, services: Services) -> Service:
    """The one that is offered under the form's service_code. Raises Problem 400, 404."""
    code = single(fields, "service_code")
    if not code:
        raise bad_request("service_code was not provided.")
    service = services.coded(code)
    if service is None or service.retired:
        raise not_found("service_code was not found.")
    return service


def report_in(fields: Fields, service: Service, name: str, author: str, now: datetime) -> Report:
    """The report that the form makes, by `author`, with the id `name`. Raises Problem 400."""
    point, address = point_in(fields), _line(fields, "address_string")
    extra = {"address_id": _line(fields, "address_id"), "media_url": link_in(fields)}
    if point is None and not address and not extra["address_id"]:
        raise bad_request(_PLACE)
    return Report(
        id=name,
        reported_by=author,
        reported_at=now_text(now),
        description=_description(fields),
        category=service.code,
        address=address,
        address_source="typed" if address else "",
        point=point,
        attributes=_answers(fields, service),
        extra={name: value for name, value in extra.items() if value},
    )


def first_revision(report: Report, photos: tuple[Photo, ...]) -> Doc:
    """The document, as its client would have made it."""
    body = replace(report, photos=photos).to_doc()
    key = body.pop("_id")
    return {"_id": key, "_rev": next_revision(None, False, body), **body}


def _description(fields: Fields) -> str:
    text = clean(single(fields, "description")).strip()
    if len(text) > DESCRIPTION_CHARACTERS:
        raise bad_request(f"description has {DESCRIPTION_CHARACTERS} characters at most.")
    return text


def _line(fields: Fields, name: str) -> str:
    text = one_line(single(fields, name))
    if len(text) > LINE_CHARACTERS:
        raise bad_request(f"{name} has {LINE_CHARACTERS} characters at most.")
    return text


def _answers(fields: Fields, service: Service) -> dict[str, Any]:
    """The answers to the questions of the service. An empty one is none. Raises Problem 400."""
    given: dict[str, list[str]] = {}
    for name, values in fields.items():
        if name.startswith("attribute"):
            given.setdefault(_code(name, service), []).extend(v for v in values if v.strip())
    answers: dict[str, Any] = {}
    try:
        for question in service.questions:
            if several := tuple(dict.fromkeys(given.get(question.code, ()))):
                typed = several if question.kind is Kind.MANY or len(several) > 1 else several[0]
                answers[question.code] = value_of(question, typed)
            elif question.required and question.asked:
                raise missing(question)
    except UsageError as error:
        raise bad_request(f"attribute[{one_line(question.code)}]: {error.sentence}") from error
    return answers


def _code(name: str, service: Service) -> str:
    found = _ATTRIBUTE.fullmatch(name)
    question = service.question(found[1]) if found else None
    if question is None or not question.asked:
        raise bad_request(f"{one_line(name)[:120]} is nothing that this service asks.")
    return question.code
