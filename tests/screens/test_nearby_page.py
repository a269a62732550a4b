"""Hints of duplicates: what is near, its picture, and saying it there instead."""

import pytest

from civictui.domain.errors import StoreFull
from civictui.domain.events import ReportsChanged
from civictui.domain.model import Draft, GeoPoint, Photo, Report
from civictui.screens.ask import Ask
from civictui.screens.nearby_page import NO_WORDS, NONE, NearbyPage
from civictui.screens.picture_page import PicturePage
from civictui.screens.report_list import ReportList
from civictui.widgets.block_list import BlockList
from tests.city import picture
from tests.fakes import FakeService
from tests.screens.test_hostile_text import HOSTILE, assert_harmless, open_gates
from tests.stage import Stage, stage, until

HERE = GeoPoint(37.78, -122.41)
DRAFT = Draft(id="d", description="The lamp is dark", category="lamp")
PHOTO = Photo("a.jpg", "a-small.jpg", 231_000, 1600, 900)


def north(meters: float) -> GeoPoint:
    return GeoPoint(HERE.latitude + meters / 111_195, HERE.longitude)


def with_reports() -> FakeService:
    service = FakeService(pictures={"a.jpg": picture(1, 160, 90)})
    service.reader.add(
        Report(id="far", description="A bench", category="bench", point=north(200)),
        Report(
            id="same", description="No light", category="lamp", point=north(20), photos=(PHOTO,)
        ),
        Report(id="out", description="Elsewhere", category="lamp", point=north(900)),
    )
    return service


async def look(on: Stage, draft: Draft = DRAFT) -> tuple[NearbyPage, list[str | None]]:
    given: list[str | None] = []
    shown = await on.shows(ReportList)
    page = NearbyPage(shown.desk, draft, HERE, "lamp")
    on.app.push_screen(page, given.append)
    await on.shows(NearbyPage)
    await on.settle()
    return page, given


async def test_the_likeliest_comes_first_with_distance_and_words() -> None:
    async with stage(with_reports()) as on:
        await look(on)
        await on.reads("probably the same, 20 m N, lamp, as yours")
        await on.reads("No light")
        await on.reads("200 m N, bench")
        assert "Elsewhere" not in on.text


async def test_its_picture_is_shown_and_fills_the_screen() -> None:
    async with stage(with_reports()) as on:
        page, _ = await look(on)
        assert page._pane.display
        await on.press("p")
        await on.shows(PicturePage)
        await on.press("escape", "down")
        await until(lambda: not page._pane.display)
        assert page.check_action("picture", ()) is False


async def test_it_is_said_there_once_asked() -> None:
    service = with_reports()
    async with stage(service) as on:
        _, given = await look(on)
        await on.press("a")
        await on.shows(Ask)
        await on.reads("On: No light")
        await on.press("enter")
        await on.shows(NearbyPage)
        assert service.called("update") == []
        await on.press("a")
        await on.shows(Ask)
        await on.press("right", "enter")
        await on.settle()
        assert given == ["d"]
        assert [update.text for update in service.reader.said["same"]] == ["The lamp is dark"]


async def test_without_words_there_is_nothing_to_say() -> None:
    async with stage(with_reports()) as on:
        await look(on, Draft(id="d", category="lamp"))
        await on.press("a")
        await on.reads(NO_WORDS)


async def test_a_full_disk_is_said_and_it_can_be_tried_again() -> None:
    service = with_reports()
    service.failing["update"] = StoreFull("The disk is full", "Free some room.")
    async with stage(service) as on:
        _, given = await look(on)
        await on.press("a")
        await on.shows(Ask)
        await on.press("right", "enter")
        await on.reads("The disk is full")
        await on.press("a")
        await on.shows(Ask)
        await on.press("right", "enter")
        await on.settle()
        assert given == ["d"]


async def test_what_is_closed_meanwhile_goes_and_escape_gives_nothing() -> None:
    service = with_reports()
    async with stage(service) as on:
        _, given = await look(on)
        service.reader.reports.clear()
        service.emit(ReportsChanged())
        await on.reads(NONE)
        await on.press("a", "escape")
        await on.settle()
        assert given == [None]


async def test_what_comes_back_is_shown_and_nothing_else_is_said() -> None:
    service = with_reports()
    there = dict(service.reader.reports)
    async with stage(service) as on:
        await look(on)
        service.reader.reports.clear()
        service.emit(ReportsChanged())
        await on.reads(NONE)
        service.reader.reports.update(there)
        service.emit(ReportsChanged())
        await until(lambda: NONE not in on.text)


async def test_hostile_words_near_by_are_harmless() -> None:
    service = FakeService()
    for number, text in enumerate(HOSTILE.values()):
        report = Report(
            id=f"r{number}", description=text, category=text, address=text, reported_by=text,
            point=north(number), photos=(Photo("a.jpg", "b.jpg", caption=text),),
        )  # fmt: skip
        service.reader.add(report)
    async with open_gates(service) as on:
        await look(on, Draft(id="d", description=HOSTILE["title"], category="lamp"))
        for _ in HOSTILE:
            assert_harmless(on, "near by")
            await on.press("a")
            await on.shows(Ask)
            assert_harmless(on, "the question")
            await on.press("escape", "down")


@pytest.mark.parametrize("size", [(60, 16), (200, 60)])
async def test_it_fits_other_terminals(size: tuple[int, int]) -> None:
    async with stage(with_reports(), size=size) as on:
        page, _ = await look(on)
        await on.reads("probably the same")
        shown = on.find(BlockList).size.height, page._pane.size.height
        assert shown[0] >= 6
        assert shown[1] >= 5
