"""The reports on a map over the whole screen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual.events import Key

from civictui.demo.base_map import shipped_map
from civictui.domain.events import ReportsChanged
from civictui.domain.model import Fix, GeoPoint, Report, RowState, now_text
from civictui.geo.maps.base_map import BaseMap
from civictui.keys import BY_ID
from civictui.screens.charted import you
from civictui.screens.map_page import MapPage
from civictui.screens.report_detail import ReportDetail
from civictui.screens.report_list import ReportList
from civictui.terminal.capability import Capability
from civictui.widgets.map.chart_view import ChartView
from tests.fakes import FakeService
from tests.screens.every_page import assert_listed
from tests.screens.mapped import HERE, PLACES, UNION_SQUARE, chart, city, drawn, on_map
from tests.screens.test_help import LETTERS
from tests.stage import stage, until


async def test_it_begins_where_the_person_is_with_reports_in_sight() -> None:
    async with on_map(city()) as (on, _):
        await on.reads("Map · 3 reports in sight · you: as set")
        assert [chart(on).count(sign) for sign in "✓@"] == [3, 1]
        await on.reads("✓ sent · @ you")
        await on.reads("n selects the report nearest to the centre")


async def test_it_begins_at_its_focus() -> None:
    async with on_map(city(), PLACES["city"]) as (on, page):
        await on.reads("4 reports in sight")
        await on.reads("✓ sent · @ you · 3 several")
        assert page.view
        assert page.view.center == PLACES["city"]


async def test_without_a_position_it_begins_at_the_newest_report() -> None:
    async with on_map(city(where=None)) as (on, page):
        assert page.view
        assert page.view.center == PLACES["city"]
        assert "you" not in on.lines[0]


async def test_without_anything_it_shows_the_world() -> None:
    async with on_map(FakeService(), None) as (on, page):
        await on.reads("0 reports in sight")
        await on.reads("no reports in sight")
        assert page.view
        assert page.view.span > 30_000_000


async def test_reports_are_selected_by_their_distance_and_opened() -> None:
    async with on_map(city()) as (on, page):
        await on.press("n")
        await on.reads("✓ A hole, near")
        await on.reads("pothole · 22 m N")
        await on.reads("X selected")
        assert chart(on).count("X") == 1
        await on.press("tab")
        await on.reads("A hole, middle")
        await on.press("n")
        await on.reads("A hole, far")
        await on.press("n")
        await on.reads("A hole, near")
        await on.press("N")
        await on.reads("A hole, far")
        frame = page.frame
        await on.press("enter")
        await on.shows(ReportDetail)
        await on.reads("A hole, far")
        await on.press("escape")
        await on.shows(MapPage)
        assert page.frame is frame


async def test_what_is_selected_is_in_the_view_that_was_asked_for() -> None:
    async with on_map(city()) as (on, page):
        for key in ("minus", "minus", "minus", "minus", "minus", "minus", "up", "n", "N", "n"):
            on.app.post_message(Key(key, key if len(key) == 1 else None))
        await on.settle()
        await on.reads("X selected")
        assert page.frame
        assert page._selected == page.frame.near[0].id


async def test_what_is_opened_is_what_is_selected_however_fast() -> None:
    async with on_map(city()) as (on, page):
        await on.press("n")
        await on.reads("A hole, near")
        for key in ("n", "enter"):
            on.app.post_message(Key(key, None))
        await on.shows(ReportDetail)
        await on.reads("A hole, middle")
        assert page._selected == "middle"


async def test_a_report_given_is_selected() -> None:
    async with on_map(city(), PLACES["middle"], "middle") as (on, _):
        await on.reads("✓ A hole, middle")
        assert chart(on).count("X") == 1


async def test_a_report_given_that_is_gone_is_not() -> None:
    async with on_map(city(), PLACES["middle"], "gone") as (on, _):
        await on.reads("n selects the report nearest to the centre")


async def test_a_selected_report_that_vanishes_is_no_longer_selected() -> None:
    service = city()
    async with on_map(service) as (on, _):
        await on.press("n")
        await on.reads("A hole, near")
        del service.reader.reports["near"]
        service.emit(ReportsChanged())
        await on.reads("2 reports in sight")
        await on.reads("n selects")
        assert "X" not in chart(on)


async def test_a_new_state_changes_the_sign() -> None:
    service = city()
    async with on_map(service) as (on, _):
        row = service.reader.reports["near"]
        service.reader.add(row.report, state=RowState.NEEDS_YOU)
        service.emit(ReportsChanged())
        await on.reads("! needs you")
        assert chart(on).count("!") == 1


async def test_panning_and_zooming() -> None:
    async with on_map(city()) as (on, page):
        assert page.view
        first = page.view
        await on.press("l")
        await drawn(on, page)
        assert page.view.center.longitude > first.center.longitude
        await on.press("down", "h", "up")
        await drawn(on, page)
        assert page.view.dot(first.center) == pytest.approx(first.dot(first.center))
        await on.press("plus")
        await drawn(on, page)
        assert page.view.span == pytest.approx(first.span / 2, rel=0.01)
        await on.press("minus", "minus")
        await drawn(on, page)
        assert page.view.span == pytest.approx(first.span * 2, rel=0.01)
        await on.press("0")
        await drawn(on, page)
        assert page.view == first


async def test_reports_further_away_are_asked_for_as_they_come_into_sight() -> None:
    async with on_map(city()) as (on, page):
        for _ in range(6):
            await on.press("minus")
        await drawn(on, page)
        await on.reads("4 reports in sight")


async def test_to_where_the_receiver_says_the_person_is() -> None:
    service = city()
    service.fix = Fix(point=PLACES["city"], accuracy=6.2, at="2026-11-23T10:00:00Z")
    async with on_map(service) as (on, page):
        await on.press("c")
        await until(lambda: page.view and page.view.center == PLACES["city"])
        await on.reads("you: gps, ±6 m")


async def test_without_a_receiver_to_where_the_person_was() -> None:
    async with on_map(city()) as (on, page):
        await on.press("l")
        await drawn(on, page)
        await on.press("c")
        await until(lambda: page.view and page.view.center == HERE)
        await on.reads("you were here: The receiver has no fix yet")


@pytest.mark.parametrize(("where", "words"), [(HERE, "as set"), (PLACES["city"], "gps, ±9 m")])
async def test_where_the_service_has_the_person(where: GeoPoint, words: str) -> None:
    """An old fix counts less than what is set."""
    service = city(where)
    service.last = Fix(point=PLACES["city"], accuracy=9, at="2026-11-23T10:00:00Z")
    async with on_map(service) as (on, page):
        await on.reads(f"you: {words}")
        assert page.view
        assert page.view.center == where


async def test_nobody_knows_where_the_person_is() -> None:
    async with on_map(city(where=None)) as (on, _):
        await on.press("c")
        await on.reads("The receiver has no fix yet")


async def test_the_way_of_drawing_is_changed_and_stays() -> None:
    async with on_map(city()) as (on, page):
        await on.press("v")
        await on.reads("drawn with half blocks")
        await on.press("v")
        await on.reads("drawn with ASCII")
        await drawn(on, page)
        assert "⠂" not in chart(on)
        await on.press("escape")
        await on.shows(ReportList)
        on.app.push_screen(MapPage(on.app.desk))
        await on.reads("in sight")
        assert "⠂" not in on.text


@pytest.mark.parametrize("term", ["linux", "vt220"])
async def test_where_there_is_no_braille_the_map_is_ascii_at_first(term: str) -> None:
    async with on_map(city(), capability=Capability(term=term)) as (on, _):
        assert "⠂" not in chart(on)
        await on.press("v")
        await on.reads("drawn with half blocks")


async def test_in_ascii_everything_is_ascii() -> None:
    async with on_map(city(), capability=Capability(utf8=False)) as (on, _):
        await on.press("n")
        await on.reads("o sent")
        assert chart(on).isascii()
        await on.press("v")
        assert "drawn with" not in on.text


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (200, 60)])
async def test_every_size_has_the_map_and_its_words(size: tuple[int, int]) -> None:
    async with on_map(city(), size=size) as (on, _):
        await on.press("n")
        await on.reads("A hole, near")
        assert {len(line) for line in on.lines} == {size[0]}
        assert len(on.lines) == size[1]
        assert "X" in chart(on)
        assert "N^" in on.text


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (200, 60)])
async def test_whose_map_it_is_is_always_in_sight(tmp_path: Path, size: tuple[int, int]) -> None:
    maps = BaseMap(tmp_path, shipped_map())
    async with on_map(city(), UNION_SQUARE, size=size, maps=maps) as (on, _):
        await on.reads("© OpenStreetMap contributors")
        await on.press("n", "plus")
        await on.reads("© OpenStreetMap contributors")


async def test_streets_have_names_and_what_is_not_ascii_stays_out_of_ascii(tmp_path: Path) -> None:
    maps, plain = BaseMap(tmp_path, shipped_map()), Capability(utf8=False)
    async with on_map(city(), UNION_SQUARE, capability=plain, maps=maps) as (on, _):
        await on.reads("(c) OpenStreetMap contributors")
        await on.press("plus", "plus", "plus", "plus")
        await on.reads("Union Sq")
        assert chart(on).isascii()


async def test_a_map_that_cannot_be_read_is_said_and_the_page_goes_on(tmp_path: Path) -> None:
    (tmp_path / "broken.pmtiles").write_bytes(b"no map at all")
    async with on_map(city(), maps=BaseMap(tmp_path)) as (on, page):
        assert "broken" in on.lines[0]
        await on.press("l")
        await drawn(on, page)
        assert "broken" not in on.lines[0]


async def test_it_follows_a_resize() -> None:
    async with on_map(city()) as (on, page):
        await on.resize(100, 30)
        await until(lambda: page.view and page.view.columns == 100)
        await drawn(on, page)
        assert page.frame
        assert (page.frame.view.columns, len(page.frame.chart.rows)) == (100, 30 - 5)
        assert "N^" in on.text


async def test_keys_before_the_map_is_there_do_no_harm() -> None:
    async with stage(city()) as on:
        on.app.push_screen(MapPage(on.app.desk))
        await on.press("enter", "l", "plus", "n", "v", "0", "c")
        await on.reads("in sight")


async def test_what_nobody_changed_is_not_sent_again(monkeypatch: pytest.MonkeyPatch) -> None:
    service = city()
    async with on_map(service) as (on, page):
        await on.press("n")
        await drawn(on, page)
        sent: list[object] = []
        monkeypatch.setattr(ChartView, "refresh", lambda self, *regions: sent.append(regions))
        service.emit(ReportsChanged())
        await on.settle()
        await drawn(on, page)
        await on.press("0")
        await drawn(on, page)
        assert sent == []


async def test_foreign_words_do_not_steer_the_terminal() -> None:
    service = city()
    service.reader.add(Report(id="evil", description="\x1b[31m\x9b2Jred\nand", point=HERE))
    async with on_map(service) as (on, _):
        await on.press("n")
        await on.reads("✓ red and")
        assert {len(line) for line in on.lines} == {80}


async def test_a_report_that_went_before_anybody_said_so_is_not_selected() -> None:
    service = city()
    async with on_map(service) as (on, _):
        service.reader.reports.clear()
        await on.press("n")
        await on.reads("n selects")


async def test_its_help_lists_its_keys() -> None:
    keys = {key for key in BY_ID if key.startswith("map.")}
    async with on_map(city(), size=(80, 40)) as (on, _):
        await assert_listed(on, {*LETTERS, *keys - {"map.open"}})
        await on.press("escape", "n")
        await on.reads("A hole, near")
        await assert_listed(on, {*LETTERS, *keys})


def test_where_the_person_is_in_words() -> None:
    assert you(None) == ""
    assert you(Fix(point=HERE, source="typed")) == "you: as set"
    assert you(Fix(point=HERE, source="something of tomorrow")) == ""
    fix = Fix(point=HERE, accuracy=5.6, at="2020-01-01T00:00:00Z")
    assert you(fix).startswith("you: gps, ±6 m, ")
    assert you(fix).endswith("days ago")
    ahead = now_text(datetime.now(UTC) + timedelta(hours=5, minutes=1))
    assert you(replace(fix, at=ahead)).endswith("dated 5 h ahead of this clock")
