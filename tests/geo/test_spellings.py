"""One place in every common spelling, and what is refused of each notation."""

import pytest

from civictui.domain.errors import PlaceError
from civictui.domain.model import GeoPoint
from civictui.geo.notation import Kind, parse, read

HOLBORN = GeoPoint(51.5183333, -0.125)
"""51 degrees 31 minutes 6 seconds north, 7 minutes 30 seconds west."""
_METER = 1 / 111_320
_GOOGLE = "https://www.google.com/maps"
_OSM = "https://www.openstreetmap.org"

SPELLINGS = [
    # decimal degrees
    "51.518333, -0.125", "51.518333 -0.125", "51.518333;-0.125", "51,518333; -0,125000",
    "(51.518333, -0.125)", "51.518333° N, 0.125° W", "N51.518333 W0.125", "0.125W 51.518333N",
    "51.518333N0.125W", "51.518333 North, 0.125 West", "51.518333 Nord 0.125 Ouest",
    "51,518333° N, 0,125° W", "N51,518333, W0,125", "51° 31,100' N, 0° 7,500' W",
    # degrees, minutes and seconds
    "51°31'06\"N 0°07'30\"W", "51° 31\u2032 6\u2033 N, 0° 7\u2032 30\u2033 W",
    "N51°31'6\" W0°7'30\"", "51 31 6 N 0 7 30 W", "51 31 06 -0 07 30", "51:31:06N 0:07:30W",
    "51:31:06, -0:07:30", "51d31m06sN 0d07m30sW", "51deg 31min 6sec N, 0deg 7min 30sec W",
    "51-31-06N 000-07-30W", "51°31'6''N 0°7'30''W", "51°31\u20196\u201dN 0°7\u201930\u201dW",
    "51º31\u00b46\"N 0º7\u00b430\"W", "51°31'6,0\"N; 0°7'30,0\"W", "51°31'6\", -0°7'30\"",
    # degrees and minutes
    "51 31.1 N 0 7.5 W", "51°31.1'N 0°7.5'W", "51° 31.100', -0° 07.500'", "N51 31.100 W000 07.500",
    "N 51° 31.100 W 000° 07.500", "51-31.1N 0-07.5W", "51°31,1'N 0°7,5'W", "51 31.1, -0 7.5",
    # named, and without blanks
    "Lat 51.518333 Lon -0.125", "Latitude: 51.518333, Longitude: -0.125",
    "lat=51.518333&lon=-0.125", "lng: -0.125, lat: 51.518333",
    "Lat: 51°31'6\"N Long: 0°7'30\"W", "POINT(-0.125 51.518333)",
    "+51.518333-000.125/", "+513106-0000730/", "+5131.1-00007.5/", "513106N0000730W",
    "N513106 W0000730", "5131.100,N,00007.500,W",
    # geo: URIs
    "geo:51.518333,-0.125", "geo:51.518333,-0.125,20;crs=wgs84;u=35", "GEO:51.518333,-0.125?z=17",
    "geo:0,0?q=51.518333,-0.125(Holborn)", "geo:51.518333%2C-0.125",
    "geo:51.5183,-0.125?q=51.518333,-0.125(Holborn)",
    # map links
    f"{_OSM}/?mlat=51.518333&mlon=-0.125#map=17/51.6/-0.2", f"{_OSM}/#map=17/51.518333/-0.125",
    f"{_OSM}/node/123#map=17/51.518333/-0.1250&layers=N",
    f"{_GOOGLE}/@51.518333,-0.125,17z", "google.com/maps/@51.518333,-0.125,17z",
    f"{_GOOGLE}/place/X/@51.6,-0.2,17z/data=!3m1!4b1!4m6!3m5!1s0x4:0x3b!8m2!3d51.518333!4d-0.125",
    f"{_GOOGLE}/place/51%C2%B031'06.0%22N+0%C2%B007'30.0%22W/@51.6,-0.2,17z",
    "https://maps.google.com/?q=51.518333,-0.125",
    "https://maps.google.com/?q=51.518333,-0.125+(A+hole)&ll=51.6,-0.2",
    f"{_GOOGLE}/place/9C3XGV9G%2B82J6/@51.6,-0.2,17z", f"{_GOOGLE}?daddr=51.518333,-0.125",
    f"{_GOOGLE}/@51.518333,-0.125,3a,75y,90t/data=!3m6!1e1!3m4!1sx",
    f"{_GOOGLE}/@?api=1&map_action=pano&viewpoint=51.518333,-0.125",
    f"{_OSM}/export/embed.html?bbox=-0.2%2C51.4%2C0.1%2C51.6&marker=51.518333%2C-0.125",
    "https://www.google.co.uk/maps/search/?api=1&query=51.518333%2C-0.125",
    f"{_GOOGLE}/dir/?api=1&destination=51.518333,-0.125",
    "https://maps.google.com/maps?ll=51.518333,-0.125&z=15",
    "https://maps.apple.com/?ll=51.518333,-0.125&q=Pin",
    "https://maps.apple.com/place?coordinate=51.518333,-0.125&name=x",
    "https://www.bing.com/maps?cp=51.518333~-0.125&lvl=16",
    "https://bing.com/maps/default.aspx?sp=point.51.518333_-0.125_Hole&cp=1~2",
    "https://mapy.cz/zakladni?x=-0.125&y=51.518333&z=17",
    "https://mapy.com/en/zakladni?source=coor&id=-0.125%2C51.518333&x=1&y=2",
    "https://share.here.com/l/51.518333,-0.125,Here",
    "https://waze.com/ul?ll=51.518333,-0.125&navigate=yes",
    "https://maps.apple.com/directions?destination=51.518333,-0.125",
    "https://osmand.net/go?lat=51.518333&lon=-0.125&z=15",
    "https://osmand.net/map?pin=51.518333,-0.125#15/51.6/-0.2",
    "https://yandex.com/maps/?ll=-0.2,51.6&pt=-0.125,51.518333",
    # grids: PROJ 9.5 gives the same place for EPSG:32630
    "30U 699461.9 5711387.0", "UTM 30U 699461.9mE 5711387.0mN", "zone 30 north 699462 5711387",
    "699462E 5711387N 30U", "EPSG:32630 699462 5711387", "30UXC9946211387", "30U XC 99462 11387",
    "MGRS: 30UXC 99462 11387", "9C3XGV9G+82J6", "9c3xgv9g+82j6",
]  # fmt: skip


def test_these_are_sixty_spellings_and_more() -> None:
    assert len(set(SPELLINGS)) >= 60


@pytest.mark.parametrize("text", SPELLINGS)
def test_one_place_in_every_spelling(text: str) -> None:
    point = parse(text)
    assert abs(point.latitude - HOLBORN.latitude) < 1.5 * _METER
    assert abs(point.longitude - HOLBORN.longitude) < 2.5 * _METER


@pytest.mark.parametrize(
    ("text", "echo"),
    [
        ("51.518333, -0.125", "51.518333, -0.125000"),
        ("51.5, 7", "51.500000, 7.000000 (within 5.6 km)"),
        ("51 31.1 N 0 7.5 W", "51.518333, -0.125000 (degrees and minutes; within 93 m)"),
        ("51°31'06\"N 0°07'30\"W", "51.518333, -0.125000 (degrees, minutes and seconds)"),
        ("geo:51.5183,-0.125;u=120", "51.518300, -0.125000 (geo: URI; within 120 m)"),
        (
            f"{_OSM}/#map=17/51.51830/-0.12500",
            "51.518300, -0.125000 (map link; the middle of what it shows)",
        ),
        ("38SMB4488", "33.334240, 44.403633 (MGRS; within 500 m)"),
        ("32V 100000 6700000", "60.239082, 1.766711 (UTM; beyond the edge of its zone)"),
    ],
)
def test_what_was_understood_is_said_in_ascii(text: str, echo: str) -> None:
    assert read(text).echo == echo
    assert echo.isascii()


def test_how_exact_it_is_follows_from_the_digits() -> None:
    assert read("51.5183, -0.125").precision_m == pytest.approx(5.6, abs=0.1)
    assert read("51°31'06\"N 0°07'30\"W").precision_m == pytest.approx(15, abs=1)
    assert read("geo:51.5183,-0.125;u=7.5").precision_m == 7.5
    assert read("30U 699461.9 5711387.0").precision_m == pytest.approx(0.05)


def test_the_kind_is_told() -> None:
    texts = [
        "1 2",
        "1 2.5, 3 4.5",
        "1°2'3\", 4°5'6\"",
        "geo:1,2",
        "https://www.openstreetmap.org/#map=5/1/2",
        "9C3XGV9G+8F",
    ]
    kinds = [Kind.DEGREES, Kind.MINUTES, Kind.SECONDS, Kind.URI, Kind.LINK, Kind.PLUS_CODE]
    assert [read(text).kind for text in texts] == kinds
    assert read("38SMB4488").kind is Kind.MGRS
    assert read("30U 699462 5711387").kind is Kind.UTM


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # degrees in other clothes
        ("Lat 51.5E Lon 0.1N", "do not fit the letters"),
        ("Lat 51.5 Lat 52.5", "no place that can be read"),
        ("513106N 00730W", "no place that can be read"),
        ("996106N 0000730W", "61 minutes"),
        ("POINT(151 -33) POINT(1 2)", "no place that can be read"),
        ("POINT(51.5 1-2)", "no place that can be read"),
        ("51° 31", "degrees and minutes, or two"),
        ("51° 31.1", "degrees and minutes, or two"),
        ("+49-176", "no place that can be read"),
        # geo: URIs
        ("geo:91,0", "outside -90 to 90"),
        ("geo:51.5", "no geo: URI"),
        ("geo:51.5183,-0.125 extra", "no geo: URI"),
        ("geo:51.5,-0.125;crs=nad27", "system nad27"),
        ("geo:0,0?q=Holborn", "by its name"),
        ("geo:1,1?q=51.5,-0.1", "names two places"),
        ("geo:0,0?q=51.5,-0.1&q=1.5,2.5", "by its name"),
        ("geo:0,0?q'51.5,-0.1", "asks for nothing"),
        ("geo:51,5;-0,125", "no geo: URI"),
        ("geo:51.5,-0125", "no geo: URI"),
        # links
        ("https://goo.gl/maps/abc", "short link of goo.gl"),
        ("https://maps.app.goo.gl/abc", "short link of maps.app.goo.gl"),
        ("https://osm.org/go/0EEQjE--", "short link of osm.org"),
        ("https://example.org/@51.5,-0.12", "no map whose links are read"),
        ("https://google.com.example.org/maps/@51.5,-0.12", "no map whose links are read"),
        (f"{_GOOGLE}/dir/51.5,-0.1/48.8,2.3/", "is a route"),
        (f"{_GOOGLE}?saddr=51.5,-0.1&daddr=Paris&ll=50.1,1.1", "is a route"),
        (f"{_OSM}/directions?route=51.5%2C-0.1%3B48.8%2C2.3#map=5/50/1", "is a route"),
        ("https://bing.com/maps?rtp=pos.51.5_-0.1~pos.48.8_2.3&cp=50~1", "is a route"),
        ("https://yandex.com/maps/?rtext=51.5,-0.1~48.8,2.3&ll=1,50", "is a route"),
        ("https://mapy.cz/turisticka?planovani-trasy&rc=9&x=1&y=50", "is a route"),
        ("https://wego.here.com/directions/mix/51.5,-0.1/48.8,2.3?map=50,1,9,normal", "is a route"),
        ("https://osmand.net/map/navigate?end=51.5,-0.1#9/50/1", "is a route"),
        ("https://bing.com/maps?sp=point.51.5_-0.1_A~point.48.8_2.3_B", "cannot be read"),
        ("https://bing.com/maps?sp=point.51.5_-O.1_A&cp=50~1", "cannot be read"),
        ("https://yandex.com/maps/?pt=-0.1,51.5,pm2~2.3,48.8", "cannot be read"),
        ("https://yandex.com/maps/?pt=-0,1,51.5", "cannot be read"),
        ("https://mapy.com/?source=coor&id=-O.1%2C51.5&x=1&y=50", "cannot be read"),
        (f"{_OSM}/?mlat=51.5#map=17/50.1/1.1", "cannot be read"),
        (f"{_GOOGLE}?q=151.5,-0.1&ll=51.6,-0.2", "look swapped"),
        (f"{_GOOGLE}?q=51.5,-0.1&q=48.8,2.3", "in two ways"),
        (f"{_GOOGLE}/@51,5,0,1", "names no coordinates"),
        (f"{_GOOGLE}/place/x/data=!3d51.5!4d-0+1", "names no coordinates"),
        (f"{_GOOGLE}/place/Holborn", "names no coordinates"),
        (f"{_GOOGLE}/place/x/data=!3d51.5!4d-0.1!3d52.5!4d-0.2", "several places"),
        (f"{_GOOGLE}/@151.5,-0.1,17z", "look swapped"),
        (f"{_GOOGLE}/@51.5,-0.1,17z extra", "no link that can be read"),
        ("https://user@google.com/maps/@51.5,-0.1", "no link that can be read"),
        ("https://google.com:8443/maps/@51.5,-0.1", "no link that can be read"),
        ("http://[::1/maps", "no link that can be read"),
        (f"{_OSM}/?{'&'.join(f'a{n}=1' for n in range(60))}", "asks for too much"),
        ("///filled.count.soap", "no place that can be read"),
        # plus codes
        ("8FWC2345+G", "no plus code"),
        ("8FWC2_45+G6", "no place that can be read"),
        ("8FWC2345+G6+", "no place that can be read"),
        ("XXXX2345+G6", "no plus code"),
        ("8FWCX400+", "an area of 6 km"),
        ("GV9G+8F", "where it is near to is not known"),
        ("GV9G+8F London", "not looked up"),
        ("45+22", "a plus code or two numbers"),
        ("+22", "one number"),
        ("9C3XGV9G+8F 9C3XGV9G+9F", "another place"),
        ("9C3XGV9G+8F, 48.8, 2.3", "another place"),
        # MGRS
        ("38SMB", "a square of 100 km"),
        ("38SMB44", "a square of 10 km"),
        ("38SMB448", "not two equal halves"),
        ("31UDQ 12 345", "not two equal halves"),
        ("31UDQ123456123456", "not two equal halves"),
        ("31UIS1234512345", "no square"),
        ("31UCI1234512345", "no square"),
        ("31ICS1234512345", "no square"),
        ("31OCS1234512345", "no square"),
        ("32XMG1234567890", "no square"),
        ("61UDQ1234512345", "no square"),
        ("0UDQ1234512345", "no square"),
        ("31UHQ1234512345", "outside of the zone 31U"),
        ("33CVM1234512345", "outside of the zone 33C"),
        ("31VCG0000000000", "outside of the zone 31V"),
        # UTM
        ("391776 5820072", "lacks the zone"),
        ("33 391776 5820072", "north or south"),
        ("33I 391776 5820072", "no zone 33I"),
        ("33O 391776 5820072", "no zone 33O"),
        ("61U 391776 5820072", "no zone 61U"),
        ("33U 391776 1000000", "outside of its zone"),
        ("33U 5820072 391776", "look swapped"),
        ("33X 900000 9200000", "outside of its zone"),
        ("31M 166021 0", "outside of its zone"),
        ("33N 391776,5", "one number or two"),
        ("EPSG:25801 391776 5820072", "no place that can be read"),
        ("19S 500000 4000000", "a band or a hemisphere"),
    ],
)
def test_what_is_wrong_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(PlaceError, match=words) as caught:
        parse(text)
    assert caught.value.advice


def test_a_soft_hyphen_is_the_minus_that_it_is_in_a_pdf_file() -> None:
    assert parse("51.5183, \u00ad0.125") == GeoPoint(51.5183, -0.125)
    assert parse("51.5183\u20280.125") == GeoPoint(51.5183, 0.125)
    with pytest.raises(PlaceError):
        parse("51.51\u00ad83, 0.125")


@pytest.mark.parametrize("dash", ["\x96", "\udc96", "\u2013"])
def test_a_dash_of_another_encoding_is_not_left_out(dash: str) -> None:
    with pytest.raises(PlaceError, match="no place that can be read"):
        parse(f"51.5183, {dash}0.125")


def test_a_long_link_is_read_and_a_long_text_is_not() -> None:
    link = f"{_GOOGLE}/place/{'x' * 1000}/@51.518333,-0.125,17z"
    assert parse(link) == GeoPoint(51.518333, -0.125)
    with pytest.raises(PlaceError, match="too long"):
        parse("51.5, -0.125" + "0" * 200)


def test_the_text_of_a_link_is_not_looked_up_where_it_has_coordinates() -> None:
    point = parse("https://maps.apple.com/?q=Holborn&ll=51.5,-0.125")
    assert point == GeoPoint(51.5, -0.125)
