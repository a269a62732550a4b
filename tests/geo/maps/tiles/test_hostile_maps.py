"""Map files that were made to take long, or much memory, or to bring what no map needs."""

import gzip
import os
import sqlite3
import tracemalloc
from pathlib import Path

import pytest

from civictui.domain.errors import MapError
from civictui.geo.maps.tiles import mbtiles as mbtiles_format
from civictui.geo.maps.tiles.archive import open_archive
from civictui.geo.maps.tiles.mbtiles import MBTiles
from tests.geo.maps.tiles.maps import WEST_VILLAGE, pmtiles, stored

TILES = "CREATE TABLE tiles (zoom_level, tile_column, tile_row, tile_data)"
WORDS = "CREATE TABLE metadata (name text, value text)"
NUMBERS = """
    CREATE VIEW tiles AS
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n)
    SELECT i AS zoom_level, i AS tile_column, i AS tile_row, x'00' AS tile_data FROM n
"""
NOISE = """
    CREATE VIEW tiles AS SELECT 0 AS zoom_level, 0 AS tile_column, 0 AS tile_row,
    randomblob(8000000) AS tile_data
"""
LONG_WORDS = """
    CREATE VIEW metadata AS SELECT 'name' AS name, printf('%.*c', 8000000, 'x') AS value
"""
TEN = "INSERT INTO m VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)"
JOIN = """
    CREATE VIEW tiles AS
    SELECT 0 AS zoom_level, 0 AS tile_column, 0 AS tile_row, x'' AS tile_data
    FROM m a, m b, m c, m d, m e, m f, m g, m h, m i, m j
    WHERE a.i || b.i || c.i || d.i || e.i || f.i || g.i || h.i || i.i || j.i = 5
"""
USUAL = """
    CREATE VIEW tiles AS SELECT map.zoom_level AS zoom_level, map.tile_column AS tile_column,
    map.tile_row AS tile_row, images.tile_data AS tile_data
    FROM map JOIN images ON images.tile_id = map.tile_id
"""


def made_of(path: Path, *statements: str) -> Path:
    with sqlite3.connect(path) as database:
        for statement in statements:
            database.execute(statement)
    database.close()
    return path


@pytest.mark.parametrize(
    "statements",
    [
        (WORDS, NUMBERS),
        (WORDS, NOISE),
        (TILES, "INSERT INTO tiles VALUES (0, 0, 0, x'')", LONG_WORDS),
    ],
    ids=["numbers", "noise", "long words"],
)
def test_a_view_may_not_count_and_not_compute(tmp_path: Path, statements: tuple[str, ...]) -> None:
    with pytest.raises(MapError, match="not authorized"):
        archive = open_archive(made_of(tmp_path / "x.mbtiles", *statements))
        try:
            archive.tile(0, 0, 0)
        finally:
            archive.close()


def test_a_view_that_joins_is_read(tmp_path: Path) -> None:
    """As several programs write it, to keep a tile that occurs often once."""
    path = made_of(
        tmp_path / "x.mbtiles",
        WORDS,
        "CREATE TABLE map (zoom_level, tile_column, tile_row, tile_id)",
        "CREATE TABLE images (tile_id, tile_data)",
        "CREATE UNIQUE INDEX by_id ON images (tile_id)",
        "INSERT INTO map VALUES (0, 0, 0, 'sea')",
        "INSERT INTO images VALUES ('sea', x'1a02')",
        USUAL,
    )
    archive = open_archive(path)
    assert archive.tile(0, 0, 0) == b"\x1a\x02"
    archive.close()


def test_a_join_without_an_end_is_stopped_and_not_begun_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mbtiles_format, "_SECONDS", 0.1)
    with pytest.raises(MapError, match="interrupted"):
        open_archive(made_of(tmp_path / "x.mbtiles", WORDS, "CREATE TABLE m (i)", TEN, JOIN))
    path = made_of(tmp_path / "y.mbtiles", WORDS, TILES, "INSERT INTO tiles VALUES (0, 0, 0, x'')")
    archive = MBTiles(path)
    monkeypatch.setattr(mbtiles_format, "_SECONDS", -1.0)
    monkeypatch.setattr(mbtiles_format, "_STEPS", 1)
    with pytest.raises(MapError, match="interrupted"):
        archive.tile(0, 0, 0)
    monkeypatch.setattr(mbtiles_format, "_SECONDS", 60.0)
    with pytest.raises(MapError, match="interrupted"):
        archive.tile(0, 0, 0)
    archive.close()


def test_words_without_an_end_are_cut(tmp_path: Path) -> None:
    path = made_of(
        tmp_path / "x.mbtiles",
        WORDS,
        TILES,
        "INSERT INTO tiles VALUES (0, 0, 0, x'')",
        "INSERT INTO metadata VALUES ('attribution', 'me' || printf('%.*c', 8000000, ' '))",
        *["INSERT INTO metadata VALUES ('json', zeroblob(8000000))"] * 9,
    )
    tracemalloc.start()
    archive = open_archive(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert archive.about.attribution == "me"
    assert peak < 40_000_000  # one value at a time
    archive.close()


def test_a_virtual_table_is_refused(tmp_path: Path) -> None:
    path = made_of(
        tmp_path / "x.mbtiles",
        WORDS,
        "CREATE VIRTUAL TABLE tiles USING rtree(zoom_level, tile_column, tile_row)",
    )
    with pytest.raises(MapError, match="no map needs"):
        open_archive(path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.mbtiles")
    with pytest.raises(MapError, match="no map"):
        open_archive(tmp_path / "x.mbtiles")


def test_a_bomb_behind_a_small_directory_is_never_inflated(tmp_path: Path) -> None:
    path = pmtiles(tmp_path / "x", stored(WEST_VILLAGE))
    content = bytearray(path.read_bytes())
    start, size = (int.from_bytes(content[at : at + 8], "little") for at in (8, 16))
    bomb = bytes(content[start : start + size]) + gzip.compress(bytes(50_000_000))
    content[8:24] = len(content).to_bytes(8, "little") + len(bomb).to_bytes(8, "little")
    path.write_bytes(content + bomb)
    tracemalloc.start()
    archive = open_archive(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000
    archive.close()


def test_a_gzip_of_parts_does_no_harm(tmp_path: Path) -> None:
    """What comes behind the first part is never looked at, and may be anything."""
    path = pmtiles(tmp_path / "x", stored(WEST_VILLAGE))
    content = bytearray(path.read_bytes())
    start, size = (int.from_bytes(content[at : at + 8], "little") for at in (8, 16))
    odd = bytes(content[start : start + size]) + gzip.compress(b"x" * 99)[:-20] + b"\xff" * 30
    content[8:24] = len(content).to_bytes(8, "little") + len(odd).to_bytes(8, "little")
    path.write_bytes(content + odd)
    archive = open_archive(path)
    archive.tile(0, 0, 0)
    archive.close()


def test_a_download_that_was_broken_off_is_told_at_once(tmp_path: Path) -> None:
    path = pmtiles(tmp_path / "x", stored(WEST_VILLAGE))
    content = path.read_bytes()
    for length in range(200, len(content), len(content) // 20):
        path.write_bytes(content[:length])
        with pytest.raises(MapError, match="cut off"):
            open_archive(path)
