"""Earlier versions of a report in words."""

from functools import partial
from typing import Final

from rich.style import Style
from rich.text import Text

from civictui.domain.merge import EDITED
from civictui.domain.model import EarlierVersion, read_time
from civictui.domain.text import one_line
from civictui.widgets import words
from civictui.widgets.block_list import Block
from civictui.widgets.fit import fit

WHY: Final = {
    "edited": "replaced by an edit",
    "merged": "taken into another version",
    "settled": "not chosen in a conflict",
    "withdrawn": "withdrawn or deleted",
    "discarded": "discarded before it was sent",
}


def written_by(version: EarlierVersion, user: str) -> str:
    """Who wrote this version: who edited it last, else who reported it."""
    edited = version.body.get(EDITED)
    name = edited.get("by") if isinstance(edited, dict) else version.body.get("reportedBy")
    return words.by(name if isinstance(name, str) else "", user)


def put_away(version: EarlierVersion) -> str:
    """`replaced by an edit, 2026-11-23 10:04`."""
    why = WHY.get(version.why) or one_line(version.why)
    return f"{why}, {words.moment(read_time(version.at))}"


def key_of(version: EarlierVersion) -> str:
    """Which one it is, in a list of versions of one report or of many."""
    return f"{version.id} {version.rev}"


def blocks(versions: list[EarlierVersion], user: str) -> list[Block]:
    """Two lines each: when and why it was put away and whose it was, what it said."""
    return [Block(partial(_entry, version, user), key_of(version)) for version in versions]


def _entry(version: EarlierVersion, user: str, width: int) -> list[Text]:
    head = f"{put_away(version)}; written by {written_by(version, user)}"
    said = version.words or "(no description)"
    return [Text(fit(head, width), style=Style(bold=True)), Text(fit(f"  {one_line(said)}", width))]
