"""What is told of one report; the names of the fields are those of the columns."""

from dataclasses import dataclass, fields
from typing import Any, Final

from civictui.domain.merge import EDITED
from civictui.domain.model import ReportRow, Services, now_text, read_time
from civictui.domain.model.answers import answered
from civictui.domain.model.services import MOST_QUESTIONS
from civictui.domain.model.values import is_number, text_of
from civictui.domain.text import clean, one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """All texts are clean; None is what is not known. Status and assignee are those in force."""

    id: str
    state: str
    """Where it stands on this terminal: `sent`, `queued`, `needs you` and so on."""
    reported_at: str
    """RFC 3339 in UTC, or as it was written where that cannot be read."""
    reported_by: str
    status: str
    assignee: str
    category: str
    category_name: str
    description: str
    address: str
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None
    place_source: str
    photos: int
    answers: tuple[tuple[str, str], ...]
    """Questions of its category with what was said."""
    edited_by: str
    edited_at: str
    distance_m: float | None

    @classmethod
    def of(cls, row: ReportRow, services: Services) -> "Line":
        report = row.report
        service = services.called(report.category) if report.category else None
        edited = report.extra.get(EDITED)
        last: dict[str, Any] = edited if isinstance(edited, dict) else {}
        source = text_of(report.location.get("source")) if report.point else ""
        return cls(
            id=one_line(report.id),
            state=row.state.value,
            reported_at=_time(report.reported_at),
            reported_by=one_line(report.reported_by),
            status=one_line(report.status),
            assignee=one_line(report.assignee),
            category=one_line(report.category),
            category_name=service.name if service else "",
            description=clean(report.description).strip(),
            address=clean(report.address).strip(),
            latitude=report.point.latitude if report.point else None,
            longitude=report.point.longitude if report.point else None,
            accuracy_m=_meters(report.location.get("accuracy")) if report.point else None,
            place_source=one_line(source),
            photos=len(report.photos),
            answers=tuple(answered(report.attributes, service)[:MOST_QUESTIONS]),
            edited_by=one_line(text_of(last.get("by"))),
            edited_at=_time(text_of(last.get("at"))),
            distance_m=None if row.meters is None else round(row.meters, 1),
        )


_EARTH: Final = 4.1e7
"""Metres around it."""
COLUMNS: Final = tuple(field.name for field in fields(Line))


def _meters(value: object) -> float | None:
    """A number that somebody else wrote: it may have hundreds of digits."""
    return float(value) if is_number(value) and 0 <= value < _EARTH else None


def _time(text: str) -> str:
    time = read_time(text)
    return now_text(time) if time else one_line(text)
