"""How reports stand that are not simply sent, each with its updates: its row shows what they say.

A report whose closing waits must not be called sent: elsewhere it is open.
"""

from collections.abc import Mapping, Set
from typing import NamedTuple

from civictui.domain.model import RowState
from civictui.storage.documents import Documents
from civictui.storage.outbox import OutboxTable
from civictui.storage.sending import Sending
from civictui.storage.update_index import UpdateIndex


class Standing(NamedTuple):
    """At one moment. `waits` are the reports of which something is not sent.

    One of them may be in conflict, too: filters and counts know both, `shown` has that of the row.
    """

    waits: Mapping[str, RowState]
    in_conflict: Set[str]
    shown: Mapping[str, RowState]
    reasons: Mapping[str, str]
    """Why somebody is needed, by report; the document's own reason before that of an update."""

    def of(self, key: str) -> RowState:
        return self.shown.get(key, RowState.SENT)

    def among(self, states: Set[RowState]) -> set[str]:
        """The reports that stand in one of these ways; SENT is none of them."""
        found = {key for key, state in self.waits.items() if state in states}
        return found | self.in_conflict if RowState.CONFLICT in states else found


class RowStates:
    """Synchronous: its caller owns the store's thread."""

    def __init__(
        self, documents: Documents, outbox: OutboxTable, sending: Sending, updates: UpdateIndex
    ) -> None:
        self._documents = documents
        self._outbox = outbox
        self._sending = sending
        self._updates = updates

    def now(self) -> Standing:
        """Of all reports; other documents are among them, which no row shows."""
        report_of, marked = self._updates.report_of, self._documents.marked()
        refused, in_conflict = self._sending.rejected(), self._documents.conflicted()
        waits = dict.fromkeys(map(report_of, marked), RowState.QUEUED)
        own = {*marked, *refused}
        for job in self._outbox.jobs():
            own.update(job.reports)
            for report in map(report_of, job.reports):
                if job.location or report not in waits:
                    waits[report] = RowState.SENDING if job.location else RowState.QUEUED
        waits.update(dict.fromkeys(map(report_of, refused), RowState.NEEDS_YOU))
        over = (key for key in in_conflict if _is_over(key in own, waits.get(key)))
        shown = {**waits, **dict.fromkeys(over, RowState.CONFLICT)}
        return Standing(waits, in_conflict, shown, self._reasons(refused))

    def _reasons(self, refused: Mapping[str, str]) -> dict[str, str]:
        report_of = self._updates.report_of
        of_updates = {report_of(key): reason for key, reason in refused.items()}
        return {**of_updates, **refused}


def _is_over(own: bool, waits: RowState | None) -> bool:
    """Whether the row shows the conflict of a report: what waits of the report itself hides it."""
    return not own and waits is not RowState.NEEDS_YOU
