"""What was said about a report later: remarks and changes of its status."""

from collections.abc import Sequence

from rich.text import Text

from civictui.domain.model import Update
from civictui.domain.text import clean, one_line
from civictui.widgets import words

MOST = 50
"""The latest that are shown; the program never makes a page of thousands."""

LONGEST = 20_000
"""Characters of one: as many as the program lets anybody write. Others may have sent megabytes."""

STATUS = 100
"""Of its status: a word or two."""


def remark_lines(updates: Sequence[Update], user: str) -> list[tuple[str, Text]]:
    """A label and a text for each, the earliest first: who, when, the status, the words."""
    shown = updates[-MOST:]
    lines = [("", _remark(update, user)) for update in shown]
    if earlier := len(updates) - len(shown):
        lines.insert(0, ("", Text(f"{words.counted(earlier, 'earlier one')} not shown")))
    return [("Remarks", lines[0][1]), *lines[1:]] if lines else []


def _remark(update: Update, user: str) -> Text:
    who = words.by(update.reported_by, user)
    facts = [f"{words.moment(update.time)} {who}"]
    facts += [f"status: {one_line(update.status[:STATUS])}"] if update.status else []
    facts += [words.counted(len(update.photos), "photo")] if update.photos else []
    said, more = clean(update.text[:LONGEST]).strip(), len(update.text) - LONGEST
    if more > 0:
        said += f"\n… {words.counted(more, 'more character')} not shown"
    text = Text(", ".join(facts), style="dim")
    return text.append(f"\n{said}", style="not dim") if said else text
