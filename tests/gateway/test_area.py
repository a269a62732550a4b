"""Areas: which places they cover, and what is no area."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.domain.errors import UsageError
from civictui.domain.model import GeoPoint
from civictui.gateway.area import Area

SQUARE = [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]]
HOLE = [[4, 4], [6, 4], [6, 6], [4, 6], [4, 4]]
AFAR = [[20, 20], [30, 20], [25, 30], [20, 20]]


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def test_a_polygon_covers_what_is_in_it_and_not_in_a_hole() -> None:
    area = Area.from_geojson(polygon(SQUARE, HOLE))
    assert area.covers(GeoPoint(2, 2))
    assert area.covers(GeoPoint(latitude=1, longitude=9))
    assert not area.covers(GeoPoint(5, 5))
    assert not area.covers(GeoPoint(11, 5))
    assert not area.covers(GeoPoint(latitude=-1, longitude=5))


def test_each_polygon_of_many_counts() -> None:
    parts = [polygon(SQUARE)["coordinates"], polygon(AFAR)["coordinates"]]
    many = Area.from_geojson({"type": "MultiPolygon", "coordinates": parts})
    features = [{"type": "Feature", "geometry": polygon(ring)} for ring in (SQUARE, AFAR)]
    listed = Area.from_geojson({"type": "FeatureCollection", "features": features})
    assert many == listed
    for area in (many, listed, Area.from_geojson(many.to_geojson())):
        assert area.covers(GeoPoint(5, 5))
        assert area.covers(GeoPoint(22, 25))
        assert not area.covers(GeoPoint(15, 15))


@given(
    st.floats(-179, 178), st.floats(-89, 88), st.floats(0.1, 1), st.floats(0.1, 1),
    st.floats(-180, 180), st.floats(-90, 90),
)  # fmt: skip
def test_a_box_covers_as_two_comparisons_say(
    west: float, south: float, width: float, height: float, x: float, y: float
) -> None:
    east, north = west + width, south + height
    area = Area.box(west, south, east, north)
    if x not in {west, east} and y not in {south, north}:
        assert area.covers(GeoPoint(y, x)) == (west < x < east and south < y < north)


@pytest.mark.parametrize(
    "value",
    [
        None, [], "area", {"type": "Point", "coordinates": [1, 2]}, {"type": "Polygon"},
        polygon(), polygon([]), polygon(SQUARE[:3]), polygon(SQUARE[:-1]),
        polygon([[0, 0], [200, 0], [200, 10], [0, 0]]), polygon([["a", 0], *SQUARE[1:]]),
        {"type": "MultiPolygon", "coordinates": []}, {"type": "FeatureCollection", "features": {}},
        polygon([[i / 100, i % 7] for i in range(10_001)] + [[0, 0]]),
    ],
)  # fmt: skip
def test_what_is_no_area_is_answered(value: Any) -> None:
    with pytest.raises(UsageError) as refused:
        Area.from_geojson(json.loads(json.dumps(value)))
    assert refused.value.advice


def test_a_box_has_its_sides_in_order() -> None:
    with pytest.raises(UsageError, match="less"):
        Area.box(10, 0, 0, 10)
