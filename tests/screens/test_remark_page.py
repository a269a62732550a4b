"""Saying something about a report that exists: nothing typed is lost, one draft a report."""

import pytest

from civictui.domain.errors import StoreFull
from civictui.domain.model import Draft, Report, Update
from civictui.screens.acting import REMARK_NOT_SENT
from civictui.screens.ask import Ask
from civictui.screens.remark_page import EMPTY, RemarkPage
from civictui.screens.report_detail import ReportDetail
from civictui.screens.report_list import ReportList
from civictui.widgets.rows.report_rows import ReportRows
from civictui.widgets.rows.row_book import Entry
from tests.fakes import FakeService, taken_photo
from tests.screens.test_hostile_text import HOSTILE, assert_harmless, open_gates
from tests.stage import Stage, stage, until

LAMP = Report(id="r1", description="The lamp is out", reported_by="demo")


def with_lamp() -> FakeService:
    service = FakeService(newest=taken_photo())
    service.reader.add(LAMP)
    return service


async def begin(on: Stage) -> RemarkPage:
    await on.press("enter")
    await on.shows(ReportDetail)
    await on.press("a")
    return await on.shows(RemarkPage)


def said(service: FakeService) -> list[Update]:
    return service.reader.said.get("r1", [])


async def test_a_remark_is_said_on_the_report_and_shown_there() -> None:
    service = with_lamp()
    async with stage(service) as on:
        await begin(on)
        await on.reads("On: The lamp is out")
        await on.write("Still dark")
        await on.press("f2")
        await on.reads("photo taken in")
        await on.press("ctrl+s")
        await on.shows(ReportDetail)
        await on.reads(REMARK_NOT_SENT)
        await on.reads("Still dark")
        (update,) = said(service)
        assert (update.text, len(update.photos)) == ("Still dark", 1)
        assert service.reader.kept_drafts == {}


async def test_nothing_is_no_remark() -> None:
    service = with_lamp()
    async with stage(service) as on:
        await begin(on)
        await on.press("ctrl+s")
        await on.reads(EMPTY)
        assert said(service) == []
        await on.press("escape")
        await on.shows(ReportDetail)
        assert service.reader.kept_drafts == {}


async def test_what_was_typed_stays_a_draft_that_goes_on() -> None:
    service = with_lamp()
    async with stage(service) as on:
        await begin(on)
        await on.write("Half a sent")
        await on.press("escape")
        await on.shows(ReportDetail)
        (draft,) = service.reader.kept_drafts.values()
        assert draft.is_remark
        await on.press("a")
        page = await on.shows(RemarkPage)
        assert page.collect().description == "Half a sent"
        await on.press("escape", "escape")
        await on.shows(ReportList)
        await on.reads("a remark")
        assert "no place given yet" not in on.text
        await on.press("home", "enter")
        await on.shows(RemarkPage)
        await on.write("ence")
        await on.press("ctrl+s")
        await on.shows(ReportList)
        assert [update.text for update in said(service)] == ["Half a sentence"]


async def test_a_draft_still_knows_what_its_photo_said() -> None:
    service = with_lamp()
    service.newest = taken_photo(at_zero=True)
    async with stage(service) as on:
        await begin(on)
        await on.press("f2")
        await on.reads("! says it was taken at 0, 0")
        await on.press("escape")
        await on.shows(ReportDetail)
        await on.press("a")
        await on.shows(RemarkPage)
        await on.reads("1. a.jpg, 1600x900")
        await on.reads("! says it was taken at 0, 0")


async def test_a_draft_on_a_report_that_is_gone_can_be_thrown_away() -> None:
    service = FakeService()
    service.reader.kept_drafts["d"] = Draft(id="d", report="gone", description="Too late")
    async with stage(service) as on:
        await on.press("enter")
        await on.shows(RemarkPage)
        await on.press("ctrl+s")
        await on.reads("No such report")
        await on.press("f8")
        await on.shows(Ask)
        await on.press("right", "enter")
        await on.shows(ReportList)
        assert service.reader.kept_drafts == {}


@pytest.mark.parametrize("call", ["remark", "save_draft"])
async def test_a_full_disk_leaves_the_words_on_the_page(call: str) -> None:
    service = with_lamp()
    async with stage(service) as on:
        page = await begin(on)
        await on.write("Still dark")
        service.failing[call] = StoreFull("The disk is full", "Free some room.")
        await on.press("ctrl+s")
        await until(lambda: call not in service.failing)
        if call == "remark":
            await on.reads("The disk is full")
            assert page.collect().description == "Still dark"
            await on.press("ctrl+s")
        await on.shows(ReportDetail)
        assert [update.text for update in said(service)] == ["Still dark"]


async def test_a_remark_on_hostile_words_is_harmless() -> None:
    service = FakeService()
    for name, text in HOSTILE.items():
        service.reader.add(Report(id=name, description=text))
        service.reader.kept_drafts[name] = Draft(id=name, report=name, description=text)
    async with open_gates(service) as on:
        for name in HOSTILE:
            on.find(ReportRows).point_at(Entry(name, True))
            await on.press("enter")
            await on.shows(RemarkPage)
            assert_harmless(on, name)
            await on.press("escape")
            await on.shows(ReportList)


@pytest.mark.parametrize("size", [(60, 16), (200, 60)])
async def test_it_fits_other_terminals(size: tuple[int, int]) -> None:
    async with stage(with_lamp(), size=size) as on:
        await begin(on)
        await on.reads("On: The lamp is out")
        await on.reads("Remark")
        await on.reads("Photo")
