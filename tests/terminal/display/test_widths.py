"""Characters of which a terminal may think otherwise than we: what stands beside them stays."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual._compositor import LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip
from wcwidth import wcwidth

from civictui.terminal.display.canvas import Canvas
from civictui.terminal.display.cells import cells, is_narrow, is_sure
from civictui.terminal.display.dialect import Dialect
from civictui.terminal.display.pens import PLAIN
from tests.pty.hostile_strings import SHAPES, hostile_strings
from tests.terminal.display.emulator import Emulator

WIDTH, LEFT = 24, 12
shapes = st.lists(st.sampled_from([*SHAPES, "a", "é", "漢", " "]), max_size=8).map("".join)
anything = st.one_of(shapes, st.text())

WAYS: dict[str, Callable[[str], int]] = {
    "as ours": lambda sign: max(0, cell_len(sign)),
    "as pyte's": lambda sign: max(0, wcwidth(sign)),
    "everything in doubt is wide": lambda sign: cell_len(sign) if is_narrow(sign) else 2,
    "everything in doubt has one column": lambda sign: cell_len(sign) if is_sure(sign) else 1,
    "emoji are narrow": lambda sign: 1 if ord(sign) >= 0x1F000 else max(0, wcwidth(sign)),
    "marks are letters": lambda sign: (
        1 if unicodedata.category(sign)[0] == "M" else max(0, wcwidth(sign))
    ),
}  # fmt: skip
"""How wide a character is on terminals, real ones and such as could be."""


def frame(lines: list[tuple[str, str]]) -> LayoutUpdate:
    """Text on the left and beside it, in segments of their own."""
    strips = [
        [Strip([*Strip([Segment(left)]).adjust_cell_length(LEFT),
                *Strip([Segment(right)]).adjust_cell_length(WIDTH - LEFT)], WIDTH)]
        for left, right in lines
    ]  # fmt: skip
    return LayoutUpdate(strips, Region(0, 0, WIDTH, len(lines)))  # type: ignore[arg-type]


@given(anything)
def test_a_text_has_as_many_cells_as_the_layout_has_counted(text: str) -> None:
    assert len(cells(text, PLAIN)) == cell_len(text)


@given(anything)
def test_no_cell_reaches_for_its_neighbour(text: str) -> None:
    for sign, _ in cells(text, PLAIN):
        assert not sign.endswith("\u200d")
        assert len(sign) <= 12
        assert len(sign) <= 6 or "\u200d" in sign


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@given(played=st.lists(st.lists(st.tuples(anything, shapes), min_size=3, max_size=3), max_size=3))
def test_what_stands_beside_stays(
    way: Callable[[str], int], played: list[list[tuple[str, str]]]
) -> None:
    canvas, emulator = Canvas(Dialect(linefeed=True)), Emulator(WIDTH, 3)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pyte.screens.wcwidth", way)
        for lines in played:
            canvas.paint(frame(lines), (WIDTH, 3), None)
            emulator.take(canvas.difference())
            for y, row in enumerate(canvas.wanted[0]):
                for x, (sign, _) in enumerate(row):
                    if sign and is_sure(sign):
                        assert emulator.buffer[y][x].data == sign, (x, y)


def test_in_the_last_column_nothing_can_be_wide() -> None:
    canvas = Canvas(Dialect())
    canvas.paint(
        frame([("lamp", "x" * 11 + "\U0001f1e9"), ("", "y" * 11 + "e\u0301")]), (24, 2), None
    )
    text = canvas.difference()
    assert "\U0001f1e9" not in text
    assert "\x1b[24G?" in text
    assert "e\u0301" in text
    assert canvas.difference() == ""


@pytest.mark.parametrize(
    ("sign", "narrow"),
    [("a", True), ("é", True), ("e\u0301", True), ("漢", False), ("👍", False), ("\ue000", False)],
)
def test_what_is_narrow(sign: str, narrow: bool) -> None:
    assert is_narrow(sign) is narrow


def test_hostile_strings_are_the_same_each_time() -> None:
    assert hostile_strings(2000) == hostile_strings(2000)
