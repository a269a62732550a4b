"""What the versions of a report say, group by group of their fields, in the city's own words."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from civictui.domain.merge import ANSWER, PHOTOS
from civictui.domain.model import (
    NO_SERVICES,
    Doc,
    GeoPoint,
    Photo,
    Question,
    Report,
    Service,
    Services,
    answers,
)
from civictui.domain.model.values import text_of
from civictui.domain.text import clean, one_line
from civictui.widgets import words

WITHDRAWAL: Final = ""
"""The group under which the choice about a withdrawal is kept."""
NOTHING: Final = "(nothing)"
_LABELS: Final = {
    WITHDRAWAL: "Keep the report, or let it go",
    "problemDescription": "Description",
    "category": "Category",
    "status": "Status",
    "assignee": "Assigned to",
    "place": "Place",
    "address": "Address",
    PHOTOS: "Photos",
    "reportedBy": "Reported by",
    "reportedDateTime": "Reported at",
}


@dataclass(frozen=True)
class GroupText:
    """Of versions whose bodies are `bodies`: their categories say what was asked."""

    services: Services = NO_SERVICES
    bodies: tuple[Doc | None, ...] = ()

    def label(self, group: str) -> str:
        """How a group is called; an answer by its question, else by the code of that."""
        if not group.startswith(ANSWER):
            return _LABELS.get(group) or one_line(group)
        question = self._question(group.removeprefix(ANSWER))
        return question.text if question else f"Answer {one_line(group.removeprefix(ANSWER))}"

    def saying(self, group: str, fields: Mapping[str, Any]) -> str:
        """What a version says in a group of fields, for a person."""
        if not fields:
            return NOTHING
        if group.startswith(ANSWER):
            return self._answer(fields)
        if group == "category":
            return self.category(text_of(fields.get("category"))) or _plainly(fields)
        return _TELLING.get(group, _plainly)(fields)

    def category(self, code: str) -> str:
        """By the name that the city gives it."""
        service = self.services.called(code) if code else None
        return service.name if service else one_line(code)

    def _answer(self, fields: Mapping[str, Any]) -> str:
        given = fields.get("attributes")
        found = given if isinstance(given, dict) else fields
        said = (answers.said(self._question(code), value) for code, value in found.items())
        return "\n".join(said) or NOTHING

    def _question(self, code: str) -> Question | None:
        found = (service.question(code) for service in self._asking())
        return next((question for question in found if question), None)

    def _asking(self) -> Iterator[Service]:
        for body in self.bodies:
            if service := self.services.called(text_of((body or {}).get("category"))):
                yield service


def _place(fields: Mapping[str, Any]) -> str:
    point = GeoPoint.from_geojson(fields.get("geoLocation"))
    location = fields.get("location")
    source = location.get("source") if isinstance(location, dict) else ""
    where = str(point) if point else NOTHING
    return f"{where}, {one_line(str(source))}" if source and point else where


def _address(fields: Mapping[str, Any]) -> str:
    return clean(str(fields.get("address") or "")) or NOTHING


def _photos(fields: Mapping[str, Any]) -> str:
    """A line a photo: the beginning of its name, its size, its caption."""
    listed = Report.from_doc({"_id": "", **fields}).photos
    return "\n".join(_photo(photo) for photo in listed) or NOTHING


def _photo(photo: Photo) -> str:
    known = [one_line(photo.large or photo.thumbnail)[:12]]
    known += [words.size(photo.bytes)] if photo.bytes else []
    known += [one_line(photo.caption)] if photo.caption else []
    return ", ".join(known)


def _plainly(fields: Mapping[str, Any]) -> str:
    return "\n".join(_plain(value) for value in fields.values()) or NOTHING


def _plain(value: object) -> str:
    return clean(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


_TELLING: Final = {"place": _place, "address": _address, PHOTOS: _photos}
