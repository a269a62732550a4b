"""A report in words, for its own page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from civictui.domain.model import (
    NO_SERVICES,
    EarlierVersion,
    Report,
    ReportRow,
    RowState,
    Service,
    Services,
    Update,
)
from civictui.domain.model.answers import answered
from civictui.domain.model.services import MOST_QUESTIONS
from civictui.domain.model.values import text_of
from civictui.domain.text import clean, one_line
from civictui.widgets import place_words, timeline, words
from civictui.widgets.fit import in_full, line_of
from civictui.widgets.version_text import put_away

LABEL = 10
WAITS = {RowState.QUEUED, RowState.SENDING}
LONGEST = 50_000
"""Characters of one text that a page shows."""
LINK_CHARACTERS = 2_000
GONE = "no longer here: withdrawn or deleted; its earlier versions are kept for 90 days"


@dataclass(frozen=True)
class Told:
    """All that is known of a report. `document` is as it was written, before all updates.

    The row has the status and the assignment that are in force.
    """

    row: ReportRow
    user: str = ""
    services: Services = NO_SERVICES
    document: Report | None = None
    updates: Sequence[Update] = ()
    gone: bool = False
    unsent: frozenset[str] = frozenset()
    """Ids of updates that the server does not have yet."""
    is_sent: bool = False
    """Whether the server has the report itself, whatever waits of its updates."""

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Each with its label; not clean yet."""
        report = self.row.report
        later = sum(len(update.photos) for update in self.updates)
        place = _place(self.row)
        return [("Sending", self._sending), *_facts(report, place, self.services, self.user, later)]

    @property
    def _sending(self) -> str:
        """Of the report and of what was said later: a row shows what of both waits the longest."""
        sending = GONE if self.gone else _sending(self.row)
        waiting = sum(update.id in self.unsent for update in self.updates)
        if not waiting:
            return sending
        if self.is_sent and self.row.state in WAITS and not self.gone:
            sending = f"{words.SIGNS[self.row.state]} the server has the report"
        return f"{sending}; {words.counted(waiting, 'update')} not sent yet"

    @property
    def entries(self) -> list[timeline.Entry]:
        return timeline.entries(
            self.document or self.row.report, self.updates, self.user, self.unsent
        )


def report_text(told: Told) -> RenderableType:
    """Description first, then each fact beside its label, then what became of it."""
    return _text(told.row.report, told.facts, timeline.lines(told.entries))


def plain_text(told: Told, width: int) -> str:
    """The same in full and without any style, in lines of at most `width` cells.

    Nothing of the timeline is left out.
    """
    facts = [f"{label:<{LABEL}}{one_line(fact)}" for label, fact in told.facts]
    parts = [*in_full(_description(told.row.report), width), "", *facts]
    for entry in told.entries:
        parts += ["", entry.head]
        parts += ["", *in_full(entry.said, width)] if entry.said else []
    return "".join(f"{line.rstrip()}\n" for line in parts)


def version_text(
    version: EarlierVersion, user: str, services: Services = NO_SERVICES
) -> RenderableType:
    """An earlier version of a report in words."""
    report = Report.from_doc({"_id": version.id, **version.body})
    report = replace(report, description=version.words)
    latest = timeline.entries(report, (), user)[-1]
    written = f"by {latest.who}, {words.moment(latest.time)}"
    ours = [("Kept", put_away(version)), ("Written", written)]
    facts = _facts(report, str(report.point or "none given"), services, user)
    return _text(report, [*ours, *facts])


def _text(
    report: Report, facts: list[tuple[str, str]], later: Sequence[tuple[str, Text]] = ()
) -> RenderableType:
    said = Text(_shown(_description(report)), style="bold")
    table = Table.grid(expand=True)
    table.add_column(width=LABEL, style="dim")
    table.add_column(ratio=1, overflow="fold")
    for label, fact in facts:
        table.add_row(Text(label), Text(line_of(fact)))
    for label, entry in later:
        table.add_row(Text(label), entry)
    return Group(said, table)


def _shown(text: str) -> str:
    """As much of a text as a page is drawn with; the pager has all of it."""
    more = len(text) - LONGEST
    return text if more <= 0 else f"{text[:LONGEST]}\n… and {more:,} more characters"


def _description(report: Report) -> str:
    return clean(report.description).strip() or "(no description)"


def _facts(
    report: Report, place: str, services: Services, user: str, later: int = 0
) -> list[tuple[str, str]]:
    """`later` photos came with updates."""
    service = services.called(report.category)
    category = service.name if service else report.category
    kind = f"{report.status} · {category}" if category else report.status
    return [
        ("Status", kind),
        *([("Assigned", f"to {words.by(report.assignee, user)}")] if report.assignee else []),
        ("Reported", f"{words.moment(report.time)} by {report.reported_by or 'nobody named'}"),
        *_answers(report, service),
        ("Address", place_words.address(report)),
        ("Place", place),
        ("Photos", _photos(report, later)),
        *_link(report),
        *([("Id", report.id)] if report.id else []),
    ]


def _link(report: Report) -> list[tuple[str, str]]:
    """Where a picture lies that came by Open311: to be read, and fetched by nothing here."""
    link = text_of(report.extra.get("media_url"))[:LINK_CHARACTERS]
    return [("Link", link)] if link else []


def _answers(report: Report, service: Service | None) -> list[tuple[str, str]]:
    """The questions in the order of the category, then what else was answered."""
    lines = [f"{asked}: {answer}" for asked, answer in answered(report.attributes, service)]
    more = [f"and {len(lines) - MOST_QUESTIONS} more"] if len(lines) > MOST_QUESTIONS else []
    shown = [*lines[:MOST_QUESTIONS], *more]
    return [("" if place else "Answers", line) for place, line in enumerate(shown)]


def _sending(row: ReportRow) -> str:
    said = f"{words.SIGNS[row.state]} {words.SENDING[row.state]}"
    return f"{said}: {row.reason}" if row.reason else said


def _place(row: ReportRow) -> str:
    if row.report.point is None:
        return "none given"
    away = f", {words.distance(row.meters, row.bearing)} away" if row.meters is not None else ""
    how = place_words.measured(row.report)
    return f"{row.report.point}{away}{f' · {how}' if how else ''}"


def _photos(report: Report, later: int) -> str:
    known = sum(photo.bytes for photo in report.photos)
    said = words.counted(len(report.photos), "photo") + (f", {words.size(known)}" if known else "")
    if not later:
        return said if report.photos else "none"
    return f"{said if report.photos else 'none of its own'}; {later:,} of updates"
