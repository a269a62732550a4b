"""What of the world is seen: cells and places, and the ways from one view to the next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.domain.model import GeoPoint
from civictui.geo.maps.view import NEAREST, View
from civictui.geo.projection import meters_per_world

CENTER = GeoPoint(37.7838, -122.4006)
views = st.builds(
    View.of,
    st.builds(GeoPoint, st.floats(-80, 80), st.floats(-180, 180)),
    st.integers(1, 200),
    st.integers(1, 60),
    st.floats(50, 2e6),
)


@given(views, st.data())
def test_the_place_of_a_cell_lies_in_that_cell(view: View, data: st.DataObject) -> None:
    column = data.draw(st.integers(0, view.columns - 1))
    row = data.draw(st.integers(0, view.rows - 1))
    place = view.point(column, row)
    if abs(place.latitude) < 85:
        assert view.cell(place) == (column, row)


@given(views, st.floats(0.01, 100))
def test_zooming_keeps_the_centre_and_the_limits(view: View, factor: float) -> None:
    zoomed = view.zoomed(factor)
    assert zoomed.center == view.center
    assert zoomed.span >= NEAREST * 0.999
    assert zoomed.span <= meters_per_world(view.center.latitude) * 1.001


def test_twice_as_large_is_half_as_wide() -> None:
    view = View.of(CENTER, 80, 23, 2_000)
    assert view.span == pytest.approx(2_000)
    assert view.zoomed(2).span == pytest.approx(1_000)
    assert view.zoomed(2).zoomed(0.5) == view


def test_panning_moves_by_cells() -> None:
    view = View.of(CENTER, 81, 23, 2_000)
    moved = view.panned(3, -2)
    assert moved.cell(view.center) == (40 - 3, 11 + 2)
    assert moved.center.latitude > CENTER.latitude
    assert moved.center.longitude > CENTER.longitude


def test_panning_goes_around_the_world_and_ends_at_its_edges() -> None:
    view = View.of(GeoPoint(0, 179.99), 80, 23, 20_000)
    assert view.panned(40, 0).center.longitude < -179
    north = View.of(GeoPoint(84, 0), 80, 23, 1e6)
    for _ in range(50):
        north = north.panned(0, -10)
    assert north.center.latitude <= 85.06


def test_the_other_ways_to_a_view() -> None:
    view = View.of(CENTER, 80, 23, 2_000)
    assert view.at(GeoPoint(1, 2)).unit == view.unit
    assert view.sized(40, 10).meters_per_column == view.meters_per_column
    assert view.holds((0, 0))
    assert not view.holds((80, 0))
    assert not view.holds((0, -1))


def test_corners_are_west_south_east_north() -> None:
    west, south, east, north = View.of(CENTER, 80, 23, 2_000).corners()
    assert west < CENTER.longitude < east
    assert south < CENTER.latitude < north
