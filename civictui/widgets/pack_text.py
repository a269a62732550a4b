"""The page of packing in blocks: what is asked for, how far it is, what is missing and why."""

from functools import partial
from typing import Final

from rich.style import Style
from rich.text import Text

from civictui.domain.model import Lacking, Pack, PackCount, PackOrder, PackStep, read_time
from civictui.domain.text import one_line
from civictui.terminal.theme import BOLD, DIM
from civictui.widgets import words
from civictui.widgets.bar import bar
from civictui.widgets.block_list import Block
from civictui.widgets.fit import fit, in_full, sides

MOST: Final = 300
"""Entries of what is missing that are listed; of more the count is said."""
NOTHING: Final = "Nothing is packed yet."
ALL_HERE: Final = "All of it is here."
_LABEL: Final = 12
_NOUNS: Final = {
    PackStep.THUMBNAILS: "thumbnail",
    PackStep.PICTURES: "picture",
    PackStep.MAP: "map tile",
}


def blocks(pack: Pack | None, order: PackOrder | None) -> list[Block]:
    """All of the page, from top to bottom."""
    made = [Block(partial(_paragraph, what_is_packed(order)))] if order else []
    if pack is None:
        return [*made, _gap(), _line(NOTHING)]
    made += [_gap(), Block(partial(_bar, pack)), _gap()]
    made += [Block(partial(_fact, label, said)) for label, said in facts(pack)]
    if pack.reason:
        made += [_gap(), Block(partial(_paragraph, f"It ended early: {one_line(pack.reason)}"))]
    return made + (_missing(pack) if pack.ended else [])


def what_is_packed(order: PackOrder) -> str:
    """What a packing would fetch, in a sentence or two."""
    around = words.distance(order.meters)
    here = f"{around} of {order.near} and of these" if order.near else f"{around} of these"
    return (
        "For a day without a link: the reports assigned to you, those within "
        f"{here}, their thumbnails, pictures, and the map around them. "
        f"At most {words.size(order.most)}. What has come stays until the next packing."
    )


def in_short(pack: Pack) -> str:
    """How a packing ended, in a line."""
    if pack.reason:
        return f"packing ended early: {one_line(pack.reason)}"
    return "packed, with something missing: P lists it" if pack.lacking else "the day is packed"


def facts(pack: Pack) -> list[tuple[str, str]]:
    """The counts, with their labels."""
    found = [
        ("Reports", f"{pack.reports:,}"),
        ("Thumbnails", _of(pack.thumbnails)),
        ("Pictures", _of(pack.pictures)),
        ("Map tiles", _of(pack.tiles)),
        ("Bytes", words.size(pack.bytes)),
    ]
    return [*found, ("Packed", words.moment(read_time(pack.at)))] if pack.at else found


def _of(count: PackCount) -> str:
    return f"{count.here:,} of {count.wanted:,}"


# --- blocks ---


def _missing(pack: Pack) -> list[Block]:
    if not pack.lacking:
        return [] if pack.reason else [_gap(), _line(ALL_HERE)]
    shown = [Block(partial(_entry, entry)) for entry in pack.lacking[:MOST]]
    if more := len(pack.lacking) - len(shown):
        shown.append(_line(f"and {more:,} more"))
    return [_gap(), _line("Missing", BOLD), *shown]


def _entry(entry: Lacking, width: int) -> list[Text]:
    title = one_line(entry.title) or "(no description)"
    if entry.count:
        title = f"{words.counted(entry.count, _NOUNS.get(entry.step, 'part'))}: {title}"
    return [Text(sides(title, fit(entry.why, width * 2 // 3).rstrip(), width))]


def _bar(pack: Pack, width: int) -> list[Text]:
    return [bar(pack.share, pack.step.value, width)]


def _paragraph(said: str, width: int) -> list[Text]:
    return [Text(line) for line in in_full(said, width)]


def _fact(label: str, said: str, width: int) -> list[Text]:
    head = fit(label, min(_LABEL, width))
    return [Text.assemble((head, DIM), fit(said, max(0, width - _LABEL)))]


def _gap() -> Block:
    return _line("")


def _line(said: str, style: Style | None = None) -> Block:
    return Block(lambda width: [Text(fit(said, width), style=style or Style())])
