"""What the list knows: the order of its entries, the rows fetched so far, where the cursor is."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from civictui.domain.model import Draft, ReportRow

CAPACITY = 600
"""Rows kept: many screens full, few enough for a small board."""


class Entry(NamedTuple):
    """One place in the list: a draft or a report, by id."""

    id: str
    draft: bool = False


Row: TypeAlias = Draft | ReportRow


class RowBook:
    """Entries in order, with the rows that are here. The cursor belongs to an entry."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.cursor = 0
        self._places: dict[Entry, int] = {}
        self._drafts: dict[str, Draft] = {}
        self._rows: dict[str, ReportRow] = {}
        self._stale: set[str] = set()

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def current(self) -> Entry | None:
        return self.entries[self.cursor] if self.entries else None

    def replace(self, drafts: Sequence[Draft], ids: Sequence[str]) -> None:
        """Take a new order. The cursor stays on its entry, or on its place if that is gone.

        Rows already here are shown until they are fetched anew.
        """
        current = self.current
        self.entries = [Entry(draft.id, True) for draft in drafts]
        self.entries += [Entry(report_id) for report_id in ids]
        self._places = {entry: place for place, entry in enumerate(self.entries)}
        self._drafts = {draft.id: draft for draft in drafts}
        self._stale = set(self._rows)
        place = self._places.get(current, self.cursor) if current else 0
        self.move_to(place)

    def move_to(self, place: int) -> None:
        self.cursor = max(0, min(place, len(self.entries) - 1))

    def place_of(self, entry: Entry) -> int | None:
        return self._places.get(entry)

    def row(self, place: int) -> Row | None:
        """The draft or row at a place, or None while it is not fetched."""
        entry = self.entries[place]
        return self._drafts.get(entry.id) if entry.draft else self._rows.get(entry.id)

    def missing(self, first: int, last: int) -> list[str]:
        """Ids of the reports from `first` to before `last` that are to be fetched."""
        return [
            entry.id
            for entry in self.entries[max(0, first) : last]
            if not entry.draft and (entry.id not in self._rows or entry.id in self._stale)
        ]

    def learn(self, rows: Iterable[ReportRow]) -> list[int]:
        """Take fetched rows; returns the places whose look changed."""
        changed = []
        for row in rows:
            report_id = row.report.id
            if self._rows.pop(report_id, None) != row and Entry(report_id) in self._places:
                changed.append(self._places[Entry(report_id)])
            self._rows[report_id] = row
            self._stale.discard(report_id)
        self._forget()
        return changed

    def _forget(self) -> None:
        """Drop the rows fetched longest ago."""
        for report_id in list(self._rows)[: max(0, len(self._rows) - CAPACITY)]:
            del self._rows[report_id]
            self._stale.discard(report_id)
