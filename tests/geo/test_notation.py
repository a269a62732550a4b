"""Places as people type them: read rightly or refused, never silently wrong."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civictui.domain.errors import PlaceError
from civictui.domain.model import GeoPoint
from civictui.geo.notation import MAX_LENGTH, parse, show

SYDNEY = GeoPoint(-33.8, 151.2)
LONDON = GeoPoint(51.5183, -0.125)

points = st.builds(GeoPoint, st.floats(-90, 90), st.floats(-180, 180))


@pytest.mark.parametrize(
    "text",
    [
        "-33.8,151.2", "-33.8, 151.2", "-33.8 151.2", "-33.8;151.2", " -33.8   ,  151.2 ",
        "-33.8\t151.2", "-33.8\n151.2", "-33.8000,+151.20", "\u221233.8, 151.2",
        "-33.8°, 151.2°", "-33.8º 151.2˚", "-33.8\u00a0151.2",
        "33.8S 151.2E", "33.8s,151.2e", "33.8 S, 151.2 E", "33.8° S 151.2° E", "33.8°S;151.2°E",
        "S33.8 E151.2", "S 33.8 E 151.2", "S33.8°, E151.2°", "151.2E 33.8S", "E151.2, S33.8",
        "-33,8 151,2", "-33,8; 151,2", "33,8S 151,2E", "33,8° S; 151,2° E",
    ],
)  # fmt: skip
def test_sydney_in_many_ways(text: str) -> None:
    assert parse(text) == SYDNEY


@pytest.mark.parametrize(
    "text",
    [
        "51.5183 -0.1250",
        "51,5183 -0,1250",
        "51,5183; -0,1250",
        "51.5183N 0.125W",
        "N51,5183 W0,125",
    ],
)
def test_london_in_many_ways(text: str) -> None:
    assert parse(text) == LONDON


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("51, 5", GeoPoint(51, 5)),
        ("51 5", GeoPoint(51, 5)),
        ("-33,-151", GeoPoint(-33, -151)),
        ("33,+15", GeoPoint(33, 15)),
        ("51,5;7", GeoPoint(51.5, 7)),
        ("7;51,5", GeoPoint(7, 51.5)),
        ("0.0 0.0", GeoPoint(0, 0)),
        ("90 180", GeoPoint(90, 180)),
        ("-90, -180", GeoPoint(-90, -180)),
        ("0S 0W", GeoPoint(0, 0)),
    ],
)
def test_whole_degrees_and_edges(text: str, point: GeoPoint) -> None:
    assert parse(text) == point


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("1" * (MAX_LENGTH + 1), "too long"),
        ("51,5", "one number or two"),
        ("51,5183", "one number or two"),
        ("200,5", "one number or two"),
        ("51.5", "two are needed"),
        ("-51", "two are needed"),
        ("51,5 7", "two ways"),
        ("51 7,5", "two ways"),
        ("41.5 N -81.0 W", "a sign and the letter W"),
        ("-41.5 N 81.0 W", "a sign and the letter N"),
        ("33.8N 12N", "same direction"),
        ("33.8E 12W", "same direction"),
        ("33.8N 12S", "same direction"),
        ("52.5 N 13.4 O", "east in some"),
        ("O13.4 N52.5", "east in some"),
        ("1 2 3", "two ways"),
        ("51 31 6 7", "two ways"),
        ("51°61'N 0°7'W", "61 minutes are too many"),
        ("51°31'60\"N 0°7'0\"W", "60 seconds are too many"),
        ("-51°31'N 0°7'W", "a sign and the letter N"),
        ("51d31m06s 0d07m30s", "seconds or south"),
        ("[7.6, 51.5]", "square brackets"),
    ],
)
def test_the_reason_is_told(text: str, words: str) -> None:
    with pytest.raises(PlaceError, match=words) as caught:
        parse(text)
    assert caught.value.advice


@pytest.mark.parametrize(
    "text",
    [
        "here", "N51.5 0.1W", "51,5183,-0,1250", "51.5,-0,125", "51.5 7,5",
        "33.8S 151.2", "33.8 151.2E", "S33.8 151.2E", "1.2.3 4", "1e1 3", "0x1 2",
        "nan,nan", "inf 0", "51.5/7", "51.5\\7", "(51.5, 7", "51.5, 7, 9", "- 33.8, 151.2",
        "--33.8, 151.2", ".5 .5", "5. 5.", "1,234.5 6", "٣٣.8 151.2", "３３.8 151.2",
        "0033.8 151.2", "51.5,,7", "33.8.S 151.2E", "NS33.8 E151.2", "51.5°° 7",
        "51.5°31'N 0°7'W", "51 31, 7", "51°31'6\"7 N 0°7'W", "51.5, 7 Holborn", "TQ 30034 80384",
        "1.0000000000000000 2",
    ],
)  # fmt: skip
def test_the_rest_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(PlaceError, match="no place that can be read") as caught:
        parse(text)
    assert "-33.8, 151.2" in caught.value.advice


def test_what_looks_swapped_is_said_with_the_right_order() -> None:
    with pytest.raises(PlaceError, match="look swapped") as caught:
        parse("151.2, -33.8")
    assert parse(caught.value.advice.removeprefix("Latitude comes first: ").strip(".")) == SYDNEY


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("91 91", "latitude 91 is outside"),
        ("200.5, 5.5", "latitude 200.5 is outside"),
        ("33.8, 181", "longitude 181 is outside"),
        ("91N 151E", "latitude 91 is outside"),
        ("37.77, 237.58", "longitude 237.58 is outside"),
    ],
)
def test_what_is_not_on_earth_is_said(text: str, words: str) -> None:
    with pytest.raises(PlaceError, match=words):
        parse(text)


def test_hostile_text_is_cleaned_before_it_is_quoted() -> None:
    with pytest.raises(PlaceError) as caught:
        parse("\x1b[31mhere\u202e \x9b2J")
    assert str(caught.value).isprintable()


@settings(max_examples=2000)
@given(points)
def test_what_is_shown_can_be_read_again(point: GeoPoint) -> None:
    text = show(point)
    again = parse(text)
    assert abs(again.latitude - point.latitude) <= 5.1e-7
    assert abs(again.longitude - point.longitude) <= 5.1e-7
    assert show(again) == text
    assert "-0.000000" not in text


@settings(max_examples=500)
@given(points, st.sampled_from(["{} {}", "{}; {}"]))
def test_commas_and_letters_mean_the_same(point: GeoPoint, shape: str) -> None:
    plain = parse(show(point))
    latitude, longitude = f"{plain.latitude:.6f}", f"{plain.longitude:.6f}"
    commas = shape.format(latitude.replace(".", ","), longitude.replace(".", ","))
    north = f"{latitude.lstrip('-')}{'S' if plain.latitude < 0 else 'N'}"
    east = f"{longitude.lstrip('-')}{'W' if plain.longitude < 0 else 'E'}"
    assert parse(commas) == plain
    assert parse(shape.format(north, east)) == plain
    assert parse(shape.format(east, north)) == plain


@settings(max_examples=500)
@given(st.text(st.sampled_from("0123456789.,;+-°NSEWO '\u2212"), max_size=24))
def test_any_text_is_a_place_or_a_place_error(text: str) -> None:
    try:
        point = parse(text)
    except PlaceError:
        return
    assert show(parse(show(point))) == show(point)
