"""A tile read for drawing, and tiles that were made to do harm."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civictui.domain.errors import MapError
from civictui.geo.maps.tiles import messages, tile
from civictui.geo.maps.tiles.tile import Tile, read_tile
from tests.geo.maps.tiles.maps import (
    CROSSING,
    WEST_VILLAGE,
    WORLD_TILE,
    line,
    place,
    square,
    stored,
    tile_of,
)  # fmt: skip


def test_a_real_tile_has_streets_with_names() -> None:
    content = gzip.decompress(stored(WEST_VILLAGE)[CROSSING])
    far, near = read_tile(content, near=False), read_tile(content, near=True)
    assert {"road", "road-main"} <= far.lines.keys()
    assert "Perry Street" in {name.text for name in far.names}
    assert "building" not in far.areas
    assert len(near.areas["building"]) > 500
    assert near.size > far.size


def test_the_world_has_water_and_names() -> None:
    world = read_tile(WORLD_TILE.read_bytes(), near=False)
    assert world.areas["water"]
    assert {"Africa", "Asia", "Europe"} <= {name.latin for name in world.names}


def test_coordinates_are_parts_of_the_tile() -> None:
    content = tile_of(transportation=[line((0, 0), (2048, 4096), **{"class": "minor"})])
    (shape,) = read_tile(content, near=False).lines["road"]
    assert list(shape.paths[0]) == [(0.0, 0.0), (0.5, 1.0)]
    assert shape.box == (0.0, 0.0, 0.5, 1.0)


def test_layers_that_are_not_drawn_are_not_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    content = tile_of(
        poi=[place(1, 1, name="Bar")],
        housenumber=[place(2, 2, housenumber="12")],
        building=[square(0, 0, 9, 9)],
        transportation=[line((0, 0), (9, 9), **{"class": "primary"})],
    )
    read: list[bytes] = []

    class Counted:
        @staticmethod
        def FromString(raw: bytes) -> object:  # noqa: N802  # the name that protobuf gave it
            read.append(raw)
            return layer.FromString(raw)

    layer = messages.Layer
    monkeypatch.setattr(messages, "Layer", Counted)
    assert read_tile(content, near=False).lines.keys() == {"road-main"}
    assert len(read) == 1
    read_tile(content, near=True)
    assert len(read) == 3


def test_names_are_cleaned() -> None:
    evil = "Main\x1b]52;c;AAAA\x07\u202e Street\n"
    content = tile_of(place=[place(5, 5, **{"class": "city", "name": evil})])
    assert [name.text for name in read_tile(content, near=False).names] == ["Main Street"]


def test_holes_come_with_their_area() -> None:
    ring = [(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)]
    hole = [(20, 20), (20, 40), (40, 40), (40, 20), (20, 20)]
    feature = {"geometry": {"type": "Polygon", "coordinates": [ring, hole]}, "properties": {}}
    (shape,) = read_tile(tile_of(water=[feature]), near=False).areas["water"]
    assert len(shape.paths) == 2


def test_no_tile_is_an_empty_one() -> None:
    assert read_tile(b"", near=True).is_empty


@pytest.mark.parametrize(
    "content", [b"\xff" * 100, b"\x1a\xff\xff\xff\xff\x0f", b"\x1a\x05abcde", b"\x00"]
)
def test_what_is_no_tile_is_refused(content: bytes) -> None:
    with pytest.raises(MapError):
        read_tile(content, near=True)


def test_too_many_layers_are_refused() -> None:
    with pytest.raises(MapError, match="too many layers"):
        read_tile(b"\x1a\x00" * 1000, near=True)


def test_a_million_empty_features_end_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tile, "_MOST_FEATURES", 50)
    layer = messages.Layer(features=[b""] * 1_000_000).SerializeToString()
    name = b"\x0a\x05water"
    content = messages.Tile(layers=[name + layer]).SerializeToString()
    assert read_tile(content, near=True).is_empty


def test_a_feature_of_endless_points_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tile, "_MOST_NUMBERS", 100)
    long = line(*((at, at % 2) for at in range(200)), **{"class": "minor"})
    short = line((0, 0), (9, 9), **{"class": "minor"})
    content = tile_of(transportation=[short, long, short])
    assert len(read_tile(content, near=False).lines["road"]) == 1


def test_what_lies_far_outside_is_left_out() -> None:
    content = tile_of(transportation=[line((0, 0), (1 << 29, 5), **{"class": "minor"})])
    assert read_tile(content, near=False).is_empty


def test_tags_that_lead_nowhere_are_no_tags() -> None:
    feature = messages.Feature(type=2, tags=[0, 9, 7, 0, 3], geometry=[9, 0, 0, 10, 4, 4])
    layer = messages.Layer(features=[feature.SerializeToString()], keys=[b"class"])
    raw = b"\x0a\x05water" + layer.SerializeToString()
    assert read_tile(messages.Tile(layers=[raw]).SerializeToString(), near=True).lines


def test_a_ring_that_would_be_filled_for_seconds_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = tile_of(water=[square(0, 0, 9, 9, **{"class": "lake"})])
    assert read_tile(content, near=False).areas["water"]
    monkeypatch.setattr(tile, "_MOST_OF_RING", 7)
    assert read_tile(content, near=False).is_empty


@given(st.binary(max_size=200))
def test_any_bytes_are_a_tile_or_refused(content: bytes) -> None:
    try:
        tile = read_tile(content, near=True)
    except MapError:
        return
    assert isinstance(tile, Tile)


@given(st.data())
def test_a_damaged_tile_is_a_tile_or_refused(data: st.DataObject) -> None:
    content = bytearray(gzip.decompress(stored(WEST_VILLAGE)[8, 75, (1 << 8) - 1 - 159]))
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_tile(bytes(content[: data.draw(st.integers(0, len(content)))]), near=True)
    except MapError:
        return
