"""Reports near a place in words, for the page that hints at duplicates."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from rich.style import Style
from rich.text import Text

from civictui.domain.model import Nearby
from civictui.domain.text import one_line
from civictui.widgets import words
from civictui.widgets.block_list import Block
from civictui.widgets.fit import fit, in_full

BOLD: Final = Style(bold=True)
DIM: Final = Style(dim=True)
LINES: Final = 4
"""Of a description; the whole of it stands on the report's own page."""


def blocks(found: Sequence[Nearby]) -> list[Block]:
    """Those that are probably the same first, each with how far, what, where and since when."""
    return [Block(partial(_entry, near), near.row.report.id) for near in found]


def _entry(near: Nearby, width: int) -> list[Text]:
    report = near.row.report
    where = words.distance(near.meters, near.row.bearing)
    head = f"{'! probably the same, ' if near.is_likely else ''}{where}, {_category(near)}"
    lines = in_full(report.description or "(no description)", width)
    if len(lines) > LINES:
        lines = [*lines[: LINES - 1], fit(f"{lines[LINES - 1].rstrip()} …", width)]
    photos = words.counted(len(report.photos), "photo") if report.photos else "no photo"
    facts = [words.moment(report.time), report.reported_by, report.status, report.address, photos]
    said = " · ".join(flat for fact in facts if (flat := one_line(fact)))
    shown = [Text(fit(head, width), style=BOLD), *map(Text, lines)]
    return [*shown, Text(fit(said, width), style=DIM), Text(fit("", width))]


def _category(near: Nearby) -> str:
    name = one_line(near.row.report.category) or "no category"
    return f"{name}, as yours" if near.same_category else name
