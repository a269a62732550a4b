"""Map files: two formats with the same tiles, and files that are none."""

import gzip
import os
import zlib
from pathlib import Path

import pytest
from pmtiles.tile import Compression, TileType

from civictui.domain.errors import MapError
from civictui.geo.maps.tiles import archive as archives
from civictui.geo.maps.tiles.archive import OSM, Archive, credit, inflated, open_archive
from tests.geo.maps.tiles.maps import BASEMAP, CROSSING, WEST_VILLAGE, mbtiles, pmtiles, stored

BAD = sorted((BASEMAP / "bad").iterdir())


def read_through(archive: Archive) -> None:
    """What a frame would ask of a map, in places where it has tiles and where not."""
    about = archive.about
    for zoom in {about.min_zoom, about.max_zoom}:
        x, y = about.middle
        archive.tile(zoom, int(x * (1 << zoom)), int(y * (1 << zoom)))
        archive.tile(zoom, 0, 0)


def test_rows_of_mbtiles_count_from_the_south() -> None:
    archive = open_archive(WEST_VILLAGE)
    tiles = stored(WEST_VILLAGE)
    assert archive.tile(*CROSSING) == gzip.decompress(tiles[CROSSING])
    assert archive.tile(14, 0, 0) == b""
    assert archive.about.bounds == (-74.01369, 40.73302, -73.9996, 40.73969)
    assert (archive.about.min_zoom, archive.about.max_zoom) == (8, 14)
    assert archive.about.attribution == OSM
    archive.close()


def test_both_formats_give_the_same_tiles(tmp_path: Path) -> None:
    tiles = stored(WEST_VILLAGE)
    first, second = open_archive(WEST_VILLAGE), open_archive(pmtiles(tmp_path / "x", tiles))
    for place in [*tiles, (14, 0, 0), (9, 3, 3)]:
        assert first.tile(*place) == second.tile(*place)
    assert first.about.bounds == second.about.bounds
    assert second.about.attribution == OSM
    first.close()
    second.close()


def test_tiles_that_are_not_compressed_are_read(tmp_path: Path) -> None:
    plain = {CROSSING: gzip.decompress(stored(WEST_VILLAGE)[CROSSING])}
    one = open_archive(pmtiles(tmp_path / "a", plain, tile_compression=Compression.NONE))
    other = open_archive(mbtiles(tmp_path / "b", plain, packed=False))
    assert one.tile(*CROSSING) == other.tile(*CROSSING) == plain[CROSSING]
    one.close()
    other.close()


def test_a_file_with_many_directories_is_read(tmp_path: Path) -> None:
    tiles = {(8, at % 256, at // 256): gzip.compress(b"%d" % at) for at in range(0, 65_536, 3)}
    archive = open_archive(pmtiles(tmp_path / "x", tiles))
    for at in (0, 3, 29_997, 65_535):
        assert archive.tile(8, at % 256, at // 256) == b"%d" % at
    assert archive.tile(8, 1, 0) == b""
    archive.close()


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.name)
def test_files_that_are_no_maps_are_refused(path: Path) -> None:
    with pytest.raises(MapError):
        archive = open_archive(path)
        try:
            from civictui.geo.maps.tiles.tile import read_tile

            read_tile(archive.tile(0, 0, 0), near=True)
        finally:
            archive.close()


@pytest.mark.parametrize("content", [b"", b"PMTiles", b"SQLite format 3\0", b"\x89PNG" * 99])
def test_beginnings_of_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.mbtiles"
    path.write_bytes(content)
    with pytest.raises(MapError, match=r"x\.mbtiles"):
        open_archive(path)


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.mbtiles", tmp_path):
        with pytest.raises(MapError, match="cannot be read"):
            open_archive(path)


@pytest.mark.parametrize("made", ["mbtiles", "pmtiles"])
def test_a_file_that_was_cut_off_ends_in_words(tmp_path: Path, made: str) -> None:
    whole = WEST_VILLAGE
    if made == "pmtiles":
        whole = pmtiles(tmp_path / "whole", stored(WEST_VILLAGE))
    content = whole.read_bytes()
    for length in range(0, len(content), len(content) // 40):
        path = tmp_path / "cut"
        path.write_bytes(content[:length])
        try:
            archive = open_archive(path)
        except MapError:
            continue
        try:
            read_through(archive)
        except MapError:
            pass
        finally:
            archive.close()


@pytest.mark.parametrize("at", range(8, 127))
def test_a_header_with_a_wrong_byte_ends_in_words(tmp_path: Path, at: int) -> None:
    content = bytearray(pmtiles(tmp_path / "x", stored(WEST_VILLAGE)).read_bytes())
    for value in (0x00, 0x7F, 0xFF):
        content[at] = value
        path = tmp_path / "wrong"
        path.write_bytes(content)
        try:
            archive = open_archive(path)
            try:
                read_through(archive)
            finally:
                archive.close()
        except MapError:
            continue


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = gzip.compress(bytes(20 * 1024 * 1024))
    assert len(bomb) < 30_000
    with pytest.raises(MapError, match="too large"):
        inflated(bomb)
    monkeypatch.setattr(archives, "LARGEST_TILE", 10)
    with pytest.raises(MapError, match="too large"):
        inflated(b"plain and long", 10)


def test_damage_and_cuts_are_told_apart() -> None:
    packed = gzip.compress(b"a tile")
    with pytest.raises(MapError, match="cut off"):
        inflated(packed[:-9])
    with pytest.raises(MapError, match="damaged"):
        inflated(packed[:10] + b"\xff" * 9)
    assert inflated(zlib.compress(b"a tile")) == b"a tile"


def test_a_directory_that_is_a_bomb_is_refused(tmp_path: Path) -> None:
    path = pmtiles(tmp_path / "x", stored(WEST_VILLAGE))
    content = bytearray(path.read_bytes())
    for inside in (bytes(9_000_000), b"\x80" * 200_000):
        bomb = gzip.compress(inside)
        start = len(content)
        content[8:16] = start.to_bytes(8, "little")
        content[16:24] = len(bomb).to_bytes(8, "little")
        path.write_bytes(content + bomb)
        with pytest.raises(MapError, match=r"too large|impossible"):
            open_archive(path)


def test_a_directory_that_leads_to_itself_ends(tmp_path: Path) -> None:
    from pmtiles.tile import Entry, serialize_directory

    path = pmtiles(tmp_path / "x", stored(WEST_VILLAGE))
    content = bytearray(path.read_bytes())
    directory = b""
    for _ in range(9):
        directory = serialize_directory([Entry(0, 0, len(directory) or 40, 0)])
    start = len(content)
    content[8:24] = start.to_bytes(8, "little") + len(directory).to_bytes(8, "little")
    content[40:48] = start.to_bytes(8, "little")
    path.write_bytes(content + directory)
    archive = open_archive(path)
    with pytest.raises(MapError):
        archive.tile(14, 5, 5)
    archive.close()


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ({"tile_type": TileType.PNG}, "pictures"),
        ({"tile_compression": Compression.BROTLI}, "compressed"),
        ({"min_lon_e7": 900_000_000}, "nowhere"),
    ],
)
def test_pmtiles_of_another_kind_are_refused(
    tmp_path: Path, header: dict[str, object], words: str
) -> None:
    with pytest.raises(MapError, match=words):
        open_archive(pmtiles(tmp_path / "x", stored(WEST_VILLAGE), **header))


def test_mbtiles_with_pictures_or_without_tiles_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MapError, match="pictures"):
        open_archive(mbtiles(tmp_path / "a", {(0, 0, 0): b""}, format="png"))
    with pytest.raises(MapError, match="no tiles"):
        open_archive(mbtiles(tmp_path / "b", {}))
    with pytest.raises(MapError, match="impossible"):
        open_archive(mbtiles(tmp_path / "c", {(40, 0, 0): b""}))


@pytest.mark.parametrize("bounds", ["", "1,2,3", "a,b,c,d", "nan,0,1,1", "10,0,-10,5", "0,0,0,0"])
def test_senseless_bounds_are_the_whole_world(tmp_path: Path, bounds: str) -> None:
    archive = open_archive(mbtiles(tmp_path / "x", {(0, 0, 0): b""}, bounds=bounds))
    assert archive.about.bounds == (-180.0, -85.0511, 180.0, 85.0511)
    archive.close()


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (None, OSM),
        ("", OSM),
        ('<a href="https://osm.org">&copy; OpenStreetMap contributors</a>', OSM),
        ("<b>City of</b> Zürich\x1b[31m &amp; others", "City of Zürich & others"),
        ("© Example\n\u202eMaps", "© Example Maps"),
        ("<script", OSM),
        ("x" * 5000, "x" * 120),
    ],
)
def test_an_attribution_is_words(said: object, shown: str) -> None:
    assert credit(said) == shown


def test_a_file_may_have_a_name_that_no_text_can_say(tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"\xff\xfe.mbtiles")
    odd.write_bytes(WEST_VILLAGE.read_bytes())
    archive = open_archive(odd)
    assert archive.tile(*CROSSING)
    archive.close()
