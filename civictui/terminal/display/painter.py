"""From the toolkit's updates to rows of cells: the one place that knows their shape."""

from collections.abc import Iterable, Iterator

from rich.cells import cell_len
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.strip import Strip

from civictui.terminal.display.cells import Row, cells, filled
from civictui.terminal.display.pens import blank, pen_of

Update = LayoutUpdate | ChopsUpdate
Patch = tuple[int, int, Row]
"""Row, column, and the cells that go there."""


def patches(update: Update, colours: int) -> Iterator[Patch]:
    """What an update paints, for a terminal with so many colours."""
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            yield y, update.region.x, painted(strips, colours)
        return
    for y, first, end in update.spans:
        pieces = zip(update.chops[y].items(), update.chop_ends[y], strict=False)
        for (x, strip), piece_end in pieces:
            width = min(piece_end, end) - x
            if strip is not None and piece_end > first and width > 0:
                yield y, x, painted((strip,), colours)[:width]


def painted(strips: Iterable[Strip], colours: int) -> Row:
    """Strips side by side as cells, each as wide as it says that it is.

    Where a strip begins with a joiner, or was cut behind one, the toolkit counts its characters in
    two ways: what stands beside it must not move.
    """
    row: Row = []
    for strip in strips:
        end = len(row) + strip.cell_length
        for text, style, control in strip:
            if not control:
                row += cells(text, pen_of(style, colours))
        if len(row) != end:
            row = put(filled(end), 0, row)
    return row


def put(row: Row, x: int, patch: Row) -> Row:
    """`row` with `patch` at column `x`. A wide character that loses a half becomes a blank."""
    width = len(row)
    row = [*row[:x], *patch[: width - x], *row[x + len(patch) :]]
    for at in (x - 1, x + len(patch) - 1, width - 1):
        if 0 <= at < width and cell_len(row[at][0]) == 2 and not _is_half(row, at + 1):
            row[at] = " ", blank(row[at][1])
    for at in (x, x + len(patch)):
        if _is_half(row, at) and not (at and cell_len(row[at - 1][0]) == 2):
            row[at] = " ", blank(row[at][1])
    return row


def _is_half(row: Row, at: int) -> bool:
    return at < len(row) and not row[at][0]
