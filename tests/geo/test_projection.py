"""Web Mercator."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.domain.model import GeoPoint
from civictui.geo.distance import meters
from civictui.geo.projection import (
    EQUATOR,
    MAX_LATITUDE,
    from_world,
    meters_per_world,
    offset,
    to_world,
)


def test_the_square_has_the_world_in_it() -> None:
    assert to_world(GeoPoint(0, 0)) == pytest.approx((0.5, 0.5))
    assert to_world(GeoPoint(MAX_LATITUDE, -180)) == pytest.approx((0, 0), abs=1e-9)
    assert to_world(GeoPoint(-MAX_LATITUDE, 180)) == pytest.approx((1, 1))
    assert to_world(GeoPoint(90, 0)) == pytest.approx((0.5, 0), abs=1e-9)


def test_a_known_tile() -> None:
    """The Sydney Opera House lies in the tile 15/30147/19662."""
    x, y = to_world(GeoPoint(-33.8568, 151.2153))
    assert (int(x * 2**15), int(y * 2**15)) == (30147, 19662)


@given(st.floats(-85, 85), st.floats(-180, 179.999))
def test_there_and_back(latitude: float, longitude: float) -> None:
    point = from_world(*to_world(GeoPoint(latitude, longitude)))
    assert point.latitude == pytest.approx(latitude, abs=1e-9)
    assert point.longitude == pytest.approx(longitude, abs=1e-9)


def test_x_goes_round_and_y_stops() -> None:
    assert from_world(1.25, 0.5) == from_world(0.25, 0.5)
    assert from_world(0.5, -3).latitude == pytest.approx(MAX_LATITUDE)
    assert from_world(0.5, 3).latitude == pytest.approx(-MAX_LATITUDE)


def test_the_short_way_over_the_date_line() -> None:
    x, y = offset(GeoPoint(0, 179.5), GeoPoint(0, -179.5))
    assert (x, y) == pytest.approx((1 / 360, 0))


@given(st.floats(-80, 80), st.floats(-0.01, 0.01), st.floats(-0.01, 0.01))
def test_metres_near_a_place(latitude: float, north: float, east: float) -> None:
    here, there = GeoPoint(latitude, 10), GeoPoint(latitude + north, 10 + east)
    x, y = offset(here, there)
    drawn = (x * x + y * y) ** 0.5 * meters_per_world(latitude)
    assert drawn == pytest.approx(meters(here, there), rel=0.01, abs=0.01)


def test_the_scale_at_the_edges() -> None:
    assert meters_per_world(0) == EQUATOR
    assert meters_per_world(90) == meters_per_world(MAX_LATITUDE) > 0
