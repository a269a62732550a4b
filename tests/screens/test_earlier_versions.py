"""Earlier versions: listed, read in full, made the one in force again."""

from dataclasses import replace

from civictui.domain.errors import NotFound
from civictui.domain.model import Report
from civictui.screens.acting import RESTORED
from civictui.screens.earlier_versions import NONE, NONE_GONE, EarlierVersions, VersionPage
from civictui.screens.report_detail import ReportDetail
from civictui.screens.report_list import ReportList
from tests.disputes import BEFORE, earlier
from tests.fakes import FakeService
from tests.stage import Stage, stage


def service_with_two() -> FakeService:
    service = FakeService()
    service.reader.add(Report.from_doc({**BEFORE, "problemDescription": "The lamp is back"}))
    edited = {"by": "asha", "at": "2026-11-23T10:00:00Z"}
    service.reader.put_away["r1"] = [
        earlier("2-a", "settled", problemDescription="The lamp blinks", edited=edited),
        earlier("1-a"),
    ]
    return service


async def open_versions(on: Stage) -> EarlierVersions:
    await on.reads("The lamp")
    await on.press("enter")
    await on.shows(ReportDetail)
    await on.press("h")
    return await on.shows(EarlierVersions)


async def test_each_says_why_when_and_by_whom() -> None:
    async with stage(service_with_two()) as on:
        await open_versions(on)
        await on.reads("> not chosen in a conflict, 2026-11-23")
        for words in ("written by asha", "The lamp blinks", "replaced by an edit", "by you"):
            await on.reads(words)


async def test_one_is_read_in_full_and_esc_goes_back_step_by_step() -> None:
    async with stage(service_with_two()) as on:
        await open_versions(on)
        await on.reads("replaced")
        await on.press("j", "enter")
        await on.shows(VersionPage)
        for words in ("Kept      replaced by an edit", "Written   by you", "1 Main St", "light"):
            await on.reads(words)
        await on.press("escape")
        await on.shows(EarlierVersions)
        await on.press("escape")
        await on.shows(ReportDetail)
        assert not on.service.called("restore")


async def test_one_is_made_the_one_in_force() -> None:
    async with stage(service_with_two()) as on:
        await open_versions(on)
        await on.reads("replaced")
        await on.press("j", "r")
        await on.shows(ReportDetail)
        await on.reads(RESTORED)
        await on.reads("The lamp is out")
        assert on.service.called("restore") == [("r1", "1-a")]


async def test_it_can_be_restored_from_its_own_page() -> None:
    async with stage(service_with_two()) as on:
        await open_versions(on)
        await on.reads("replaced")
        await on.press("enter")
        await on.shows(VersionPage)
        await on.press("r")
        await on.shows(ReportDetail)
        await on.reads(RESTORED)
        assert on.service.called("restore") == [("r1", "2-a")]


async def test_one_that_cannot_be_restored_says_why() -> None:
    service = service_with_two()
    service.failing["restore"] = NotFound("This version is gone")
    async with stage(service) as on:
        await open_versions(on)
        await on.reads("replaced")
        await on.press("r")
        await on.reads("This version is gone")
        assert isinstance(on.app.screen, EarlierVersions)


async def test_none_is_said() -> None:
    service = service_with_two()
    service.reader.put_away.clear()
    async with stage(service) as on:
        await open_versions(on)
        await on.reads(NONE)
        assert "r restore" not in on.text
        await on.press("r", "enter")
        assert isinstance(on.app.screen, EarlierVersions)


async def test_reports_that_are_gone_are_found_from_the_list_and_brought_back() -> None:
    service = FakeService()
    gone = replace(earlier("1-a", "withdrawn"), id="r1")
    service.reader.lost = [replace(earlier("1-a", "withdrawn"), id="r0"), gone]
    async with stage(service) as on:
        await on.press("h")
        await on.shows(EarlierVersions)
        await on.reads("Reports that are gone")
        await on.reads("> withdrawn or deleted, 2026-11-23")
        await on.press("j", "r")
        await on.shows(ReportList)
        await on.reads(RESTORED)
        await on.reads("The lamp is out")
        assert service.called("restore") == [("r1", "1-a")]


async def test_that_no_report_is_gone_is_said() -> None:
    async with stage() as on:
        await on.press("h")
        await on.shows(EarlierVersions)
        await on.reads(NONE_GONE)
        await on.press("r", "enter", "escape")
        await on.shows(ReportList)
