"""The nearest town: right, near, and cheap."""

import tracemalloc

import pytest

from civictui.domain.model import AddressSource, GeoPoint
from civictui.geo.addresses import places


@pytest.mark.parametrize(
    ("latitude", "longitude", "name"),
    [
        (37.7749, -122.4194, "San Francisco, CA, US"),
        (37.8044, -122.2711, "Oakland, CA, US"),
        (51.0504, 13.7373, "Dresden, DE"),
        (-36.85, 174.76, "Auckland, NZ"),
        (-18.1416, 178.4415, "Suva, FJ"),
    ],
)
def test_a_town_is_known(latitude: float, longitude: float, name: str) -> None:
    found = places.nearest(GeoPoint(latitude, longitude))
    assert found is not None
    assert (found.text, found.source) == (name, AddressSource.OFFLINE)
    assert found.meters < 5_000
    assert found.is_town


@pytest.mark.parametrize("point", [GeoPoint(0, 0), GeoPoint(90, 0), GeoPoint(-90, 180)])
def test_far_from_any_town_there_is_none(point: GeoPoint) -> None:
    assert places.nearest(point) is None


def test_the_date_line_is_no_border() -> None:
    towns = places.Towns(_packed([(0, 17_999_000, "East"), (1_000_000, 0, "Far")]))
    found = towns.nearest(GeoPoint(0, -179.99))
    assert found is not None
    assert found[0] == "East"
    assert found[1] < 3_000


def test_the_nearest_is_what_a_look_at_all_finds() -> None:
    towns = places._towns()
    assert len(towns) > 30_000
    for point in (GeoPoint(48.2, 16.37), GeoPoint(19.43, -99.13), GeoPoint(35.68, 139.69)):
        meters = min(towns._meters(number, point) for number in range(len(towns)))
        found = towns.nearest(point)
        assert found is not None
        assert found[1] == meters


def test_all_of_it_takes_less_than_three_megabytes() -> None:
    tracemalloc.start()
    try:
        places._towns.cache_clear()
        places.nearest(GeoPoint(51.05, 13.74))
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken < 3_000_000


def _packed(towns: list[tuple[int, int, str]]) -> bytes:
    names = [name.encode() for _, _, name in towns]
    ends = [sum(map(len, names[: n + 1])) for n in range(len(names))]
    columns = [[t[0] for t in towns], [t[1] for t in towns]]
    numbers = [number.to_bytes(4, "little", signed=True) for c in columns for number in c]
    counted = [end.to_bytes(4, "little") for end in ends]
    return len(towns).to_bytes(4, "little") + b"".join([*numbers, *counted, *names])
