"""Dots packed into characters, and text over them."""

import pytest
from PIL import ImagePath

from civictui.geo.maps.canvas import Canvas, Cell
from civictui.geo.maps.glyphs import Drawing
from civictui.geo.maps.lettering import spread, width_of


def text(canvas: Canvas) -> list[str]:
    return ["".join(cell.char for cell in row) for row in canvas.cells()]


def test_an_empty_canvas_is_blank() -> None:
    assert text(Canvas(3, 2)) == ["   ", "   "]
    assert text(Canvas(3, 2, Drawing.ASCII)) == ["   ", "   "]


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
    assert canvas.cells()[1] == [Cell(" "), Cell(char, "net"), Cell(" ")]


def test_a_full_canvas_is_full() -> None:
    canvas = Canvas(2, 1)
    for y in range(4):
        canvas.line((0, y), (3, y), "road")
    assert text(canvas) == ["⣿⣿"]


def test_lines_in_braille() -> None:
    canvas = Canvas(4, 2)
    canvas.line((0, 0), (7, 7), "road")
    assert text(canvas) == ["⠑⢄  ", "  ⠑⢄"]


def test_lines_in_ascii() -> None:
    canvas = Canvas(5, 3, Drawing.ASCII)
    canvas.line((0, 5), (9, 5), "road")
    canvas.line((4, 0), (4, 11), "road")
    canvas.dot(9, 11)
    assert text(canvas) == ["  |  ", "--+--", "  | ."]


def test_short_lines_in_ascii() -> None:
    canvas = Canvas(2, 1, Drawing.ASCII)
    canvas.line((0, 0), (0, 1), "road")
    canvas.line((2, 0), (3, 1), "road")
    assert text(canvas) == [":\\"]


def test_lines_may_leave_the_canvas() -> None:
    canvas = Canvas(2, 1)
    canvas.line((-1000, 1), (1000, 1), "road")
    canvas.dot(500, -3)
    assert text(canvas) == ["⠒⠒"]


def test_text_lies_over_dots_and_is_cut_off() -> None:
    canvas = Canvas(4, 1)
    canvas.line((0, 0), (7, 0), "road")
    canvas.put(2, 0, "word", "report")
    canvas.put(-1, 0, "ab", "here")
    canvas.put(0, 5, "below")
    assert text(canvas) == ["b⠉wo"]
    assert [cell.style for cell in canvas.cells()[0]] == ["here", "road", "report", "report"]


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


def path(*points: tuple[float, float]) -> ImagePath.Path:
    return ImagePath.Path(list(points))


def test_an_area_leaves_dots_between_its_own() -> None:
    canvas = Canvas(4, 2)
    canvas.area([path((0, 0), (7, 0), (7, 7), (0, 7))], "water")
    cells = canvas.cells()
    assert {cell.style for row in cells for cell in row} == {"water"}
    assert all(cell.char not in {" ", "⣿"} for row in cells for cell in row)


def test_a_hole_in_an_area_is_a_hole() -> None:
    canvas = Canvas(6, 3, Drawing.ASCII)
    square = path((0, 0), (11, 0), (11, 11), (0, 11))
    canvas.area([square, path((4, 4), (7, 4), (7, 7), (4, 7))], "park")
    assert text(canvas) == ['""""""', '""  ""', '""""""']


def test_land_takes_the_water_away() -> None:
    canvas = Canvas(4, 2, Drawing.BLOCKS)
    canvas.area([path((0, 0), (7, 0), (7, 7), (0, 7))], "water")
    canvas.area([path((2, 0), (7, 0), (7, 7), (2, 7))], "land")
    assert text(canvas) == ["░░  ", "░░  "]


def test_the_strongest_line_gives_a_cell_its_style() -> None:
    canvas = Canvas(2, 1)
    canvas.path(path((0, 0), (3, 0)), "road")
    canvas.path(path((0, 3), (3, 3)), "rail")
    assert [cell.style for cell in canvas.cells()[0]] == ["road", "road"]


def test_an_area_keeps_clear_of_a_line() -> None:
    canvas = Canvas(4, 2)
    canvas.area([path((0, 0), (7, 0), (7, 7), (0, 7))], "building")
    canvas.path(path((0, 3), (7, 3)), "road")
    above_the_line = 0x04 | 0x20
    assert not any(ord(char) & above_the_line for char in text(canvas)[0])
    assert any(ord(char) & 0x1B for char in text(canvas)[0])


def test_lines_in_half_blocks() -> None:
    canvas = Canvas(4, 2, Drawing.BLOCKS)
    canvas.line((0, 0), (7, 0), "road")
    canvas.line((0, 6), (7, 6), "road")
    assert text(canvas) == ["▀▀▀▀", "▄▄▄▄"]


def test_diagonals_in_ascii() -> None:
    canvas = Canvas(2, 2, Drawing.ASCII)
    canvas.line((0, 7), (3, 0), "road")
    assert text(canvas) == [" /", "/ "]
    canvas = Canvas(2, 2, Drawing.ASCII)
    canvas.line((0, 0), (3, 7), "road")
    assert text(canvas) == ["\\ ", " \\"]


def test_wide_and_combining_characters_keep_the_columns() -> None:
    assert [cell.char for cell in spread("東e\u0301x")] == ["東", "", "é", "x"]
    assert [cell.char for cell in spread("東\u0301")] == ["東\u0301", ""]
    assert width_of("東京") == 4
    assert width_of("\u0301a") == 1
    canvas = Canvas(6, 1)
    assert canvas.label(1, 0, "東京", "name")
    assert [cell.char for cell in canvas.cells()[0]] == [" ", "東", "", "京", "", " "]
