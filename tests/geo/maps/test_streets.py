"""The street of a place, by the demo's map."""

from pathlib import Path

import pytest

from civictui.demo.base_map import shipped_map
from civictui.domain.model import GeoPoint
from civictui.geo.maps.base_map import BaseMap
from civictui.geo.maps.streets import street_at


@pytest.fixture(scope="module")
def base() -> BaseMap:
    return BaseMap(Path("none"), shipped_map())


@pytest.mark.parametrize(
    ("latitude", "longitude", "street"),
    [
        (37.78430, -122.40770, "Market Street"),
        (37.78720, -122.40900, "Geary Street"),
        (37.79175, -122.39950, "Battery Street"),
    ],
)
def test_the_nearest_street_has_a_name(
    base: BaseMap, latitude: float, longitude: float, street: str
) -> None:
    assert street_at(base, GeoPoint(latitude, longitude)) == street


@pytest.mark.parametrize("place", [GeoPoint(37.79, -122.383), GeoPoint(13.07, 77.78)])
def test_where_no_street_is_near_there_is_no_name(base: BaseMap, place: GeoPoint) -> None:
    assert street_at(base, place) == ""


def test_without_a_map_there_is_no_name(tmp_path: Path) -> None:
    assert street_at(BaseMap(tmp_path), GeoPoint(37.7843, -122.4077)) == ""
