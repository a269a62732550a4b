"""What is drawn, in two schemas."""

import pytest

from civictui.geo.maps.tiles.schema import LAYERS, Role, role_of

Said = dict[str, str | float]


@pytest.mark.parametrize(
    ("layer", "said", "style"),
    [
        ("transportation", {"class": "motorway"}, "road-main"),
        ("transportation", {"class": "primary", "brunnel": "tunnel"}, "road-main"),
        ("transportation", {"class": "tertiary"}, "road"),
        ("transportation", {"class": "minor"}, "road"),
        ("transportation", {"class": "path"}, "path"),
        ("transportation", {"class": "rail"}, "rail"),
        ("transportation", {"class": "subway", "brunnel": "tunnel"}, ""),
        ("transportation", {"class": "ferry"}, ""),
        ("transportation", {"class": "pier"}, "coast"),
        ("roads", {"kind": "highway"}, "road-main"),
        ("roads", {"pmap:kind": "major_road"}, "road-main"),
        ("roads", {"kind": "minor_road"}, "road"),
        ("roads", {"kind": "path"}, "path"),
        ("roads", {"kind": "rail"}, "rail"),
        ("transit", {"pmap:kind": "rail"}, "rail"),
        ("water", {"class": "ocean"}, "water"),
        ("water", {"kind": "lake"}, "water"),
        ("water", {"class": "swimming_pool"}, ""),
        ("waterway", {"class": "river"}, "water"),
        ("landcover", {"class": "grass", "subclass": "park"}, "park"),
        ("landuse", {"kind": "park"}, "park"),
        ("landuse", {"class": "residential"}, ""),
        ("park", {"class": "national_park"}, "park"),
        ("building", {}, "building"),
        ("buildings", {"kind": "building"}, "building"),
        ("buildings", {"kind": "building_part"}, ""),
        ("boundary", {"admin_level": 2.0}, "border"),
        ("boundary", {"admin_level": 10.0}, ""),
        ("boundary", {"admin_level": 2.0, "maritime": 1.0}, ""),
        ("boundaries", {"kind": "country"}, "border"),
        ("aeroway", {"class": "runway"}, "road"),
        ("poi", {"class": "bar", "name": "The Corner"}, ""),
        ("earth", {"kind": "earth"}, ""),
    ],
)
def test_features_have_styles(layer: str, said: Said, style: str) -> None:
    assert role_of(layer, said).style == style


@pytest.mark.parametrize(
    ("layer", "said", "name"),
    [
        ("transportation_name", {"class": "minor", "name:latin": "Perry Street"}, "Perry Street"),
        ("transportation_name", {"class": "path", "name": "Sidewalk"}, ""),
        ("transportation_name", {"class": "minor"}, ""),
        ("roads", {"kind": "minor_road", "name": "Perry Street"}, "Perry Street"),
        ("roads", {"kind": "path", "name": "Sidewalk"}, ""),
        ("place", {"class": "city", "name": "Zürich"}, "Zürich"),
        ("place", {"class": "farm", "name": "Hof"}, ""),
        ("places", {"kind": "locality", "kind_detail": "city", "name:en": "Tokyo"}, "Tokyo"),
        ("water_name", {"class": "ocean", "name": "Atlantic"}, "Atlantic"),
        ("landuse", {"kind": "park", "name": "Allan Gardens"}, "Allan Gardens"),
        ("mountain_peak", {"class": "peak", "name": "Nob Hill"}, "Nob Hill"),
    ],
)
def test_features_have_names(layer: str, said: Said, name: str) -> None:
    assert role_of(layer, said).name == name


def test_a_name_keeps_its_latin_form_beside_it() -> None:
    role = role_of("place", {"class": "city", "name": "東京", "name:latin": "Tokyo"})
    assert (role.name, role.latin) == ("東京", "Tokyo")


def test_towns_weigh_more_than_their_parts_and_those_more_than_streets() -> None:
    def weight(layer: str, kind: str) -> int:
        return role_of(layer, {"class": kind, "name": "N"}).weight

    assert weight("place", "city") > weight("place", "suburb")
    assert weight("place", "neighbourhood") > weight("transportation_name", "motorway")
    assert weight("transportation_name", "motorway") > weight("transportation_name", "minor")


def test_shops_and_house_numbers_are_not_looked_at() -> None:
    assert not LAYERS & {"poi", "pois", "housenumber", "aerodrome_label"}
    assert role_of("housenumber", {"housenumber": "12"}) == Role()
