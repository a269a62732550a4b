"""What became of a report: who reported it, and who said, changed and assigned what since."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from rich.text import Text

from civictui.domain.merge import EDITED
from civictui.domain.model import Report, Update, read_time
from civictui.domain.model.values import text_of
from civictui.domain.text import clean, one_line
from civictui.widgets import words

MOST: Final = 50
"""The latest that are shown; the program never makes a page of thousands."""
LONGEST: Final = 20_000
"""Characters of one: as many as the program lets anybody write. Others may have sent megabytes."""
BRIEF: Final = 100
"""Of a status or a name: a word or two."""
_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that somebody did; all words are clean."""

    time: datetime | None
    who: str
    deeds: tuple[str, ...]
    said: str = ""

    @property
    def head(self) -> str:
        """`2026-11-23 10:04 asha: open -> closed, 1 photo`."""
        done = f": {', '.join(self.deeds)}" if self.deeds else ""
        return f"{words.moment(self.time)} {self.who}{done}"


def entries(
    began: Report, updates: Sequence[Update], user: str, unsent: Container[str] = ()
) -> list[Entry]:
    """The earliest first. `began` is the report as its own document has it.

    `updates` are in the order in which they came into force; what one has no readable time for
    stands before the others. Those of the ids `unsent` are on this terminal alone. Of the edits the
    document knows the last.
    """
    reported = Entry(began.time, words.by(began.reported_by, user), ("reported it",))
    later = [*_edits(began, user), *_said(began, updates, user, unsent)]
    later.sort(key=lambda entry: entry.time or _EARLIEST)
    return [reported, *later]


def lines(found: Sequence[Entry]) -> list[tuple[str, Text]]:
    """A label and a text for each of the latest after the first: that is among the facts."""
    later = found[1:]
    shown = later[-MOST:]
    texts = [_text(entry) for entry in shown]
    if earlier := len(later) - len(shown):
        texts.insert(0, Text(f"{words.counted(earlier, 'earlier one')} not shown"))
    return [("" if place else "Timeline", text) for place, text in enumerate(texts)]


def _text(entry: Entry) -> Text:
    text = Text(entry.head, style="dim")
    return text.append(f"\n{entry.said}", style="not dim") if entry.said else text


def _edits(report: Report, user: str) -> Iterator[Entry]:
    edited = report.extra.get(EDITED)
    if isinstance(edited, dict):
        who = words.by(text_of(edited.get("by")), user)
        yield Entry(read_time(text_of(edited.get("at"))), who, ("edited it",))


def _said(
    began: Report, updates: Sequence[Update], user: str, unsent: Container[str]
) -> Iterator[Entry]:
    status = began.status
    for update in updates:
        deeds = []
        if update.status:
            deeds.append(_change(status, update.status))
            status = update.status
        if update.assignee is not None:
            deeds.append(_assignment(update.assignee, user))
        if update.photos:
            deeds.append(words.counted(len(update.photos), "photo"))
        if update.id in unsent:
            deeds.append("not sent yet")
        who = words.by(update.reported_by[:BRIEF], user)
        yield Entry(update.time, who, tuple(deeds), _words(update.text))


def _change(before: str, after: str) -> str:
    """`open -> closed`; one that changes nothing is said all the same: somebody confirmed it."""
    was, now = one_line(before[:BRIEF]), one_line(after[:BRIEF])
    return f"{now}, as before" if was == now else f"{was} -> {now}"


def _assignment(name: str, user: str) -> str:
    return f"assigned to {words.by(name[:BRIEF], user)}" if name else "assigned to nobody"


def _words(text: str) -> str:
    said, more = clean(text[:LONGEST]).strip(), len(text) - LONGEST
    return f"{said}\n… {words.counted(more, 'more character')} not shown" if more > 0 else said
