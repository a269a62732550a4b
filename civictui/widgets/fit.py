"""Text in a given number of cells: cleaned, on one line, never a cell more or less."""

from rich.cells import cell_len, chop_cells, set_cell_size

from civictui.domain.text import clean, one_line

MOST = 4_000
"""Characters of a line that are looked at. No screen has room for more, and a document of a
megabyte in one line must not hold up the list."""


def line_of(text: str) -> str:
    """`text` cleaned and on one line, as far as anybody reads in a line."""
    return one_line(text) if len(text) <= MOST else one_line(text[:MOST]) + "…"


def fit(text: str, width: int) -> str:
    """`text` without what could steer a terminal, cut with an ellipsis or padded to `width`."""
    flat = line_of(text)
    if cell_len(flat) > width > 0:
        flat = set_cell_size(flat, width - 1).rstrip() + "…"
    return set_cell_size(flat, max(0, width))


def wrapped(text: str, width: int, lines: int) -> list[str]:
    """`text` on several lines of `width`, broken as `in_full` does; what is over ends with `…`."""
    whole = in_full(line_of(text), width)
    if len(whole) <= lines:
        return whole
    *first, last = whole[:lines]
    return [*first, fit(f"{last.rstrip()} {whole[lines]}", width)]


def in_full(text: str, width: int) -> list[str]:
    """All of `text`, its own line ends kept, broken between words, or inside one that is too long.

    A word that no line has room for, such as a sentence in Chinese, begins where the last one ends.
    Each line has exactly `width` cells; below two cells, in which a wide character has no room,
    there is one line.
    """
    if width < 2:
        return [fit(text, width)]
    lines: list[str] = []
    for paragraph in clean(text).split("\n"):
        line = ""
        for word in one_line(paragraph).split(" "):
            longer = f"{line} {word}" if line else word
            if cell_len(longer) > width:
                if line and (cell_len(word) <= width or cell_len(line) + 1 >= width):
                    lines.append(line)
                    longer = word
                *whole, longer = chop_cells(longer, width)
                lines += whole
            line = longer
        lines.append(line)
    return [fit(line, width) for line in lines]


def sides(left: str, right: str, width: int) -> str:
    """`left` and `right` at the two ends of a line; where room is short the left gives way."""
    right = line_of(right)
    room = width - cell_len(right) - 1
    if not right:
        return fit(left, width)
    if room < 4:
        return fit(right, width)
    return f"{fit(left, room)} {right}"
