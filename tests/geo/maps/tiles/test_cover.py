"""Which tiles of a map show the surroundings of places."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.domain.model import GeoPoint, TilePlace, TileSet
from civictui.geo import distance
from civictui.geo.maps.tiles.cover import FARTHEST, MOST_TILES, tiles_around
from civictui.geo.projection import from_world, to_world

WORLD = (-180.0, -90.0, 180.0, 90.0)
HERE = GeoPoint(37.7749, -122.4194)


def tiles_of(bounds: tuple[float, float, float, float] = WORLD, *, last: int = 14) -> TileSet:
    return TileSet(
        name="city", version="1", attribution="", bounds=bounds, min_zoom=0, max_zoom=last
    )


def holding(point: GeoPoint, zoom: int) -> TilePlace:
    x, y = to_world(point)
    return zoom, int(x * (1 << zoom)), int(y * (1 << zoom))


def test_the_tiles_that_the_place_lies_in_come_first_the_coarsest_before_all() -> None:
    found = tiles_around([HERE], 1000, tiles_of())
    assert found[:15] == [holding(HERE, zoom) for zoom in range(15)]
    assert len(found) == len(set(found)) < 40


def test_nearer_ones_come_before_others() -> None:
    found = [place for place in tiles_around([HERE], 8000, tiles_of()) if place[0] == 14]
    assert len(found) > 30
    first = holding(HERE, 14)
    away = [max(abs(x - first[1]), abs(y - first[2])) for _, x, y in found]
    assert away[0] == 0
    assert max(away[:9]) == 1
    assert away[-1] == max(away)


def test_all_places_are_covered_and_none_twice() -> None:
    other = GeoPoint(37.79, -122.40)
    found = tiles_around([HERE, other], 500, tiles_of())
    assert {holding(HERE, 14), holding(other, 14)} <= set(found)
    assert len(found) == len(set(found))


def test_a_map_that_does_not_reach_here_has_none() -> None:
    bounds = (-74.02, 40.73, -73.99, 40.74)
    assert tiles_around([HERE], 2000, tiles_of(bounds)) == []
    assert tiles_around([], 2000, tiles_of()) == []


def test_nobody_fetches_the_whole_world() -> None:
    found = tiles_around([HERE], 1e9, tiles_of(last=9))
    assert found == tiles_around([HERE], FARTHEST, tiles_of(last=9))
    assert len(found) < 60


def test_levels_with_too_many_tiles_are_left_out() -> None:
    everywhere = [GeoPoint(37.7 + n / 100, -122.4) for n in range(60)]
    found = tiles_around(everywhere, FARTHEST, tiles_of(last=22))
    assert len(found) <= MOST_TILES
    assert max(zoom for zoom, _, _ in found) >= 10
    near = tiles_around([HERE], 200, tiles_of(last=22))
    assert max(zoom for zoom, _, _ in near) == 16


@pytest.mark.parametrize("point", [GeoPoint(89.9, 0), GeoPoint(-90, 180), GeoPoint(0, -180)])
def test_the_ends_of_the_world_are_places_like_others(point: GeoPoint) -> None:
    found = tiles_around([point], 1000, tiles_of(last=6))
    assert (0, 0, 0) in found
    assert all(0 <= x < 1 << zoom and 0 <= y < 1 << zoom for zoom, x, y in found)


@given(
    st.floats(-60, 60), st.floats(-179, 179), st.floats(0, 0.8), st.floats(-1, 1), st.floats(-1, 1)
)
def test_whatever_lies_within_the_radius_is_on_a_tile(
    latitude: float, longitude: float, part: float, east: float, south: float
) -> None:
    here, reach = GeoPoint(latitude, longitude), 3000.0
    x, y = to_world(here)
    there = from_world(x + east * part * 1e-4, y + south * part * 1e-4)
    if distance.meters(here, there) < reach * 0.9:
        assert holding(there, 12) in tiles_around([here], reach, tiles_of(last=12))


def test_the_order_is_that_of_the_distance() -> None:
    found = tiles_around([HERE], 3000, tiles_of(last=16))
    x, y = to_world(HERE)

    def away(place: TilePlace) -> float:
        zoom, column, row = place
        count = 1 << zoom
        across = max(column / count - x, 0, x - (column + 1) / count)
        down = max(row / count - y, 0, y - (row + 1) / count)
        return float((across**2 + down**2) ** 0.5)

    assert all(away(a) <= away(b) + 1e-15 for a, b in pairwise(found))
