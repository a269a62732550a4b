"""Frames of any kind, as the toolkit makes them."""

from dataclasses import dataclass
from itertools import pairwise

from hypothesis import strategies as st
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from civictui.terminal.display.difference import Cursor
from civictui.terminal.display.painter import Update

SIGNS = [
    *("a", "b", "zz", " ", "   ", " x ", "·", "─", "é", "e\u0301", "漢", "字語", "한", "ｗ", "界a"),
    *("\U0001f44d", "\U0001f469\u200d\U0001f527", "⚡", "✓", "\u2602\ufe0f", "\u200d"),
    *("\x1b[2J", "\u202e", "\xa0", "\u3000", "▄", "▀", "█▄"),
]
COLOURS = ["default", "red", "bright_red", "color(208)", "#102030"]

styles = st.one_of(
    st.just(Style()),
    st.builds(
        Style,
        color=st.sampled_from(COLOURS),
        bgcolor=st.sampled_from(["default", "default", "blue", "#405060"]),
        bold=st.booleans(),
        dim=st.booleans(),
        italic=st.booleans(),
        underline=st.booleans(),
        reverse=st.booleans(),
        strike=st.booleans(),
        blink=st.booleans(),
    ),
)
texts = st.lists(st.sampled_from(SIGNS), max_size=8).map("".join)
pieces = st.lists(st.tuples(texts, styles), max_size=5)


@dataclass(frozen=True)
class Frame:
    """An update, the size of the terminal, and where the cursor is to be."""

    update: Update
    size: tuple[int, int]
    cursor: Cursor


def strip(parts: list[tuple[str, Style]], width: int) -> Strip:
    """Parts as a strip of this width."""
    return Strip([Segment(*part) for part in parts]).adjust_cell_length(width)


@st.composite
def layouts(draw: st.DrawFn, size: tuple[int, int]) -> LayoutUpdate:
    width, height = size
    some = draw(st.lists(pieces, min_size=1, max_size=4))
    lines = [[strip(draw(st.sampled_from(some)), width)] for _ in range(height)]
    return LayoutUpdate(lines, Region(0, 0, width, height))  # type: ignore[arg-type]


@st.composite
def chops(draw: st.DrawFn, size: tuple[int, int]) -> ChopsUpdate:
    """Some spans of a screen that is cut at the same columns in every line."""
    width, height = size
    cuts = sorted({0, width, *draw(st.lists(st.integers(0, width), max_size=4))})
    bounds = list(pairwise(cuts))
    lines = [{x: strip(draw(pieces), end - x) for x, end in bounds} for _ in range(height)]
    spans = []
    for y in sorted(draw(st.sets(st.integers(0, height - 1), min_size=1))):
        first, end = sorted(draw(st.tuples(st.integers(0, width), st.integers(0, width))))
        spans.append((y, first, end))
    return ChopsUpdate(lines, spans, [cuts[1:]] * height)


@st.composite
def frames(draw: st.DrawFn, sizes: st.SearchStrategy[tuple[int, int]]) -> Frame:
    size = draw(sizes)
    width, height = size
    update = draw(st.one_of(layouts(size), chops(size)))
    places = st.tuples(st.integers(0, width - 1), st.integers(0, height - 1))
    return Frame(update, size, draw(st.one_of(st.none(), places)))


def scrolled(lines: list[str], size: tuple[int, int]) -> LayoutUpdate:
    """Lines of plain text as a whole screen."""
    width, height = size
    strips = [[Strip([Segment(set_cell_size(line, width))], width)] for line in lines]
    assert len(strips) == height
    assert all(cell_len(line) <= width for line in lines)
    return LayoutUpdate(strips, Region(0, 0, width, height))  # type: ignore[arg-type]
