"""The map page with little room, much of the world, or hundreds of reports in one place."""

import asyncio

from textual.geometry import Size

from civictui.domain.model import GeoPoint, Report, Spot
from civictui.geo.maps.view import ACROSS
from civictui.screens.map_page import MapPage, row_words
from civictui.screens.report_detail import ReportDetail
from tests.fakes import FakeService
from tests.screens.mapped import HERE, city, drawn, on_map
from tests.stage import stage, until


async def test_hundreds_in_one_place_can_all_be_selected_and_opened() -> None:
    service = FakeService(where=HERE)
    for number in range(300):
        service.reader.add(Report(id=f"r{number}", description=f"Hole {number}", point=HERE))
    async with on_map(service) as (on, page):
        seen = set()
        for _ in range(300):
            page.action_select(1)
            seen.add(page._selected)
        assert len(seen) == 300
        last = page._selected
        await on.press("enter")
        detail = await on.shows(ReportDetail)
        assert detail._row.report.id == last


async def test_the_world_is_there_once_on_whatever_terminal() -> None:
    async with on_map(city()) as (on, page):
        for _ in range(25):
            await on.press("-")
        await drawn(on, page)
        await on.resize(200, 60)
        await drawn(on, page)
        assert page.view
        assert page.view.unit * ACROSS * page.view.columns <= 1.000001


async def test_the_beginning_fits_a_terminal_that_was_enlarged() -> None:
    service = FakeService()
    async with on_map(service) as (on, page):  # nobody is anywhere: the whole world
        await on.resize(200, 60)
        await on.press("+", "0")
        await drawn(on, page)
        assert page.view
        assert page.view.columns == 200
        assert page.view.unit * ACROSS * page.view.columns <= 1.000001


async def test_a_terminal_that_is_resized_while_the_reports_are_read() -> None:
    service, gate = city(), asyncio.Event()
    at_once = service.reader.spots

    async def slowly(point: GeoPoint, meters: float) -> list[Spot]:
        await gate.wait()
        return await at_once(point, meters)

    service.reader.spots = slowly  # type: ignore[method-assign]
    async with stage(service) as on:
        page = MapPage(on.app.desk, HERE)
        on.app.push_screen(page)
        await on.shows(MapPage)
        await on.resize(120, 40)
        gate.set()
        await until(lambda: page.frame)
        await drawn(on, page)
        assert page.view
        assert (page.view.columns, page.view.rows) == page.chart.room


async def test_a_step_is_a_step_where_the_map_has_three_rows() -> None:
    async with on_map(city()) as (on, page):
        on.app.least = Size(1, 1)
        await on.resize(40, 9)
        await drawn(on, page)
        assert page.view
        assert page.view.rows < 4
        north = page.view.center.latitude
        await on.press("k")
        assert page.view.center.latitude > north


async def test_a_category_of_many_words_leaves_room_for_the_report() -> None:
    service = FakeService(where=HERE)
    much = Report(id="x", description="A hole " * 100_000, category="Blocked " * 9000, point=HERE)
    service.reader.add(much)
    async with on_map(service, size=(60, 16)) as (on, _):
        await on.press("n")
        await on.reads("A hole A hole")
        await on.reads("… · 0 m")
        row = await service.reader.rows(["x"], HERE)
        assert max(map(len, row_words(row[0]))) < 1100
