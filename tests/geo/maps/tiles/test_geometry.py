"""Commands as coordinates, compared with a library that reads them in its own way."""

import gzip
from collections.abc import Iterator
from typing import Any

import mapbox_vector_tile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.geo.maps.tiles import messages
from civictui.geo.maps.tiles.geometry import LINE, POLYGON, Part, parts, polygons, signed_area
from tests.geo.maps.tiles.maps import WEST_VILLAGE, WORLD_TILE, stored


def tiles() -> Iterator[bytes]:
    yield WORLD_TILE.read_bytes()
    for content in stored(WEST_VILLAGE).values():
        yield gzip.decompress(content)


def features(content: bytes) -> Iterator[tuple[Any, Any]]:
    """Each feature as we read it, and as the library does."""
    theirs = mapbox_vector_tile.decode(content, default_options={"y_coord_down": True})
    for raw in messages.Tile.FromString(content).layers:
        name = messages.LayerName.FromString(raw).name.decode()
        ours = [messages.Feature.FromString(one) for one in messages.Layer.FromString(raw).features]
        yield from zip(ours, theirs[name]["features"], strict=True)


def points(part: Part) -> list[list[int]]:
    return [[x, y] for x, y in zip(part[0::2], part[1::2], strict=True)]


def opened(ring: list[list[int]]) -> list[list[int]]:
    """A ring without its first point at the end; tiles have it there or not."""
    return ring[:-1] if ring[0] == ring[-1] else ring


@pytest.mark.parametrize("content", tiles(), ids=lambda content: f"{len(content)} bytes")
def test_every_geometry_is_what_the_library_says(content: bytes) -> None:
    compared = 0
    for ours, theirs in features(content):
        kind, expected = theirs["geometry"]["type"], theirs["geometry"]["coordinates"]
        if ours.type == LINE:
            found = [points(part) for part in parts(ours.geometry)]
            assert found == ([expected] if kind == "LineString" else expected)
        elif ours.type == POLYGON:
            whole = [expected] if kind == "Polygon" else expected
            found_rings = [
                [opened(points(ring)) for ring in rings] for rings in polygons(ours.geometry)
            ]
            assert found_rings == [[opened(ring) for ring in rings] for rings in whole]
        else:
            found_points = [point for part in parts(ours.geometry) for point in points(part)]
            assert found_points == ([expected] if kind == "Point" else expected)
        compared += 1
    assert compared


def test_a_ring_that_runs_the_other_way_is_a_hole() -> None:
    outer = [9, 0, 0, 26, 20, 0, 0, 20, 19, 0, 15]
    hole = [9, 6, 11, 26, 0, 6, 6, 0, 0, 5, 15]
    (rings,) = polygons([*outer, *hole])
    assert [signed_area(ring) > 0 for ring in rings] == [True, False]
    assert points(rings[0]) == [[0, 0], [10, 0], [10, 10], [0, 10]]


@pytest.mark.parametrize(
    "commands",
    [[], [9], [9, 2], [10], [18, 2, 2], [9, 2, 2, 0xFFFFFFFA, 1], [15, 15], [11, 1, 1], [1, 2]],
)
def test_what_makes_no_sense_ends_the_feature(commands: list[int]) -> None:
    assert all(len(part) % 2 == 0 for part in parts(commands))


@given(st.lists(st.integers(0, 2**32 - 1), max_size=60))
def test_any_numbers_are_read(commands: list[int]) -> None:
    for part in parts(commands):
        assert part
        assert len(part) % 2 == 0
    for rings in polygons(commands):
        assert all(len(ring) >= 6 for ring in rings)
