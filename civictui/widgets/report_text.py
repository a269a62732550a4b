"""A report in words, for its own page."""

from rich.text import Text

from civictui.domain.model import Report, ReportRow
from civictui.domain.text import clean, one_line
from civictui.widgets import words

LABEL = 10


def report_text(row: ReportRow) -> Text:
    """Description first, then a line for each fact; all foreign text cleaned."""
    report = row.report
    text = Text(clean(report.description).strip() or "(no description)", style="bold")
    for label, fact in _facts(row):
        text.append("\n")
        text.append(label.ljust(LABEL), style="not bold dim")
        text.append(one_line(fact), style="not bold")
    return text


def _facts(row: ReportRow) -> list[tuple[str, str]]:
    report = row.report
    kind = f"{report.category} · {report.status}" if report.category else report.status
    return [
        ("Sending", _sending(row)),
        ("Status", kind),
        ("Reported", f"{words.moment(report.time)} by {report.reported_by or 'nobody named'}"),
        ("Address", report.address or "none given"),
        ("Place", _place(row)),
        ("Photos", _photos(report)),
        ("Id", report.id),
    ]


def _sending(row: ReportRow) -> str:
    said = f"{words.SIGNS[row.state]} {words.SENDING[row.state]}"
    return f"{said}: {row.reason}" if row.reason else said


def _place(row: ReportRow) -> str:
    if row.report.point is None:
        return "none given"
    away = f", {words.distance(row.meters, row.bearing)} away" if row.meters is not None else ""
    return f"{row.report.point}{away}"


def _photos(report: Report) -> str:
    if not report.photos:
        return "none"
    known = sum(photo.bytes for photo in report.photos)
    return words.counted(len(report.photos), "photo") + (f", {words.size(known)}" if known else "")
