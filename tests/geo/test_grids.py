"""MGRS, UTM and plus codes against answers that others gave; the edges, where libraries are silent.

The rows of GRIDS are PROJ 9.5.1's: easting and northing by EPSG:326zz and 327zz. The letters of the
squares follow from them by the tables of NGA.SIG.0012.
"""

import pytest

from civictui.domain.errors import PlaceError
from civictui.domain.model import GeoPoint
from civictui.geo.distance import exact_meters
from civictui.geo.notation import Kind, parse, read

GRIDS = [
    ("32V 297477.31 6700830.06", "32VKN 97477 00830", 60.39299, 5.32415),  # Bergen
    ("32V 166245.39 6610555.66", "32VJM 66245 10555", 59.5, 3.1),  # where 32V was made wider
    ("31V 494338.28 6595733.72", "31VDF 94338 95733", 59.5, 2.9),
    ("33X 514738.53 8683376.10", "33XWG 14738 83376", 78.22334, 15.64689),  # Longyearbyen
    ("33X 433753.76 8763196.34", "33XVH 33753 63196", 78.92356, 11.90981),  # Ny-Ålesund
    ("31X 625470.46 8776321.47", "31XFH 25470 76321", 79.0, 8.9),
    ("35X 605413.68 8897735.59", "35XPJ 05413 97735", 80.1, 32.5),
    ("37X 393532.33 8886622.36", "37XCJ 93532 86622", 80.0, 33.5),
    ("40X 519103.90 8950961.27", "40XEQ 19103 50961", 80.62, 58.05),
    ("56H 334885.79 6252287.39", "56HLH 34885 52287", -33.85681, 151.21514),  # Sydney
    ("17M 776935.48 9975642.59", "17MQV 76935 75642", -0.22016, -78.51202),  # Quito
    ("19F 607722.99 3794893.44", "19FFT 07722 94893", -55.97917, -67.27361),  # Cape Horn
    ("60K 652534.08 7993549.46", "60KXE 52534 93549", -18.14161, 178.4419),  # Suva
    ("1K 182344.53 8140180.58", "1KAB 82344 40180", -16.8, -179.98),  # across the date line
    ("20X 509497.11 9160895.63", "20XNS 09497 60895", 82.50178, -62.34811),  # Alert
    ("33X 564099.81 9331044.31", "33XWP 64099 31044", 83.999, 20.5),  # the north end
    ("58C 500000.00 1119530.34", "58CDS 99999 19530", -79.99, 165.0),  # the south end
    ("21F 440685.12 4272588.66", "21FVC 40685 72588", -51.69452, -57.85819),  # Stanley
    ("32N 500000.00 1.11", "32NNF 00000 00001", 0.00001, 9.0),
]


@pytest.mark.parametrize(("utm", "mgrs", "latitude", "longitude"), GRIDS)
def test_grids_give_what_proj_gives(utm: str, mgrs: str, latitude: float, longitude: float) -> None:
    place = GeoPoint(latitude, longitude)
    assert exact_meters(read(utm).point, place) < 0.05
    assert exact_meters(read(mgrs).point, place) < 1.0
    assert (read(utm).kind, read(mgrs).kind) == (Kind.UTM, Kind.MGRS)
    assert not read(utm).note


def test_a_square_is_its_middle() -> None:
    """As in the manual of GeographicLib's GeoConvert: 38SMB4488 is 33.33424 44.40363."""
    assert exact_meters(parse("38SMB4488"), GeoPoint(33.33424, 44.40363)) < 0.5
    assert exact_meters(parse("38SMB44508850"), parse("38SMB4450588505")) < 0.8


@pytest.mark.parametrize(
    ("text", "latitude", "longitude"),
    [
        ("BAN0000000000", -90, 0),
        ("ZAH0000000000", 90, 0),
        ("YZH 00000 00000", 89.0993, -90),
        ("ZGC1234512345", 84.2525, 40.2168),
    ],
)
def test_around_the_poles(text: str, latitude: float, longitude: float) -> None:
    point = parse(text)
    assert exact_meters(point, GeoPoint(latitude, longitude)) < 20


def test_at_the_ends_of_utm() -> None:
    assert parse("31X 465005.0 9329005.0").latitude == pytest.approx(84, abs=1e-4)
    assert parse("31C 441867.0 1116915.0").latitude == pytest.approx(-80, abs=1e-4)
    with pytest.raises(PlaceError, match="outside of its zone"):
        parse("31N 500000 9400000")
    with pytest.raises(PlaceError, match="outside of its zone"):
        parse("31 south 500000 1000000")


def test_the_letter_behind_a_zone_is_a_band_or_a_hemisphere() -> None:
    assert parse("33N 500000 5000000").latitude == pytest.approx(45.15, abs=0.01)
    assert parse("33S 500000 6250000").latitude == pytest.approx(-33.89, abs=0.01)
    assert parse("EPSG:32710 551128.99 4181002.20").latitude == pytest.approx(-52.52, abs=0.01)
    with pytest.raises(PlaceError, match="a band or a hemisphere") as caught:
        parse("10S 551128.99 4181002.20")
    assert "37.774930, -122.419420 or -52.5" in caught.value.advice


def test_where_the_person_is_tells_which_of_the_two_is_meant() -> None:
    text = "10S 551128.99 4181002.20"
    assert parse(text, GeoPoint(37.3, -121.9)).latitude == pytest.approx(37.77493, abs=1e-6)
    assert read(text, GeoPoint(37.3, -121.9)).relative
    assert parse(text, GeoPoint(-45, -72)).latitude == pytest.approx(-52.5187, abs=1e-4)
    with pytest.raises(PlaceError, match="a band or a hemisphere"):
        parse(text, GeoPoint(0, 10))


# --- plus codes ---------------------------------------------------------------------------------
# Facts of test_data/ in google/open-location-code @32b10ae664 (Apache-2.0): decoding.csv,
# shortCodeTests.csv and validityTests.csv.

DECODED = [
    ("8FVC2222+22", 47.0, 8.0, 47.000125, 8.000125),
    ("4VCPPQGP+Q9", -41.273125, 174.785875, -41.273, 174.786),
    ("7FG49QCJ+2V", 20.37, 2.782125, 20.370125, 2.78225),
    ("7FG49QCJ+2VX", 20.3701, 2.78221875, 20.370125, 2.78225),
    ("7FG49QCJ+2VXGJ", 20.370113, 2.782234375, 20.370114, 2.78223632813),
    ("22222222+22", -90.0, -180.0, -89.999875, -179.999875),
    ("6FH32222+222", 1, 1, 1.000025, 1.00003125),
    ("CFX3X2X2+X2", 89.9998750, 1, 90, 1.0001250),
    ("6FH56C22+22", 1.2, 3.4, 1.200125, 3.400125),
    ("849VGJQF+VX7QR3J", 37.53966912, -122.3750698242, 37.53966916, -122.3750697021),
    ("849VGJQF+VX7QR3J7QR3J", 37.53966912, -122.3750698242, 37.53966916, -122.3750697021),
]
TOO_LARGE = ["7FG49Q00+", "62G20000+", "22220000+", "7FG40000+", "CFX30000+", "84000000+"]
RECOVERED = [
    ("9C3W9QCJ+2VX", 51.3708675, -1.217765625, "CJ+2VX"),
    ("9C3W9QCJ+2VX", 51.3693575, -1.217765625, "CJ+2VX"),
    ("9C3W9QCJ+2VX", 51.3701125, -1.218520625, "CJ+2VX"),
    ("9C3W9QCJ+2VX", 51.3701125, -1.217010625, "CJ+2VX"),
    ("9C3W9QCJ+2VX", 51.3852125, -1.217765625, "9QCJ+2VX"),
    ("9C3W9QCJ+2VX", 51.3550125, -1.217765625, "9QCJ+2VX"),
    ("9C3W9QCJ+2VX", 51.3701125, -1.232865625, "9QCJ+2VX"),
    ("9C3W9QCJ+2VX", 51.3701125, -1.202665625, "9QCJ+2VX"),
    ("8FRCXGRF+PM", 47.00, 8.55, "XGRF+PM"),
    ("2CXXXXXX+XX", -81.0, 0.0, "XXXXXX+XX"),
]
VALID = ["8FWC2345+G6", "8FWC2345+G6G", "8fwc2345+", "849VGJQF+VX7QR3JW"]
INVALID = [
    "G+", "+", "8FWC2345+G", "8FWC2_45+G6", "8FWC2η45+G6", "8FWC2345+G6+", "8FWC2345G6+",
    "8FWC2300+G6", "WC2300+G6g", "WC2345+G", "WC2300+", "849VGJQF+VX7QR3U", "849VGJQF+VX7QR3JU",
]  # fmt: skip


@pytest.mark.parametrize(("code", "south", "west", "north", "east"), DECODED)
def test_full_codes(code: str, south: float, west: float, north: float, east: float) -> None:
    point = parse(code)
    assert point.latitude == pytest.approx((south + north) / 2, abs=1e-9)
    assert point.longitude == pytest.approx((west + east) / 2, abs=1e-9)


@pytest.mark.parametrize("code", TOO_LARGE)
def test_areas_of_many_kilometres_are_no_place(code: str) -> None:
    with pytest.raises(PlaceError, match="an area of"):
        parse(code)


@pytest.mark.parametrize(("full", "latitude", "longitude", "code"), RECOVERED)
def test_short_codes(full: str, latitude: float, longitude: float, code: str) -> None:
    found = read(code, GeoPoint(latitude, longitude))
    assert found.point == parse(full)
    assert found.relative
    assert "from the last position" in found.note


def test_a_short_code_at_the_pole_stays_on_earth() -> None:
    assert parse("XFX2+22", GeoPoint(89.6, 0.0)).latitude <= 90


@pytest.mark.parametrize("code", VALID)
def test_valid_codes(code: str) -> None:
    assert read(code).kind is Kind.PLUS_CODE


@pytest.mark.parametrize("code", INVALID)
def test_invalid_codes(code: str) -> None:
    with pytest.raises(PlaceError):
        parse(code, GeoPoint(48, 8))
