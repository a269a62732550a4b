"""Dots packed into characters, and text over them."""

import pytest

from civictui.geo.canvas import Canvas, Cell


def text(canvas: Canvas) -> list[str]:
    return ["".join(cell.char for cell in row) for row in canvas.cells()]


def test_an_empty_canvas_is_blank() -> None:
    assert text(Canvas(3, 2)) == ["   ", "   "]
    assert text(Canvas(3, 2, ascii_only=True)) == ["   ", "   "]


@pytest.mark.parametrize(
    ("x", "y", "char"),
    [
        (0, 0, "⠁"), (0, 1, "⠂"), (0, 2, "⠄"), (0, 3, "⡀"),
        (1, 0, "⠈"), (1, 1, "⠐"), (1, 2, "⠠"), (1, 3, "⢀"),
    ],
)  # fmt: skip
def test_each_dot_has_its_place_in_the_cell(x: int, y: int, char: str) -> None:
    canvas = Canvas(3, 3)
    canvas.dot(2 + x, 4 + y)
    assert text(canvas) == ["   ", f" {char} ", "   "]
    assert canvas.cells("net")[1] == [Cell(" "), Cell(char, "net"), Cell(" ")]


def test_a_full_canvas_is_full() -> None:
    canvas = Canvas(2, 1)
    for y in range(4):
        canvas.line((0, y), (3, y))
    assert text(canvas) == ["⣿⣿"]


def test_lines_in_braille() -> None:
    canvas = Canvas(4, 2)
    canvas.line((0, 0), (7, 7))
    assert text(canvas) == ["⠑⢄  ", "  ⠑⢄"]


def test_lines_in_ascii() -> None:
    canvas = Canvas(5, 3, ascii_only=True)
    canvas.line((0, 5), (9, 5))
    canvas.line((4, 0), (4, 11))
    canvas.dot(9, 11)
    assert text(canvas) == ["  |  ", "--+--", "  | ."]


def test_short_lines_in_ascii() -> None:
    canvas = Canvas(2, 1, ascii_only=True)
    canvas.line((0, 0), (0, 1))
    canvas.line((2, 0), (3, 1))
    assert text(canvas) == [":+"]


def test_lines_may_leave_the_canvas() -> None:
    canvas = Canvas(2, 1)
    canvas.line((-1000, 1), (1000, 1))
    canvas.dot(500, -3)
    assert text(canvas) == ["⠒⠒"]


def test_text_lies_over_dots_and_is_cut_off() -> None:
    canvas = Canvas(4, 1)
    canvas.line((0, 0), (7, 0))
    canvas.put(2, 0, "word", "report")
    canvas.put(-1, 0, "ab", "here")
    canvas.put(0, 5, "below")
    assert text(canvas) == ["b⠉wo"]
    assert [cell.style for cell in canvas.cells("net")[0]] == ["here", "net", "report", "report"]


def test_a_label_keeps_clear_of_text_and_edges() -> None:
    canvas = Canvas(12, 1)
    canvas.put(3, 0, "X")
    for column in (-1, 2, 3, 4, 9):
        canvas.label(column, 0, "1234")
    assert text(canvas) == ["   X        "]
    canvas.label(5, 0, "1234")
    canvas.label(9, 0, "1")
    canvas.label(10, 0, "56")
    assert text(canvas) == ["   X 1234 56"]
