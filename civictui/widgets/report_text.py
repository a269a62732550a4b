"""A report in words, for its own page."""

from collections.abc import Sequence
from dataclasses import replace

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from civictui.domain.merge import EDITED
from civictui.domain.model import (
    NO_SERVICES,
    EarlierVersion,
    Report,
    ReportRow,
    Service,
    Services,
    Update,
    read_time,
)
from civictui.domain.model.answers import answered
from civictui.domain.model.services import MOST_QUESTIONS
from civictui.domain.model.values import text_of
from civictui.domain.text import clean, one_line
from civictui.widgets import place_words, words
from civictui.widgets.remark_text import remark_lines
from civictui.widgets.version_text import put_away, written_by

LABEL = 10
GONE = "no longer here: withdrawn or deleted; its earlier versions are kept for 90 days"


def report_text(
    row: ReportRow,
    services: Services = NO_SERVICES,
    *,
    gone: bool = False,
    updates: Sequence[Update] = (),
    user: str = "",
) -> RenderableType:
    """Description first, then each fact beside its label, then what was said later, to `user`.

    All foreign text is cleaned.
    """
    sending = GONE if gone else _sending(row)
    facts = _facts(row.report, _place(row), services)
    return _text(row.report, [("Sending", sending), *facts], remark_lines(updates, user))


def version_text(
    version: EarlierVersion, user: str, services: Services = NO_SERVICES
) -> RenderableType:
    """An earlier version of a report in words."""
    report = Report.from_doc({"_id": version.id, **version.body})
    report = replace(report, description=version.words)
    ours = [("Kept", put_away(version)), ("Written", f"by {written_by(version, user)}")]
    return _text(report, [*ours, *_facts(report, str(report.point or "none given"), services)])


def _text(
    report: Report, facts: list[tuple[str, str]], remarks: Sequence[tuple[str, Text]] = ()
) -> RenderableType:
    said = Text(clean(report.description).strip() or "(no description)", style="bold")
    table = Table.grid(expand=True)
    table.add_column(width=LABEL, style="dim")
    table.add_column(ratio=1, overflow="fold")
    for label, fact in facts:
        table.add_row(Text(label), Text(one_line(fact)))
    for label, remark in remarks:
        table.add_row(Text(label), remark)
    return Group(said, table)


def _facts(report: Report, place: str, services: Services) -> list[tuple[str, str]]:
    service = services.called(report.category)
    category = service.name if service else report.category
    kind = f"{category} · {report.status}" if category else report.status
    return [
        ("Status", kind),
        ("Reported", f"{words.moment(report.time)} by {report.reported_by or 'nobody named'}"),
        *_edited(report),
        *_answers(report, service),
        ("Address", place_words.address(report)),
        ("Place", place),
        ("Photos", _photos(report)),
        *([("Id", report.id)] if report.id else []),
    ]


def _answers(report: Report, service: Service | None) -> list[tuple[str, str]]:
    """The questions in the order of the category, then what else was answered."""
    lines = [f"{asked}: {answer}" for asked, answer in answered(report.attributes, service)]
    more = [f"and {len(lines) - MOST_QUESTIONS} more"] if len(lines) > MOST_QUESTIONS else []
    shown = [*lines[:MOST_QUESTIONS], *more]
    return [("" if place else "Answers", line) for place, line in enumerate(shown)]


def _edited(report: Report) -> list[tuple[str, str]]:
    edited = report.extra.get(EDITED)
    if not isinstance(edited, dict):
        return []
    when = words.moment(read_time(text_of(edited.get("at"))))
    return [("Edited", f"{when} by {text_of(edited.get('by')) or 'nobody named'}")]


def _sending(row: ReportRow) -> str:
    said = f"{words.SIGNS[row.state]} {words.SENDING[row.state]}"
    return f"{said}: {row.reason}" if row.reason else said


def _place(row: ReportRow) -> str:
    if row.report.point is None:
        return "none given"
    away = f", {words.distance(row.meters, row.bearing)} away" if row.meters is not None else ""
    how = place_words.measured(row.report)
    return f"{row.report.point}{away}{f' · {how}' if how else ''}"


def _photos(report: Report) -> str:
    if not report.photos:
        return "none"
    known = sum(photo.bytes for photo in report.photos)
    return words.counted(len(report.photos), "photo") + (f", {words.size(known)}" if known else "")
