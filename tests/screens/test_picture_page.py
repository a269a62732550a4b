"""The photos of a report on the whole screen."""

from pathlib import Path

import pytest

from civictui.domain.events import PictureFailed, PictureReady, SyncStateChanged
from civictui.domain.model import Photo, Report, SyncPhase, SyncState
from civictui.screens.picture_page import PicturePage
from civictui.screens.report_detail import ReportDetail
from civictui.screens.report_list import ReportList
from civictui.terminal.capability import TRUECOLOR, Capability
from civictui.widgets.pictures.picture_pane import PicturePane
from civictui.widgets.pictures.thumbnail import Tier
from tests.city import picture
from tests.fakes import FakeService
from tests.stage import Stage, stage, until

STREET = Path(__file__).parent.parent / "data" / "photos" / "street" / "potbot-photo-1.jpg"
FIRST = Photo("a.jpg", "a-small.jpg", bytes=180_000, width=1600, height=1200)
SECOND = Photo("b.jpg", "b-small.jpg", caption="from the other side")
ROW = "▄" * 20


def service_with(*photos: Photo) -> FakeService:
    service = FakeService()
    service.reader.add(Report(id="r1", description="A hole", photos=photos))
    service.pictures["a.jpg"] = STREET.read_bytes()
    service.pictures["b.jpg"] = picture(2, 320, 240)
    return service


async def open_picture(on: Stage) -> PicturePane:
    await on.reads("A hole")
    await on.press("enter")
    await on.shows(ReportDetail)
    await on.press("p")
    await on.shows(PicturePage)
    return on.find(PicturePane)


def blocks(on: Stage) -> int:
    return sum(line.count("▄") for line in on.lines)


async def test_it_takes_the_whole_screen_and_says_its_facts() -> None:
    async with stage(service_with(FIRST)) as on:
        pane = await open_picture(on)
        await on.reads("1600x1200, 180 kB")
        await until(lambda: pane.shows_picture)
        await on.reads(ROW)
        assert pane.size == (80, 21)
        await on.press("escape")
        await on.shows(ReportDetail)


async def test_left_and_right_turn_and_the_report_shows_the_one_seen_last() -> None:
    async with stage(service_with(FIRST, SECOND)) as on:
        await open_picture(on)
        await on.reads("1 of 2, 1600x1200")
        await on.press("right")
        await on.reads("2 of 2, from the other side")
        await on.press("right")
        await on.reads("1 of 2")
        await on.press("left")
        await on.reads("2 of 2")
        await on.press("escape")
        await on.shows(ReportDetail)
        await on.reads("2 of 2, from the other side")


async def test_closer_to_the_side_and_back() -> None:
    async with stage(service_with(FIRST)) as on:
        pane = await open_picture(on)
        await until(lambda: pane.shows_picture)
        await on.reads(ROW)
        whole = pane._strips
        await on.press("plus", "plus")
        await on.reads("Photo · 2 times closer · h j k l to the sides")
        await until(lambda: pane._strips is not whole)
        closer = pane._strips
        assert all(strip.cell_length == 80 for strip in closer)
        await on.press("j")
        await until(lambda: pane._strips is not closer)
        assert pane.zoom.y > 0.5
        await on.press("0")
        await until(lambda: pane._strips is whole)
        assert "closer" not in on.lines[0]


async def test_only_what_can_be_done_is_in_the_help() -> None:
    async with stage(service_with(FIRST)) as on:
        await open_picture(on)
        await on.press("question_mark")
        await on.reads("Closer")
        assert "next photo" not in on.text
        assert "To the left" not in on.text
        await on.press("escape", "plus", "question_mark")
        await on.reads("To the left")


async def test_a_burst_of_keys_blocks_nothing_and_the_last_one_counts() -> None:
    async with stage(service_with(FIRST, SECOND)) as on:
        pane = await open_picture(on)
        await until(lambda: pane.shows_picture)
        await on.press("plus", "plus", *("j" * 20))
        assert pane.zoom.y == pytest.approx(0.75, abs=0.05)
        await on.press(*("l" * 20), "plus", "minus", "minus", "minus")
        assert pane.zoom.is_whole
        await on.press("plus", "plus", "escape")
        await on.shows(ReportDetail)


async def test_a_picture_that_is_not_here_is_asked_for_and_shown_when_it_comes() -> None:
    service = service_with(FIRST)
    content = service.pictures.pop("a.jpg")
    async with stage(service) as on:
        pane = await open_picture(on)
        await on.reads("the picture is pending: not on this terminal yet, asked for")
        assert set(service.called("want_picture")) == {"a.jpg"}
        service.emit(SyncStateChanged(SyncState(phase=SyncPhase.OFFLINE)))
        await on.reads("asked for; no link now")
        service.emit(SyncStateChanged(SyncState(phase=SyncPhase.IDLE)))
        await until(lambda: "no link" not in on.text)
        service.pictures["a-small.jpg"] = picture(1, 64, 48)
        service.emit(PictureReady("a-small.jpg"))
        await on.reads("a small one; the picture is pending, asked for")
        service.pictures["a.jpg"] = content
        service.emit(PictureReady("a.jpg"))
        await on.reads("1600x1200, 180 kB")
        await until(lambda: pane.shows_picture)


async def test_a_picture_that_cannot_be_had_says_why() -> None:
    service = service_with(FIRST)
    del service.pictures["a.jpg"]
    async with stage(service) as on:
        await open_picture(on)
        await on.reads("pending")
        service.emit(PictureFailed("a.jpg", "the server lacks it"))
        await on.reads("the picture could not be had: the server lacks it")


async def test_a_damaged_picture_is_said_at_any_distance() -> None:
    service = service_with(FIRST)
    service.pictures["a.jpg"] = STREET.read_bytes()[:2000]
    async with stage(service) as on:
        await open_picture(on)
        await on.reads("broken")
        await on.press("plus")
        await on.reads("1.5 times closer")
        await on.reads("broken")


async def test_the_key_draws_it_in_another_way_here_alone() -> None:
    async with stage(service_with(FIRST), capability=Capability(colours=TRUECOLOR)) as on:
        pane = await open_picture(on)
        await on.reads(ROW)
        await on.press("v")
        await on.reads("pictures: half blocks in 256 colours")
        await on.press("v", "v")
        await on.reads("pictures: ASCII shades")
        await until(lambda: not blocks(on))
        await on.press("v")
        await on.reads(ROW)
        assert pane.tier is Tier.BLOCKS
        assert on.app.desk.gallery.tier is Tier.BLOCKS


async def test_where_pictures_are_not_drawn_it_was_asked_for_and_is() -> None:
    async with stage(service_with(FIRST), pictures="none") as on:
        pane = await open_picture(on)
        await until(lambda: pane.shows_picture)
        assert pane.tier is Tier.SHADES
        await on.press("escape")
        await on.shows(ReportDetail)
        await on.reads("180 kB: not drawn; p shows")


async def test_it_is_drawn_anew_when_the_terminal_changes() -> None:
    async with stage(service_with(FIRST)) as on:
        pane = await open_picture(on)
        await until(lambda: pane.shows_picture)
        small = pane._strips
        await on.resize(120, 40)
        await until(lambda: len(pane._strips) == 36)
        await on.resize(80, 24)
        await until(lambda: pane._strips is small)


@pytest.mark.parametrize("size", [(60, 16), (200, 60)])
async def test_it_is_at_home_in_every_size(size: tuple[int, int]) -> None:
    async with stage(service_with(FIRST), size=size) as on:
        pane = await open_picture(on)
        await until(lambda: len(pane._strips) == size[1] - 4)
        await on.press("plus")
        await until(lambda: all(strip.cell_length == size[0] for strip in pane._strips))


async def test_nothing_but_ascii_reaches_an_ascii_terminal() -> None:
    async with stage(service_with(FIRST), capability=Capability(utf8=False)) as on:
        pane = await open_picture(on)
        await until(lambda: pane.shows_picture)
        await on.press("question_mark")
        assert "Draw it in another way" not in on.text
        await on.press("escape", "escape", "escape")
        await on.shows(ReportList)
        assert on.text.isascii() or "▄" not in on.text
