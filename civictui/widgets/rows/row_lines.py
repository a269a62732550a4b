"""The three lines of a row as styled text, without its thumbnail."""

from rich.style import Style
from rich.text import Text

from civictui.domain.model import AddressSource, Draft, Report, ReportRow, RowState, read_time
from civictui.domain.text import one_line
from civictui.terminal.theme import ALARM, BEGUN, BOLD, DIM, SAFE, WAITS
from civictui.widgets import words
from civictui.widgets.category_names import NameOf
from civictui.widgets.fit import fit, line_of, sides
from civictui.widgets.rows.row_book import Row

HEIGHT = 3
_COLOURS = {
    RowState.DRAFT: BEGUN,
    RowState.QUEUED: WAITS,
    RowState.SENDING: WAITS,
    RowState.SENT: SAFE,
    RowState.NEEDS_YOU: ALARM,
    RowState.CONFLICT: ALARM,
}


def row_lines(row: Row | None, width: int, name_of: NameOf = one_line) -> tuple[Text, Text, Text]:
    """Description with the state's sign, address, and the facts; each exactly `width` cells.

    `name_of` says what a category is called.
    """
    if row is None:
        return Text(fit("…", width)), Text(" " * width), Text(" " * width)
    if isinstance(row, Draft):
        return _draft_lines(row, width)
    return _report_lines(row, width, name_of)


def _report_lines(row: ReportRow, width: int, name_of: NameOf) -> tuple[Text, Text, Text]:
    report = row.report
    place = words.distance(row.meters, row.bearing) if row.meters is not None else ""
    facts = [
        *(["new"] if row.is_new else []),
        words.moment(report.time),
        report.status,
        name_of(report.category),
        _who(report),
    ]
    address = report.address or _instead_of_address(report)
    return (
        _first_line(row.state, report.description or "(no description)", width),
        Text(fit(address, width)),
        _facts(row.state, facts, place, width),
    )


def _who(report: Report) -> str:
    """Who reported it, and who is to see to it."""
    return f"{report.reported_by} → {report.assignee}" if report.assignee else report.reported_by


def _instead_of_address(report: Report) -> str:
    if report.point is None:
        return "no place given"
    is_pending = report.address_source == AddressSource.PENDING
    return f"{report.point} · address pending" if is_pending else str(report.point)


def _draft_lines(draft: Draft, width: int) -> tuple[Text, Text, Text]:
    facts = [*_purpose(draft), words.moment(read_time(draft.saved_at)), "Enter goes on with it"]
    return (
        _first_line(RowState.DRAFT, draft.description or "(nothing written yet)", width),
        Text(fit(draft.address or draft.place or _no_place(draft), width)),
        _facts(RowState.DRAFT, facts, "", width),
    )


def _purpose(draft: Draft) -> list[str]:
    """What it is, where it is not a new report."""
    if not draft.report:
        return []
    if not draft.is_remark:
        return ["a change"]
    about = len(draft.reports)
    return [f"an update of {about:,} reports" if about > 1 else "an update"]


def _no_place(draft: Draft) -> str:
    return "" if draft.is_remark else "no place given yet"


def _first_line(state: RowState, description: str, width: int) -> Text:
    line = Text().append(f"{words.SIGNS[state]} ", style=_COLOURS[state])
    return line.append(fit(description, width - 2), style=BOLD)


def _facts(state: RowState, facts: list[str], place: str, width: int) -> Text:
    """State in words first: it must be seen however narrow the terminal is."""
    known = " · ".join(flat for fact in facts if (flat := line_of(fact)))
    said = words.STATES[state]
    line = Text(sides(f"{said} · {known}", place, width), style=DIM)
    line.stylize(Style(dim=False) + _COLOURS[state], 0, len(said) + 1)
    return line
