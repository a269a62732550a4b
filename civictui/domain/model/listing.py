"""What the list and the pages of a report are made of."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from civictui.domain.model.report import GeoPoint, Report
from civictui.domain.model.values import Doc, text_of


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


class Spot(NamedTuple):
    """A report as a mark on a map: no more than is needed of thousands of them."""

    id: str
    point: GeoPoint
    state: RowState


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What the list asks for. Without `near` the newest report comes first, with it the nearest."""

    text: str = ""
    near: GeoPoint | None = None
    limit: int | None = None
    assigned: str = ""
    """Reports that are assigned to this user alone."""


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

    @property
    def words(self) -> str:
        """The description of a report, the text of a remark."""
        said = text_of(self.body.get("problemDescription"))
        return said or text_of(self.body.get("text"))
