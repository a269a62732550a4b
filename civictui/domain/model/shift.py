"""What one person did in a stretch of time, and what is left of it to do."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from civictui.domain.model.filters import Status, status_word
from civictui.domain.model.listing import RowState
from civictui.domain.model.sync import Unsent, Waiting

_NOTHING = Unsent()
HOURS = 8.0
"""A shift, where nobody says how long it was."""


class Deeds(NamedTuple):
    """Ids of the documents in which a user had a part, each once, in no order."""

    reported: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    """Updates."""
    withdrawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One thing that was done to a report; the words are as they were written.

    `state` is that of this very document: SENT only where nothing of it, and none of its photos,
    waits. `reason` is the server's where it needs the person.
    """

    id: str
    report: str
    at: str
    title: str = ""
    """The description of the report."""
    address: str = ""
    text: str = ""
    status: str = ""
    assignee: str | None = None
    photos: tuple[str, ...] = ()
    """The keys of its large pictures."""
    state: RowState = RowState.SENT
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """The summary at the end of a shift; of each kind of deed the earliest first.

    What was done by the user on another terminal counts as soon as it has come here.
    """

    user: str
    since: datetime
    until: datetime
    reported: tuple[Deed, ...] = ()
    edited: tuple[Deed, ...] = ()
    """Reports of before: what was reported in the shift is not told twice."""
    said: tuple[Deed, ...] = ()
    withdrawn: tuple[Deed, ...] = ()
    unsent: Unsent = _NOTHING
    """All that is not sent from this terminal, whenever it was made."""
    refused: tuple[Waiting, ...] = ()
    conflicts: tuple[tuple[str, str], ...] = ()
    """(id, description) of what is to be settled."""
    drafts: tuple[str, ...] = ()
    """The first words of each draft."""
    assigned: int = 0
    """Reports that are assigned to the user and not closed."""

    @property
    def closed(self) -> tuple[Deed, ...]:
        """The closing of each report that the user has not said to be something else since."""
        last = {deed.report: deed for deed in self.said if deed.status}
        return tuple(deed for deed in last.values() if status_word(deed.status) == _CLOSED)

    @property
    def photos(self) -> int:
        """Taken with what was reported and said; one that is with many counts once."""
        return len({photo for deed in (*self.reported, *self.said) for photo in deed.photos})

    @property
    def deeds(self) -> tuple[Deed, ...]:
        return (*self.reported, *self.edited, *self.said, *self.withdrawn)

    @property
    def not_sent(self) -> int:
        """How many of the deeds are on this terminal alone, or with a photo that is."""
        return sum(deed.state is not RowState.SENT for deed in self.deeds)


_CLOSED = status_word(Status.CLOSED)
