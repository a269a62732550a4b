"""Text in a given number of cells: cleaned, on one line, never a cell more or less."""

from rich.cells import cell_len, set_cell_size

from civictui.domain.text import one_line


def fit(text: str, width: int) -> str:
    """`text` without what could steer a terminal, cut with an ellipsis or padded to `width`."""
    flat = one_line(text)
    if cell_len(flat) > width > 0:
        flat = set_cell_size(flat, width - 1).rstrip() + "…"
    return set_cell_size(flat, max(0, width))


def wrapped(text: str, width: int, lines: int) -> list[str]:
    """`text` on several lines of `width`, broken between words; what is over ends with `…`."""
    done: list[str] = []
    line = ""
    for word in one_line(text).split(" "):
        longer = f"{line} {word}" if line else word
        if line and cell_len(longer) > width and len(done) < lines - 1:
            done.append(fit(line, width))
            longer = word
        line = longer
    return [*done, fit(line, width)]


def sides(left: str, right: str, width: int) -> str:
    """`left` and `right` at the two ends of a line; where room is short the left gives way."""
    right = one_line(right)
    room = width - cell_len(right) - 1
    if not right:
        return fit(left, width)
    if room < 4:
        return fit(right, width)
    return f"{fit(left, room)} {right}"
