"""The outline of the world."""

import pytest

from civictui.domain.model import GeoPoint
from civictui.geo.maps.area_map import Chart, Drawing, View, draw_view

WHOLE = View.of(GeoPoint(0, 0), 100, 40, 4e7)


def style_at(chart: Chart, view: View, point: GeoPoint) -> str:
    column, row = view.cell(point)
    return chart.rows[row][column].style


@pytest.mark.parametrize(
    "point",
    [GeoPoint(0, -150), GeoPoint(-30, 90), GeoPoint(35, -45), GeoPoint(-40, -15)],
    ids=str,
)
def test_oceans_are_water(point: GeoPoint) -> None:
    chart = draw_view(WHOLE, drawing=Drawing.BLOCKS)
    assert style_at(chart, WHOLE, point) == "water"


@pytest.mark.parametrize(
    "point",
    [GeoPoint(23, 10), GeoPoint(-25, 135), GeoPoint(62, 100), GeoPoint(-10, -55)],
    ids=str,
)
def test_continents_are_not(point: GeoPoint) -> None:
    chart = draw_view(WHOLE, drawing=Drawing.BLOCKS)
    assert style_at(chart, WHOLE, point) in {"", "name"}


def test_the_largest_countries_are_named() -> None:
    chart = draw_view(WHOLE)
    shown = "\n".join("".join(cell.char for cell in row) for row in chart.rows)
    assert all(name in shown for name in ("Australia", "Brazil", "China"))
    assert chart.attribution == ""


def test_the_world_goes_on_beyond_the_date_line() -> None:
    view = View.of(GeoPoint(0, 180), 100, 40, 4e7)
    chart = draw_view(view, drawing=Drawing.BLOCKS)
    assert style_at(chart, view, GeoPoint(23, 10)) in {"", "name"}
    assert style_at(chart, view, GeoPoint(-25, 135)) in {"", "name"}
    assert style_at(chart, view, GeoPoint(0, 170)) == "water"
    assert {cell.style for row in chart.rows[:-1] for cell in row} >= {"water", "coast"}


def test_from_near_there_are_coasts_and_a_net_and_no_filled_sea() -> None:
    chart = draw_view(View.of(GeoPoint(37.78, -122.4), 80, 23, 200_000))
    styles = {cell.style for row in chart.rows for cell in row}
    assert {"coast", "net"} <= styles
    assert "water" not in styles


def test_borders_are_drawn_where_there_is_room_for_them() -> None:
    center = GeoPoint(47, 10)
    near = draw_view(View.of(center, 80, 23, 2e6))
    far = draw_view(View.of(center, 80, 23, 3e7))
    assert "border" in {cell.style for row in near.rows for cell in row}
    assert "border" not in {cell.style for row in far.rows for cell in row}
