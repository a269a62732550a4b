"""What of a report can be copied, and how it is shown before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from rich.style import Style
from rich.text import Text

from civictui.domain.model import GeoPoint, Report
from civictui.domain.text import one_line
from civictui.widgets.block_list import Block
from civictui.widgets.fit import fit, in_full

_MAP: Final = "https://www.openstreetmap.org/?mlat={0:.6f}&mlon={1:.6f}#map=18/{0:.6f}/{1:.6f}"
_LABEL: Final = 10


@dataclass(frozen=True, slots=True)
class Copyable:
    """`text` is clean, and on one line: it may be pasted into a shell."""

    label: str
    text: str


def copyable(report: Report) -> list[Copyable]:
    """What there is of id, place, a link to a map, and address."""
    found = [("Id", report.id), *_place(report.point), ("Address", report.address)]
    return [Copyable(label, one_line(text)) for label, text in found if one_line(text)]


def _place(point: GeoPoint | None) -> Iterator[tuple[str, str]]:
    if point is not None:
        yield "Place", str(point)
        yield "Map link", _MAP.format(point.latitude, point.longitude)


def blocks(found: Sequence[Copyable]) -> list[Block]:
    """One each, in full: what is copied is what is read."""
    return [Block(partial(_lines, one), one.label) for one in found]


def _lines(one: Copyable, width: int) -> list[Text]:
    dim, room = Style(dim=True), max(0, width - _LABEL)
    lines = in_full(one.text, room)
    heads = [one.label, *[""] * (len(lines) - 1)]
    return [
        Text.assemble((fit(head, min(_LABEL, width)), dim), line)
        for head, line in zip(heads, lines, strict=True)
    ]
