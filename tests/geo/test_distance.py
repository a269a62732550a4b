"""Distances and directions, against values known elsewhere."""

import math
from collections.abc import Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from civictui.domain.model import GeoPoint
from civictui.geo.distance import (
    UNITS,
    bearing,
    compass,
    exact_meters,
    meters,
    show_distance,
    use_units,
)
from civictui.settings import CHOICES

PARIS, LONDON = GeoPoint(48.8566, 2.3522), GeoPoint(51.5074, -0.1278)

points = st.builds(GeoPoint, st.floats(-85, 85), st.floats(-180, 180))


def test_a_known_distance() -> None:
    assert exact_meters(PARIS, LONDON) == pytest.approx(343_923, abs=5)  # Karney's geodesic
    assert meters(PARIS, LONDON) == pytest.approx(343_556, abs=5)


@given(points, points)
def test_the_sphere_is_near_the_ellipsoid(one: GeoPoint, other: GeoPoint) -> None:
    exact = exact_meters(one, other)
    assume(exact > 1)
    assert meters(one, other) == pytest.approx(exact, rel=0.0057)
    assert meters(one, other) == pytest.approx(meters(other, one))


@pytest.mark.parametrize(
    ("latitude", "longitude", "degrees"),
    [(1, 0, 0), (0, 1, 90), (-1, 0, 180), (0, -1, 270), (0, 0, 0)],
)
def test_directions_from_the_origin(latitude: float, longitude: float, degrees: float) -> None:
    assert bearing(GeoPoint(0, 0), GeoPoint(latitude, longitude)) == pytest.approx(degrees)


def test_a_direction_over_the_date_line() -> None:
    assert bearing(GeoPoint(0, 179), GeoPoint(0, -179)) == pytest.approx(90)


def test_a_known_direction() -> None:
    assert bearing(PARIS, LONDON) == pytest.approx(330.0, abs=0.2)


@given(points, points)
def test_a_direction_is_a_point_of_the_compass(one: GeoPoint, other: GeoPoint) -> None:
    degrees = bearing(one, other)
    assert 0 <= degrees < 360
    assert compass(degrees) in {"N", "NE", "E", "SE", "S", "SW", "W", "NW"}


def test_the_winds_are_centred() -> None:
    assert [compass(degrees) for degrees in (0, 22, 23, 45, 90, 180, 270, 337, 338, 359.9)] == [
        "N", "N", "NE", "NE", "E", "S", "W", "NW", "N", "N",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("distance", "text"),
    [
        (0, "0 m"), (0.4, "0 m"), (7.2, "7 m"), (99.4, "99 m"), (99.6, "100 m"), (346, "350 m"),
        (994, "990 m"), (996, "1.0 km"), (4_240, "4.2 km"), (9_940, "9.9 km"), (9_960, "10 km"),
        (58_400, "58 km"), (12_345_678, "12346 km"),
    ],
)  # fmt: skip
def test_a_distance_is_as_exact_as_useful(distance: float, text: str) -> None:
    assert show_distance(distance) == text


@given(st.floats(0, 2.1e7))
def test_a_shown_distance_is_near_the_true_one(distance: float) -> None:
    number, unit = show_distance(distance).split()
    shown = float(number) * (1000 if unit == "km" else 1)
    assert math.isclose(shown, distance, rel_tol=0.051, abs_tol=0.51)


@pytest.fixture
def _imperial() -> Iterator[None]:
    use_units("imperial")
    yield
    use_units("metric")


@pytest.mark.parametrize(
    ("distance", "text"),
    [
        (0, "0 ft"), (7.2, "24 ft"), (100, "330 ft"), (303, "990 ft"), (304, "0.2 mi"),
        (1_609, "1.0 mi"), (4_240, "2.6 mi"), (15_900, "9.9 mi"), (58_400, "36 mi"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("_imperial")
def test_a_distance_in_feet_and_miles(distance: float, text: str) -> None:
    assert show_distance(distance) == text


@pytest.mark.usefixtures("_imperial")
@given(st.floats(0, 2.1e7))
def test_an_imperial_distance_is_near_the_true_one(distance: float) -> None:
    number, unit = show_distance(distance).split()
    shown = float(number) * (1609.344 if unit == "mi" else 0.3048)
    assert math.isclose(shown, distance, rel_tol=0.26 if unit == "mi" else 0.051, abs_tol=0.16)


def test_the_units_are_those_of_the_setting() -> None:
    assert CHOICES["units"] == UNITS
