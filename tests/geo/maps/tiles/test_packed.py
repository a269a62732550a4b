"""Maps of which some tiles were packed: drawn like any other, and gone when the store is shut."""

import gzip
from pathlib import Path

from civictui.codec import encode
from civictui.domain.model import GeoPoint, TileSet
from civictui.domain.ports import MAPS
from civictui.geo.maps.base_map import BaseMap
from civictui.geo.maps.tiles.packed import NOTHING, Packed, packed_maps
from civictui.geo.maps.view import View
from tests.geo.maps.tiles.maps import CROSSING, WEST_VILLAGE, stored

VILLAGE = TileSet(
    name="village.mbtiles",
    version="v1",
    attribution="<a>© OpenStreetMap</a>",
    bounds=(-74.01369, 40.73302, -73.9996, 40.73969),
    min_zoom=8,
    max_zoom=14,
)
VIEW = View.of(GeoPoint(40.7363, -74.0066), 60, 20, 800.0)


def lying_here() -> dict[str, bytes]:
    """A store with one tile, and the list of the maps."""
    content = gzip.compress(gzip.decompress(stored(WEST_VILLAGE)[CROSSING]))
    return {MAPS: encode([VILLAGE.to_doc()]), VILLAGE.key(CROSSING): content}


def test_a_packed_map_is_drawn_with_its_credit_and_shut_with_its_store(tmp_path: Path) -> None:
    now = [Packed("a day", lying_here().get)]
    base = BaseMap(tmp_path, packed=lambda: now[0])
    sheet = base.sheet(VIEW)
    assert any(not laid.tile.is_empty for laid in sheet.laid)
    assert sheet.attribution == "© OpenStreetMap contributors"
    assert base.covers(VIEW.center)
    now[0] = NOTHING
    assert base.sheet(VIEW).laid == []
    now[0] = Packed("another day", lying_here().get)
    assert base.sheet(VIEW).laid


def test_tiles_that_were_not_packed_are_blank() -> None:
    (archive,) = packed_maps(Packed(1, lying_here().get))
    assert archive.tile(*CROSSING) == gzip.decompress(stored(WEST_VILLAGE)[CROSSING])
    assert archive.tile(14, 0, 0) == b""


def test_a_list_that_cannot_be_read_names_no_map() -> None:
    for content in (None, b"", b"{", b"{}", b"[1, {}]", encode([{**VILLAGE.to_doc(), "zooms": 3}])):
        assert not list(packed_maps(Packed(1, lambda _, said=content: said)))  # type: ignore[misc]
