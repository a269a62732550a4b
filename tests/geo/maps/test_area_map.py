"""The map of the reports around a place."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.domain.model import GeoPoint
from civictui.geo.maps.area_map import (
    DEFAULT_SPAN,
    LARGEST_SPAN,
    SMALLEST_SPAN,
    Kind,
    Mark,
    View,
    choose_span,
    draw_view,
    foot_row,
)
from civictui.geo.maps.canvas import AREAS, LINES, Cell
from civictui.geo.maps.glyphs import Drawing
from civictui.geo.projection import from_world, meters_per_world, to_world

CENTER = GeoPoint(13.0768342, 77.7886087)
STYLES = {"", *Kind, *AREAS, *LINES, "scale", "frame", "name", "credit"}

points = st.builds(GeoPoint, st.floats(-90, 90), st.floats(-180, 180))
marks = st.lists(st.builds(Mark, points, st.sampled_from(Kind)), max_size=8)


def draw(
    center: GeoPoint,
    around: Sequence[Mark],
    columns: int,
    rows: int,
    *,
    drawing: Drawing = Drawing.BRAILLE,
    span: float | None = None,
) -> list[list[Cell]]:
    """A map without a base map; without a span, a few neighbours are in sight."""
    span = span or choose_span(center, around, columns, rows - 1)
    return draw_view(View.of(center, columns, rows - 1, span), around, drawing=drawing).rows


def away(east: float, south: float, kind: Kind = Kind.REPORT, center: GeoPoint = CENTER) -> Mark:
    """A mark that many metres away from the centre."""
    x, y = to_world(center)
    unit = meters_per_world(center.latitude)
    return Mark(from_world(x + east / unit, y + south / unit), kind)


def text(rows: Sequence[Sequence[Cell]]) -> list[str]:
    return ["".join(cell.char for cell in row) for row in rows]


def find(rows: Sequence[Sequence[Cell]], style: str) -> list[tuple[int, int, str]]:
    """(column, row, character) of the cells with a style."""
    return [
        (column, place, cell.char)
        for place, row in enumerate(rows)
        for column, cell in enumerate(row)
        if cell.style == style
    ]


def test_the_selected_report_is_in_the_middle() -> None:
    rows = draw(CENTER, [Mark(CENTER, Kind.SELECTED)], 40, 11)
    assert find(rows, "selected") == [(20, 5, "X")]


def test_marks_lie_where_they_are() -> None:
    around = [away(100, 0), away(-100, 0), away(0, 100), away(0, -100)]
    rows = draw(CENTER, around, 41, 12, span=410)
    # 10 m a column, 20 m a row, and the middle of the map is the middle of its cell.
    assert find(rows, "report") == [(20, 0, "o"), (10, 5, "o"), (30, 5, "o"), (20, 10, "o")]


def test_what_is_outside_is_not_drawn() -> None:
    rows = draw(CENTER, [away(500, 0), away(0, 500)], 41, 12, span=410)
    assert find(rows, "report") == []


def test_several_reports_in_a_cell_are_counted() -> None:
    assert find(draw(CENTER, [away(50, 0)] * 3, 41, 12, span=410), "report") == [(25, 5, "3")]
    assert find(draw(CENTER, [away(50, 0)] * 30, 41, 12, span=410), "report") == [(25, 5, "+")]


def test_the_selected_report_lies_over_all_and_the_person_over_the_others() -> None:
    here, chosen = Mark(CENTER, Kind.HERE), Mark(CENTER, Kind.SELECTED)
    rows = draw(CENTER, [chosen, here, Mark(CENTER)], 41, 12)
    assert (find(rows, "selected"), find(rows, "here")) == ([(20, 5, "X")], [])
    rows = draw(CENTER, [here, Mark(CENTER)], 41, 12)
    assert (find(rows, "here"), find(rows, "report")) == ([(20, 5, "@")], [])


def test_the_way_to_the_report_is_drawn() -> None:
    ends = [away(-150, 0, Kind.HERE), Mark(CENTER, Kind.SELECTED)]
    row = text(draw(CENTER, ends, 41, 12, span=410))[5]
    assert row[5] == "@"
    assert set(row[6:20]) <= {"⠤", "⠦"}  # the line, and where it crosses the net
    assert row[20] == "X"


def test_latitudes_and_longitudes_are_labelled() -> None:
    rows = text(draw(CENTER, [], 60, 16, span=820))
    assert "77.788" in rows[0]
    assert "77.790" in rows[0]
    assert [row[:6] for row in rows if row.startswith("13.")] == [
        "13.078", "13.077", "13.076", "13.075",
    ]  # fmt: skip


def test_a_label_is_where_its_line_is() -> None:
    view = View.of(CENTER, 60, 15, 820)
    rows = text(draw(CENTER, [], 60, 16, span=820))
    column, row = view.cell(GeoPoint(13.078, 77.79))
    assert rows[row].startswith("13.078")
    assert rows[0][column - 3 : column + 3] == "77.790"


def test_a_label_gives_way_to_a_mark() -> None:
    view = View.of(CENTER, 60, 15, 820)
    column, _ = view.cell(GeoPoint(13.078, 77.79))
    top = Mark(GeoPoint(13.0785, 77.79))
    assert view.cell(top.point) == (column, 0)
    row = text(draw(CENTER, [top], 60, 16, span=820))[0]
    assert row[column] == "o"
    assert "77.790" not in row


@pytest.mark.parametrize(
    ("span", "bar"),
    [(600, "200 m"), (820, "200 m"), (1_600, "500 m"), (3_100, "1 km"), (15_500, "5 km")],
)
def test_the_scale_has_round_metres(span: float, bar: str) -> None:
    last = text(draw(CENTER, [], 60, 16, span=span))[-1]
    line, label = last.split("┤")
    assert label.startswith(f" {bar} ")
    number, unit = bar.split()
    meters = float(number) * (1000 if unit == "km" else 1)
    assert (len(line) + 1) * span / 60 == pytest.approx(meters, abs=span / 60)
    assert last.endswith("N^")


def test_in_ascii_all_is_ascii() -> None:
    rows = draw(CENTER, [away(-150, 30, Kind.HERE), Mark(CENTER, Kind.SELECTED)], 41, 12,
                drawing=Drawing.ASCII)  # fmt: skip
    assert "".join(text(rows)).isascii()
    assert "|--" in text(rows)[-1]


def test_without_neighbours_the_span_is_a_kilometre() -> None:
    assert choose_span(CENTER, [], 60, 15) == DEFAULT_SPAN
    assert choose_span(CENTER, [Mark(CENTER, Kind.SELECTED)], 60, 15) == DEFAULT_SPAN
    assert choose_span(CENTER, [away(300_000, 0)], 60, 15) == DEFAULT_SPAN


def test_the_nearest_neighbours_come_into_sight() -> None:
    around = [away(200, 0), away(-300, 0), away(0, 400), away(0, -5000)]
    rows = draw(CENTER, around, 60, 16)
    assert len(find(rows, "report")) == 3
    assert choose_span(CENTER, around[:1], 60, 15) < choose_span(CENTER, around, 60, 15)


def test_very_near_neighbours_do_not_make_the_map_senseless() -> None:
    assert choose_span(CENTER, [away(2, 0)], 60, 15) == SMALLEST_SPAN


def test_the_person_comes_into_sight_where_the_reports_still_are() -> None:
    around = [away(200, 0), Mark(CENTER, Kind.SELECTED)]
    near, far = away(600, 0, Kind.HERE), away(9_000, 0, Kind.HERE)
    assert len(find(draw(CENTER, [*around, near], 60, 16), "here")) == 1
    assert choose_span(CENTER, [*around, far], 60, 15) == choose_span(CENTER, around, 60, 15)


def test_the_date_line_is_crossed() -> None:
    center = GeoPoint(-17, 179.999)
    rows = draw(center, [away(500, 0, center=center)], 41, 12, span=4100)
    assert find(rows, "report") == [(25, 5, "o")]
    assert "-179.99" in text(rows)[0]


@pytest.mark.parametrize(("columns", "rows"), [(0, 1), (0, 5), (5, 1), (1, 2), (3, 3)])
def test_the_smallest_maps_have_their_size(columns: int, rows: int) -> None:
    drawn = draw_view(View(CENTER, columns, rows - 1, 1e-7), [Mark(CENTER)]).rows
    assert [len(row) for row in drawn] == [columns] * rows


@given(
    points,
    marks,
    st.integers(1, 90),
    st.integers(2, 30),
    st.sampled_from(Drawing),
    st.none() | st.floats(1, 4e7),
)
def test_any_map_fills_its_cells(
    center: GeoPoint,
    around: list[Mark],
    columns: int,
    rows: int,
    drawing: Drawing,
    span: float | None,
) -> None:
    drawn = draw(center, around, columns, rows, drawing=drawing, span=span)
    assert [len(row) for row in drawn] == [columns] * rows
    cells = [cell for row in drawn for cell in row]
    assert {cell.style for cell in cells} <= STYLES
    assert all(len(cell.char) == 1 and cell.char.isprintable() for cell in cells)


@given(points, marks, st.integers(4, 90), st.integers(3, 30))
def test_the_chosen_span_keeps_its_limits(
    center: GeoPoint, around: list[Mark], columns: int, rows: int
) -> None:
    assert SMALLEST_SPAN <= choose_span(center, around, columns, rows) <= 4 * LARGEST_SPAN


def test_a_mark_has_the_sign_and_the_label_that_it_is_given() -> None:
    around = [
        Mark(CENTER, sign="!", label="Leak"),
        Mark(away(180, 0).point, Kind.PIN, label="here"),
    ]
    rows = draw(CENTER, around, 41, 12, span=410)
    assert text(rows)[5][20:26] == "! Leak"
    assert [(column, char) for column, _, char in find(rows, "pin")][-1] == (38, "+")
    assert "here +" in text(rows)[5]


def test_a_label_is_cleaned() -> None:
    rows = draw(CENTER, [Mark(CENTER, label="Le\x1b[31mak\n2")], 41, 12)
    assert "Leak 2" in "".join(text(rows))


def test_one_sign_for_one_column() -> None:
    rows = draw(CENTER, [Mark(CENTER, sign="?!")], 41, 12)
    assert find(rows, "report") == [(20, 5, "?")]


def test_labels_keep_off_each_other() -> None:
    around = [Mark(CENTER, label="first"), Mark(away(20, 0).point, label="second")]
    row = text(draw(CENTER, around, 41, 12, span=410))[5]
    assert ("first" in row) != ("second" in row) or row.index("first") + 5 < row.index("second")


def test_whose_data_it_is_stays_when_there_is_little_room() -> None:
    credit = "© OpenStreetMap contributors"
    for columns in range(len(credit), 100):
        row = "".join(cell.char for cell in foot_row(columns, 10, False, credit))
        assert len(row) == columns
        assert credit in row
    assert "(c) OpenStreetMap" in "".join(cell.char for cell in foot_row(60, 10, True, credit))


@pytest.mark.parametrize("columns", range(12))
def test_a_foot_without_room_is_as_wide_as_the_map(columns: int) -> None:
    assert len(foot_row(columns, 10, False, "© OpenStreetMap contributors")) == columns
