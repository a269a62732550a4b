"""What the list shows of all reports, and in which order: a filter that can be kept by name."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Self

from civictui.domain.model.listing import Query, RowState, Sort
from civictui.domain.model.report import GeoPoint
from civictui.domain.model.values import Doc, count_of, text_of
from civictui.domain.text import folded

NAME_CHARACTERS = 30


class Status(StrEnum):
    """What this program sets; a report may have come with any other word."""

    OPEN = "open"
    IN_PROGRESS = "in progress"
    CLOSED = "closed"


def status_word(text: str) -> str:
    """A status as filters compare it: in small letters, without blanks at its ends."""
    return folded(text).strip() or Status.OPEN


def status_place(word: str) -> tuple[int, str]:
    """Where a status stands in the order of `Sort.STATUS`."""
    return _PLACES.get(word, 2), word


_PLACES: dict[str, int] = {Status.OPEN: 0, Status.IN_PROGRESS: 1, Status.CLOSED: 3}

UNSENT = frozenset({RowState.QUEUED, RowState.SENDING, RowState.NEEDS_YOU})


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilter:
    """What is chosen; all of it must hold. The default holds for every report."""

    name: str = ""
    statuses: frozenset[str] = frozenset()
    """Of one of these, in small letters; empty is any."""
    category: str = ""
    mine: bool = False
    """Reported by the user."""
    assigned: bool = False
    """Assigned to the user."""
    unsent: bool = False
    conflicts: bool = False
    news: bool = False
    """What came or was changed by others since the user last looked."""
    within: int = 0
    """Metres from where the person is; 0 is anywhere."""
    sort: Sort = Sort.NEWEST

    @property
    def is_any(self) -> bool:
        """Whether nothing is left out."""
        return self == ListFilter(name=self.name, sort=self.sort)

    @property
    def needs_position(self) -> bool:
        return bool(self.within) or self.sort is Sort.NEAREST

    def query(self, text: str, user: str, near: GeoPoint | None) -> Query:
        """As a question to the store, with the words of a search."""
        states = (UNSENT if self.unsent else frozenset()) | (
            {RowState.CONFLICT} if self.conflicts else frozenset()
        )
        return Query(
            text=text,
            near=near,
            within=float(self.within),
            statuses=self.statuses,
            category=self.category,
            reporter=user if self.mine else "",
            assigned=user if self.assigned else "",
            states=states,
            news=self.news,
            sort=self.sort,
        )

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Self:
        """A field of a wrong type counts as not chosen."""
        listed = doc.get("statuses")
        statuses = [text_of(item) for item in listed] if isinstance(listed, list) else []
        sort = text_of(doc.get("sort"))
        return cls(
            name=text_of(doc.get("name")),
            statuses=frozenset(filter(None, statuses)),
            category=text_of(doc.get("category")),
            within=count_of(doc.get("within")),
            sort=Sort(sort) if sort in set(Sort) else Sort.NEWEST,
            **{name: doc.get(name) is True for name in _SWITCHES},
        )

    def to_doc(self) -> Doc:
        doc: Doc = {field.name: getattr(self, field.name) for field in fields(self)}
        return {**doc, "statuses": sorted(self.statuses), "sort": self.sort.value}


_SWITCHES = ("mine", "assigned", "unsent", "conflicts", "news")
