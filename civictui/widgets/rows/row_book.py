"""What the list knows: the order of its entries, the rows fetched so far, where the cursor is.

An order of 50,000 reports is replaced on each key of a search. So it stays a
list of ids: nothing is made for each of them, and where one stands is looked up when asked.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, TypeAlias

from civictui.domain.model import Draft, ReportRow

CAPACITY: Final = 600
"""Rows kept: many screens full, few enough for a small board."""
_AROUND: Final = 20
"""Entries after the cursor's and before it, of which one may take its place."""


class Entry(NamedTuple):
    """One place in the list: a draft or a report, by id."""

    id: str
    draft: bool = False


Row: TypeAlias = Draft | ReportRow


class RowBook:
    """Entries in order, with the rows that are here. The cursor belongs to an entry."""

    def __init__(self) -> None:
        self.cursor = 0
        self.marked: set[str] = set()
        """Ids of reports, also of such as are not shown now."""
        self._drafts: tuple[Draft, ...] = ()
        self._ids: list[str] = []
        self._rows: dict[str, ReportRow] = {}
        self._stale: set[str] = set()
        self._seen: range = range(0)
        """The places that were asked for last: a window on the list."""

    def __len__(self) -> int:
        return len(self._drafts) + len(self._ids)

    @property
    def ids(self) -> Sequence[str]:
        """Of the reports, in order."""
        return self._ids

    def entry(self, place: int) -> Entry:
        drafts = len(self._drafts)
        if place < drafts:
            return Entry(self._drafts[place].id, True)
        return Entry(self._ids[place - drafts])

    @property
    def current(self) -> Entry | None:
        return self.entry(self.cursor) if len(self) else None

    # --- order ---

    def replace(self, drafts: Sequence[Draft], ids: Sequence[str]) -> bool:
        """Take a new order; whether it differs.

        The cursor stays on its entry; if that is gone, on the next one that is still here, else on
        the one before, else on its place.
        """
        same_drafts = [draft.id for draft in drafts] == [draft.id for draft in self._drafts]
        listed = list(ids)
        differs = not same_drafts or listed != self._ids
        heirs = self._heirs() if differs else []
        self._drafts, self._ids = tuple(drafts), listed
        if heirs:
            self.move_to(self._first_place(heirs))
        return differs

    def _heirs(self) -> list[Entry]:
        """The entry with the cursor, and who takes it in its absence, the likeliest first."""
        if not len(self):
            return []
        here, end = self.cursor, min(len(self), self.cursor + _AROUND)
        places = [*range(here, end), *range(here - 1, max(-1, here - _AROUND), -1)]
        return [self.entry(place) for place in places]

    def _first_place(self, heirs: Sequence[Entry]) -> int:
        """Where the first of them is that is here. A draft may have become a report."""
        first, *others = heirs
        place = self.place_of(first)
        if place is None and first.draft:
            place = self.place_of(Entry(first.id))
        if place is not None:
            return place
        here = {*self._ids, *(draft.id for draft in self._drafts)}
        places = (self.place_of(entry) for entry in others if entry.id in here)
        return next((place for place in places if place is not None), self.cursor)

    def move_to(self, place: int) -> None:
        self.cursor = max(0, min(place, len(self) - 1))

    def place_of(self, entry: Entry) -> int | None:
        if entry.draft:
            places = (n for n, draft in enumerate(self._drafts) if draft.id == entry.id)
            return next(places, None)
        try:
            return len(self._drafts) + self._ids.index(entry.id)
        except ValueError:
            return None

    # --- rows ---

    def row(self, place: int) -> Row | None:
        """The draft or row at a place, or None while it is not fetched."""
        drafts = len(self._drafts)
        return self._drafts[place] if place < drafts else self._rows.get(self._ids[place - drafts])

    def distrust(self) -> None:
        """Something has changed: what is here is shown until it is fetched anew."""
        self._stale = set(self._rows)

    def lacking(self, ids: Iterable[str]) -> list[str]:
        """Those of them that are to be fetched."""
        return [key for key in ids if key not in self._rows or key in self._stale]

    def missing(self, first: int, end: int) -> list[str]:
        """Ids of the reports from `first` to before `end` that are to be fetched."""
        drafts = len(self._drafts)
        self._seen = range(max(0, first), min(end, len(self)))
        return self.lacking(self._ids[max(0, first - drafts) : max(0, end - drafts)])

    def learn(self, rows: Iterable[ReportRow]) -> list[int]:
        """Take fetched rows; returns the places asked for last whose look changed."""
        changed = set()
        for row in rows:
            report_id = row.report.id
            if self._rows.pop(report_id, None) != row:
                changed.add(report_id)
            self._rows[report_id] = row
            self._stale.discard(report_id)
        self._forget()
        drafts, end = len(self._drafts), min(self._seen.stop, len(self))
        places = range(max(self._seen.start, drafts), end)
        return [place for place in places if self._ids[place - drafts] in changed]

    def _forget(self) -> None:
        """Drop the rows fetched longest ago."""
        for report_id in list(self._rows)[: max(0, len(self._rows) - CAPACITY)]:
            del self._rows[report_id]
            self._stale.discard(report_id)

    # --- marks ---

    def mark(self, place: int) -> bool:
        """Mark the report at a place, or take its mark away; whether there is one."""
        entry = self.entry(place) if place < len(self) else None
        if entry is None or entry.draft:
            return False
        self.marked ^= {entry.id}
        return True

    def is_marked(self, place: int) -> bool:
        entry = self.entry(place)
        return not entry.draft and entry.id in self.marked

    def mark_all(self) -> None:
        """Every report that is shown; where any is marked, none at all."""
        self.marked = set() if self.marked else set(self._ids)

    @property
    def unseen_marks(self) -> int:
        """How many of the marked reports are not among those shown."""
        return len(self.marked.difference(self._ids)) if self.marked else 0
