"""Maps in a folder as one map: which are read, which tiles, and what a frame shows of them."""

import shutil
import threading
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from civictui.demo.base_map import shipped_map
from civictui.domain.errors import MapError
from civictui.domain.model import GeoPoint
from civictui.geo.maps import base_map, painting
from civictui.geo.maps.area_map import Chart, Drawing, Mark, View, draw_view
from civictui.geo.maps.base_map import BaseMap
from civictui.geo.maps.tiles import shelf
from civictui.geo.maps.tiles.archive import open_archive
from civictui.geo.maps.tiles.tile import Tile, read_tile
from tests.geo.maps.tiles.maps import BASEMAP, WEST_VILLAGE, line, mbtiles, square, tile_of

UNION_SQUARE = GeoPoint(37.7880, -122.4075)
ABINGDON_SQUARE = GeoPoint(40.7372, -74.0055)
NEW_YORK_ZOO = GeoPoint(40.8506, -73.8769)
CREDIT = "© OpenStreetMap contributors"


@pytest.fixture
def demo(tmp_path: Path) -> BaseMap:
    return BaseMap(tmp_path / "maps", shipped_map())


@pytest.fixture
def village(tmp_path: Path) -> BaseMap:
    shutil.copy(WEST_VILLAGE, tmp_path)
    return BaseMap(tmp_path)


def text(chart: Chart) -> list[str]:
    return ["".join(cell.char for cell in row) for row in chart.rows]


def styles(chart: Chart) -> set[str]:
    return {cell.style for row in chart.rows for cell in row}


def seen(base: BaseMap, center: GeoPoint, span: float, drawing: Drawing = Drawing.BRAILLE) -> Chart:
    return draw_view(View.of(center, 80, 23, span), base=base, drawing=drawing)


def test_a_frame_of_san_francisco(demo: BaseMap) -> None:
    chart = seen(demo, UNION_SQUARE, 1_200)
    shown = "\n".join(text(chart))
    assert [len(row) for row in chart.rows] == [80] * 24
    assert {"road", "park", "name"} <= styles(chart)
    assert "net" not in styles(chart)
    assert all(name in shown for name in ("Post St", "Sutter St", "Union Sq"))
    assert chart.attribution == CREDIT
    assert CREDIT in text(chart)[-1]


def test_names_of_streets_to_the_north_stand_upright(demo: BaseMap) -> None:
    columns = [
        "".join(column) for column in zip(*text(seen(demo, UNION_SQUARE, 1_200)), strict=True)
    ]
    letters = ["".join(char for char in column if char.isalpha()) for column in columns]
    # A street that leans goes on in the next column.
    assert any("Powe" in first + second for first, second in pairwise(letters))


def test_the_bay_is_water_and_the_bridge_crosses_it(demo: BaseMap) -> None:
    chart = seen(demo, GeoPoint(37.7935, -122.3860), 3_000)
    assert {"water", "road-main", "coast"} <= styles(chart)


@pytest.mark.parametrize("drawing", Drawing)
@pytest.mark.parametrize("span", [30, 500, 2_000, 10_000, 200_000, 4e7])
def test_every_scale_in_every_drawing(demo: BaseMap, span: float, drawing: Drawing) -> None:
    chart = seen(demo, UNION_SQUARE, span, drawing=drawing)
    assert [len(row) for row in chart.rows] == [80] * 24
    assert demo.faults == []
    if drawing is Drawing.ASCII:
        assert "".join(text(chart)).isascii()


def test_buildings_are_drawn_where_streets_are_wide_apart(demo: BaseMap) -> None:
    assert "building" in styles(seen(demo, UNION_SQUARE, 400))
    assert "building" not in styles(seen(demo, UNION_SQUARE, 2_000))


def test_names_keep_off_marks(demo: BaseMap) -> None:
    view = View.of(UNION_SQUARE, 80, 23, 1_200)
    marks = [Mark(view.point(column, row)) for column in range(0, 80, 4) for row in range(23)]
    chart = draw_view(view, marks, base=demo)
    assert sum(cell.style == "report" for row in chart.rows for cell in row) == len(marks)
    assert "name" not in styles(chart)


def test_a_small_map_says_whose_data_it_is(demo: BaseMap) -> None:
    chart = draw_view(View.of(UNION_SQUARE, 30, 8, 600), base=demo)
    assert CREDIT in text(chart)[-1]


def test_it_covers_what_its_bounds_hold(demo: BaseMap) -> None:
    assert demo.covers(UNION_SQUARE)
    assert not demo.covers(ABINGDON_SQUARE)
    assert not BaseMap(Path("/nowhere")).covers(UNION_SQUARE)


def test_where_no_map_reaches_there_is_a_net(demo: BaseMap) -> None:
    chart = seen(demo, NEW_YORK_ZOO, 2_000)
    assert "net" in styles(chart)
    assert chart.attribution == ""


def test_a_map_that_is_added_is_found_and_one_that_is_removed_forgotten(tmp_path: Path) -> None:
    base = BaseMap(tmp_path / "maps")
    assert base.maps() == []
    (tmp_path / "maps").mkdir()
    copied = Path(shutil.copy(WEST_VILLAGE, tmp_path / "maps"))
    assert [about.name for about in base.maps()] == ["nyc-west-village"]
    assert seen(base, ABINGDON_SQUARE, 800).attribution == CREDIT
    copied.unlink()
    assert seen(base, ABINGDON_SQUARE, 800).attribution == ""


def test_what_is_no_map_is_said_and_harms_nothing(tmp_path: Path) -> None:
    for path in [*(BASEMAP / "bad").iterdir(), WEST_VILLAGE]:
        shutil.copy(path, tmp_path)
    (tmp_path / "notes.txt").write_text("no map")
    base = BaseMap(tmp_path)
    assert seen(base, ABINGDON_SQUARE, 800).attribution == CREDIT
    assert len(base.faults) == 2
    seen(base, GeoPoint(33, -76), 3e7)
    assert any("damaged" in fault for fault in base.faults)


def test_finer_maps_lie_over_coarser_ones(tmp_path: Path) -> None:
    water = {(0, 0, 0): tile_of(water=[square(0, 0, 4095, 4095)])}
    mbtiles(tmp_path / "world.mbtiles", water, attribution="© Ocean")
    shutil.copy(WEST_VILLAGE, tmp_path)
    base = BaseMap(tmp_path)
    assert [about.name for about in base.maps()] == ["nyc-west-village", "world"]
    # The coarse one has nothing to say at this scale, and the fine one fills the view.
    assert seen(base, ABINGDON_SQUARE, 300).attribution == CREDIT
    assert seen(base, GeoPoint(0, 0), 2e7).attribution == "© Ocean"


def test_a_map_without_an_end_is_shown_no_further_than_it_is_true(tmp_path: Path) -> None:
    road = {(0, 0, 0): tile_of(transportation=[line((0, 0), (4095, 4095), **{"class": "primary"})])}
    mbtiles(tmp_path / "world.mbtiles", road)
    base = BaseMap(tmp_path)
    assert "road-main" in styles(seen(base, GeoPoint(0, 0), 1e6))
    assert "road-main" not in styles(seen(base, GeoPoint(0, 0), 1e4))


def test_a_map_goes_on_beyond_the_date_line(tmp_path: Path) -> None:
    tile = tile_of(water=[square(0, 0, 4095, 4095)])
    mbtiles(tmp_path / "world.mbtiles", {(1, x, y): tile for x in (0, 1) for y in (0, 1)})
    chart = seen(BaseMap(tmp_path), GeoPoint(0, 180), 1e7, drawing=Drawing.BLOCKS)
    assert {cell.style for row in chart.rows[1:-1] for cell in row} == {"water"}


def test_a_long_line_is_cut_to_the_map(demo: BaseMap, monkeypatch: pytest.MonkeyPatch) -> None:
    view = View.of(UNION_SQUARE, 80, 23, 300)
    whole = draw_view(view, base=demo)
    monkeypatch.setattr(painting, "_LONG", 1.0)
    cut = draw_view(view, base=demo)
    same = sum(
        one.style == other.style
        for row, others in zip(whole.rows, cut.rows, strict=True)
        for one, other in zip(row, others, strict=True)
    )
    assert same > 0.95 * 80 * 24


def test_tiles_are_read_once(village: BaseMap, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[bool] = []

    def counted(content: bytes, *, near: bool) -> Tile:
        read.append(near)
        return read_tile(content, near=near)

    monkeypatch.setattr(shelf, "read_tile", counted)
    first = seen(village, ABINGDON_SQUARE, 800)
    count = len(read)
    assert count >= 1
    assert seen(village, ABINGDON_SQUARE, 800) == first
    assert len(read) == count


def test_no_more_is_kept_than_there_is_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "_ROOM", 1)
    base = BaseMap(tmp_path, shipped_map())
    assert seen(base, UNION_SQUARE, 2_000) == seen(base, UNION_SQUARE, 2_000)


def test_a_frame_has_so_many_bytes_of_tiles_and_no_more(
    demo: BaseMap, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = demo.sheet(View.of(UNION_SQUARE, 80, 23, 2_000)).laid
    monkeypatch.setattr(base_map, "_MOST_BYTES", whole[0].tile.size)
    assert demo.sheet(View.of(UNION_SQUARE, 80, 23, 2_000)).laid == whole[:1]


def test_threads_share_a_map(demo: BaseMap) -> None:
    charts: list[Chart] = []

    def draw(span: float) -> None:
        charts.append(seen(demo, UNION_SQUARE, span))

    spans: Sequence[float] = [400, 2_000, 400, 2_000]
    threads = [threading.Thread(target=draw, args=(span,)) for span in spans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(charts) == 4
    assert all(chart.attribution == CREDIT for chart in charts)


def test_a_map_that_is_written_over_in_its_place_is_read_anew(village: BaseMap) -> None:
    assert "road" in styles(seen(village, ABINGDON_SQUARE, 1_000))
    path = next(village._folder.iterdir())
    path.write_bytes(b"no map at all")
    assert "road" not in styles(seen(village, ABINGDON_SQUARE, 1_000))
    assert [fault for fault in village.faults if "is no map" in fault]
    path.write_bytes(WEST_VILLAGE.read_bytes())
    assert "road" in styles(seen(village, ABINGDON_SQUARE, 1_000))
    assert village.faults == []


def test_a_map_that_is_cut_while_it_is_open_ends_in_words(tmp_path: Path) -> None:
    for source in (WEST_VILLAGE, shipped_map()):
        copy = tmp_path / source.name
        shutil.copy(source, copy)
        archive = open_archive(copy)
        with copy.open("r+b") as file:
            file.truncate(3000)
        x, y = archive.about.middle
        count = 1 << archive.about.max_zoom
        with pytest.raises(MapError):
            archive.tile(archive.about.max_zoom, int(x * count), int(y * count))
        archive.close()
