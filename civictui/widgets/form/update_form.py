"""The fields of an update: what it is about, its words, a status, an assignment, its photos."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input, Label

from civictui.domain.model import Choice, Draft, Report, ReportRow, Status
from civictui.domain.text import clean, one_line
from civictui.widgets.fit import fit
from civictui.widgets.form.assignee_field import AssigneeField
from civictui.widgets.form.choice_list import ChoiceList
from civictui.widgets.form.draft_form import DraftForm
from civictui.widgets.form.field_row import FieldRow
from civictui.widgets.form.photo_fields import PhotoFields
from civictui.widgets.form.text_field import TextField

_NAMED = 3
"""Of many reports so many are named."""
_NAME, _ALONE = 40, 140
"""Cells that the name of one among many has, and of one alone."""


class UpdateForm(DraftForm, can_focus=False, inherit_bindings=False):
    """Words, a status, an assignment and photos."""

    def __init__(
        self, draft: Draft, rows: Sequence[ReportRow], people: Sequence[str], user: str
    ) -> None:
        """`rows` are the reports that are here, `people` whom it may be assigned to."""
        super().__init__()
        self._about = about(draft, rows)
        self._text = TextField(draft.description, id="description")
        self.row = FieldRow("Remark", self._text)
        statuses = {one_line(row.report.status) for row in rows}
        self._status = ChoiceList(
            _choices(draft, statuses), [draft.status] if draft.status else [],
            several=False, id="status",
        )  # fmt: skip
        self._status_row = FieldRow("Status", self._status)
        self._now = _now(statuses)
        self._assignee = AssigneeField(draft.assignee, people, user, id="assignee")
        self._assignee_row = FieldRow("Assign to", self._assignee)
        self.photos = PhotoFields(draft)

    def compose(self) -> ComposeResult:
        yield Label(f"On: {self._about}", markup=False, classes="words")
        yield self.row
        yield self._status_row
        yield self._assignee_row
        yield self.photos

    def fill(self, draft: Draft) -> Draft:
        """`draft` with what the fields say."""
        return replace(
            draft,
            description=clean(self._text.text),
            status="".join(self._status.ticked[:1]),
            assignee=self._assignee.assignee,
            photos=self.photos.list.photos,
            origins=self.photos.list.origins,
            photo_path=self.photos.path,
        )

    def say_now(self, rows: Sequence[ReportRow]) -> None:
        """The reports as they are by now: somebody else may have changed their status."""
        now = _now({one_line(row.report.status) for row in rows})
        if now != self._now:
            self._now = now
            self._status_row.say(now)

    def on_mount(self) -> None:
        self._status_row.say(self._now)
        self._say_assignee()

    @on(Input.Changed, "#assignee")
    def _say_assignee(self) -> None:
        self._assignee_row.say(self._assignee.remark())


def about(draft: Draft, rows: Sequence[ReportRow]) -> str:
    """The beginnings of the first reports that an update is about, and how many more there are."""
    if len(draft.reports) == 1 and not rows:
        return "a report that is no longer here"
    room = _NAME if len(draft.reports) > 1 else _ALONE
    said = Counter(row.report.description for row in rows)
    names = [fit(_name(row.report, said), room).strip() or "(no description)" for row in rows]
    gone = len(draft.reports) - len(rows)
    more = [f"{len(rows) - _NAMED} more"] if len(rows) > _NAMED else []
    more += [f"{gone} no longer here"] if gone else []
    return "; ".join([*names[:_NAMED], *more])


def _name(report: Report, said: Counter[str]) -> str:
    """Its words; where others of them have the same, its address tells it from those."""
    return report.address if said[report.description] > 1 and report.address else report.description


def _choices(draft: Draft, statuses: set[str]) -> list[Choice]:
    """What a status can become: what all have already is none."""
    kept = {draft.status}
    return [
        Choice(status.value, status.value)
        for status in Status
        if statuses != {status.value} or status.value in kept
    ]


def _now(statuses: set[str]) -> str:
    """What is in force, "" where no report is here."""
    named = [fit(status, 20).strip() for status in sorted(statuses)]
    more = [f"{len(named) - _NAMED} more"] if len(named) > _NAMED else []
    return f"now {', '.join([*named[:_NAMED], *more])}; with none chosen it stays" if named else ""
