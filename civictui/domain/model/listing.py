"""What the list and the pages of a report are made of."""

from dataclasses import dataclass
from enum import StrEnum

from civictui.domain.model.report import GeoPoint, Report
from civictui.domain.model.values import Doc


class RowState(StrEnum):
    """Where a report stands, as its row shows it."""

    DRAFT = "draft"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    NEEDS_YOU = "needs you"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What a row of the list needs: the report, its state, and how far away it is."""

    report: Report
    state: RowState
    meters: float | None = None
    bearing: float | None = None
    reason: str = ""
    """Why it needs somebody, "" where it does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What the list asks for. Without `near` the newest report comes first, with it the nearest."""

    text: str = ""
    near: GeoPoint | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierVersion:
    """A version of a document that is no longer the one in force; kept on this terminal alone.

    `at` is when it was put away, RFC 3339; `why` in words: "edited", "merged", "settled",
    "withdrawn", "discarded".
    """

    rev: str
    at: str
    why: str
    body: Doc
    id: str = ""
