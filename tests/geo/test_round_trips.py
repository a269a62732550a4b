"""Any point, written in any notation by a library or a formula, is read as that point."""

import math
from collections.abc import Callable
from contextlib import suppress

import mgrs
import pluscodes
import pytest
import utm
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from civictui.domain.errors import PlaceError
from civictui.domain.model import GeoPoint
from civictui.geo.distance import exact_meters, meters
from civictui.geo.notation import parse, read

Writer = Callable[[GeoPoint], str]

points = st.builds(GeoPoint, st.floats(-90, 90), st.floats(-180, 180))
in_utm = st.builds(GeoPoint, st.floats(-79.99, 83.99), st.floats(-180, 179.99))


def _parts(value: float, count: int, decimals: int) -> list[str]:
    """Degrees, minutes and seconds, rounded at the last of them."""
    units = round(abs(value) * 60 ** (count - 1) * 10**decimals)
    last, parts = units % (60 * 10**decimals) if count > 1 else units, []
    units //= 60 * 10**decimals if count > 1 else 1
    for _ in range(count - 2):
        parts.append(str(units % 60))
        units //= 60
    if count > 1:
        parts.append(str(units))
    text = f"{last // 10**decimals}.{last % 10**decimals:0{decimals}d}"
    return [*reversed(parts), text]


def _lettered(shape: str, count: int, decimals: int) -> Writer:
    def write(point: GeoPoint) -> str:
        latitude = shape.format(*_parts(point.latitude, count, decimals))
        longitude = shape.format(*_parts(point.longitude, count, decimals))
        north = "S" if math.copysign(1, point.latitude) < 0 else "N"
        east = "W" if math.copysign(1, point.longitude) < 0 else "E"
        return f"{latitude}{north} {longitude}{east}"

    return write


def _iso(point: GeoPoint) -> str:
    return f"{point.latitude:+011.7f}{point.longitude:+012.7f}/"


def _link(point: GeoPoint) -> str:
    place = f"{point.latitude:.7f}/{point.longitude:.7f}"
    return f"https://www.openstreetmap.org/#map=19/{place}"


WRITERS: list[Writer] = [
    _lettered("{}°", 1, 7),
    _lettered("{}°{}'", 2, 5),
    _lettered("{}°{}'{}\"", 3, 3),
    _lettered("{} {} {} ", 3, 3),
    _lettered("{}:{}:{}", 3, 3),
    _lettered("{}d{}m{}s", 3, 3),
    _lettered("{}-{}", 2, 5),
    _iso,
    _link,
    lambda point: f"geo:{point.latitude:.7f},{point.longitude:.7f};u=1",
    lambda point: f"Lon {point.longitude:.7f} Lat {point.latitude:.7f}",
    lambda point: f"POINT({point.longitude:.7f} {point.latitude:.7f})",
]


@settings(max_examples=2000)
@given(points, st.sampled_from(WRITERS))
def test_whatever_is_written_is_read_within_a_hand(point: GeoPoint, write: Writer) -> None:
    assert meters(parse(write(point)), point) < 0.1


@settings(max_examples=500)
@given(in_utm)
def test_grids_are_read_where_libraries_write_them(point: GeoPoint) -> None:
    # A hair south of the equator the library writes 31MAA6602100000, which there is not.
    assume(not -1e-5 < point.latitude < 0)
    easting, northing, zone, band = utm.from_latlon(point.latitude, point.longitude)
    written = f"{zone}{band} {easting:.2f} {abs(northing):.2f}"
    assert exact_meters(parse(written, point), point) < 0.2
    square = mgrs.MGRS().toMGRS(point.latitude, point.longitude)
    assert exact_meters(parse(square), point) < 1.0


@settings(max_examples=500)
@given(st.builds(GeoPoint, st.floats(-89, 89), st.floats(-180, 179.9)), st.integers(10, 13))
def test_plus_codes_are_read_where_the_library_writes_them(point: GeoPoint, digits: int) -> None:
    code = pluscodes.encode(point.latitude, point.longitude, digits)
    found = read(code)
    assert found.precision_m is not None
    assert meters(found.point, point) <= 1.7 * found.precision_m + 0.01
    assert parse(code[4:], point) == found.point


_PIECES = [
    "geo:",
    "https://osm.org/",
    "?q=",
    "#map=1/",
    "+",
    "0",
    "9C3X",
    "31U",
    "DQ",
    "Lat",
    "\u2032",
]
_texts = st.lists(
    st.one_of(
        st.sampled_from(_PIECES), st.text("0123456789.,;:+-°'\"NSEWODMX /()&=%@!", max_size=6)
    ),
    max_size=12,
)


@settings(max_examples=1000)
@given(_texts, st.one_of(st.none(), points))
def test_any_text_is_a_place_or_a_place_error(pieces: list[str], near: GeoPoint | None) -> None:
    with suppress(PlaceError):
        assert read("".join(pieces), near).echo.isascii()


@pytest.mark.parametrize("latitude", [-0.0, -1e-9])
def test_a_sign_survives_degrees_of_nought(latitude: float) -> None:
    point = GeoPoint(-0.5 + latitude, -0.25)
    assert parse("-0°30'0\", -0°15'0\"") == GeoPoint(round(point.latitude, 6), -0.25)
