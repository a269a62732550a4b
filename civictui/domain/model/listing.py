"""What the list and the pages of a report are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    is_new: bool = False
    """Whether it came, or was changed by somebody else, since the user last looked."""


class Spot(NamedTuple):
    """A report as a mark on a map: no more than is needed of thousands of them."""

    id: str
    point: GeoPoint
    state: RowState


class Sort(StrEnum):
    """What comes first. Of equal ones the newest does."""

    NEWEST = "newest"
    NEAREST = "nearest"
    STATUS = "status"
    """Open ones, those in progress, others by their words, closed ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What the list asks for; all of it must hold."""

    text: str = ""
    """Words, all of them: of the description, address, category, id or the reporter."""
    near: GeoPoint | None = None
    """From where `within` and the nearest are measured; without it neither changes anything."""
    within: float = 0.0
    """Metres; 0 is anywhere."""
    limit: int | None = None
    statuses: frozenset[str] = frozenset()
    """The status in force is one of these (in small letters); empty is any."""
    category: str = ""
    """A service's code, its name, or the word of a report of none; in capitals or not."""
    reporter: str = ""
    assigned: str = ""
    """The assignment in force is to this user."""
    states: frozenset[RowState] = frozenset()
    """It stands like this; empty is anyhow."""
    news: bool = False
    """It came, or was changed by somebody else, since the user last looked."""
    sort: Sort = Sort.NEWEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How many of all reports there are of each kind: what a filter would leave."""

    statuses: Mapping[str, int] = field(default_factory=dict)
    """By the status in force, in small letters; the commonest first."""
    categories: Mapping[str, int] = field(default_factory=dict)
    """By the service's code, of a report of none by its own word; the commonest first."""
    states: Mapping[RowState, int] = field(default_factory=dict)
    """Of those that are not simply sent."""
    news: int = 0
    total: int = 0
    place: int = field(default=0, compare=False)
    """Where the changes feed was."""


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
