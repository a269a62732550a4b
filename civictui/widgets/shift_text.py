"""The summary of a shift in blocks: each entry about a report can be chosen."""

from functools import partial

from rich.style import Style
from rich.text import Text

from civictui.domain.model import Shift
from civictui.terminal.theme import ALARM, BOLD, DIM
from civictui.widgets.block_list import Block
from civictui.widgets.fit import fit, in_full, sides
from civictui.widgets.shift_words import Entry, Section, heading, sections

MOST = 300
"""Entries of a section that are shown; of more the count is said."""


def blocks(shift: Shift) -> list[Block]:
    """The page from top to bottom."""
    made = [_line(heading(shift), DIM), _line("", DIM)]
    for number, section in enumerate(sections(shift)):
        made += _section(number, section)
    return made


def report_of(key: str) -> str:
    """The report that the block with this key is about."""
    return key.partition(" ")[2]


def _section(number: int, section: Section) -> list[Block]:
    made = [_line(section.head, BOLD)]
    for place, entry in enumerate(section.entries[:MOST]):
        key = f"{number}/{place} {entry.key}" if entry.key else ""
        made.append(Block(partial(_entry, entry), key))
    if more := len(section.entries) - MOST:
        made += [_line(f"and {more:,} more", DIM)] if more > 0 else []
    return made


def _line(said: str, style: Style) -> Block:
    return Block(lambda width: [Text(fit(said, width), style=style)])


def _entry(entry: Entry, width: int) -> list[Text]:
    sign = "! " if entry.alarm else ""
    line = Text(sides(f"{sign}{entry.said}", entry.stands, width))
    if entry.alarm:
        line.stylize(ALARM, 0, 1)
    reasons = in_full(entry.reason, max(0, width - 2)) if entry.reason else []
    return [line, *(Text(f"  {reason}") for reason in reasons)]
