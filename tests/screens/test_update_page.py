"""Saying something about a report that exists: nothing typed is lost, one draft a report."""

from dataclasses import replace

import pytest

from civictui.domain.errors import StoreFull
from civictui.domain.model import Draft, Report, Update
from civictui.screens.acting import UPDATE_NOT_SENT
from civictui.screens.ask import Ask
from civictui.screens.report_detail import ReportDetail
from civictui.screens.report_list import ReportList
from civictui.screens.update_page import EMPTY, UpdatePage
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


async def begin(on: Stage) -> UpdatePage:
    await on.press("enter")
    await on.shows(ReportDetail)
    await on.press("a")
    return await on.shows(UpdatePage)


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
        await on.reads(UPDATE_NOT_SENT)
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
        page = await on.shows(UpdatePage)
        assert page.collect().description == "Half a sent"
        await on.press("escape", "escape")
        await on.shows(ReportList)
        await on.reads("an update")
        assert "no place given yet" not in on.text
        await on.press("home", "enter")
        await on.shows(UpdatePage)
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
        await on.shows(UpdatePage)
        await on.reads("1. a.jpg, 1600x900")
        await on.reads("! says it was taken at 0, 0")


async def test_a_draft_on_a_report_that_is_gone_can_be_thrown_away() -> None:
    service = FakeService()
    service.reader.kept_drafts["d"] = Draft(id="d", report="gone", description="Too late")
    async with stage(service) as on:
        await on.press("enter")
        await on.shows(UpdatePage)
        await on.press("ctrl+s")
        await on.reads("No such report")
        await on.press("f8")
        await on.shows(Ask)
        await on.press("right", "enter")
        await on.shows(ReportList)
        assert service.reader.kept_drafts == {}


@pytest.mark.parametrize("call", ["update", "save_draft"])
async def test_a_full_disk_leaves_the_words_on_the_page(call: str) -> None:
    service = with_lamp()
    async with stage(service) as on:
        page = await begin(on)
        await on.write("Still dark")
        service.failing[call] = StoreFull("The disk is full", "Free some room.")
        await on.press("ctrl+s")
        await until(lambda: call not in service.failing)
        if call == "update":
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
            await on.shows(UpdatePage)
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


# --- status, assignment, many reports ---

HOLE = Report(id="r2", description="A hole in the road", status="in progress", reported_by="ben")
TREE = Report(id="r3", description="A tree is down", reported_by="asha")


def with_three() -> FakeService:
    service = with_lamp()
    service.reader.add(HOLE, TREE)
    return service


async def begin_update(on: Stage, *reports: str) -> UpdatePage:
    page = on.app.screen
    assert isinstance(page, ReportList)
    page.update(reports)
    return await on.shows(UpdatePage)


async def test_a_report_is_closed_and_taken_over_in_few_keys() -> None:
    service = with_lamp()
    async with stage(service) as on:
        await on.press("enter")
        await on.shows(ReportDetail)
        await on.press("u")
        await on.shows(UpdatePage)
        await on.reads("now open; with none chosen it stays")
        await on.press("end", "space", "enter", "m", "e")
        await on.reads("to you: demo")
        await on.press("ctrl+s")
        await on.shows(ReportDetail)
        (update,) = said(service)
        assert (update.status, update.assignee, update.text) == ("closed", "demo", "")
        await on.reads("Assigned  to you")
        await on.reads("you: open -> closed, assigned to you")


async def test_what_is_left_untouched_changes_nothing() -> None:
    service = with_lamp()
    async with stage(service) as on:
        await begin(on)
        await on.write("x")
        await on.press("ctrl+s")
        await on.shows(ReportDetail)
        (update,) = said(service)
        assert (update.status, update.assignee) == ("", None)
        assert "status" not in update.to_doc()


async def test_reports_with_the_same_words_are_named_by_their_addresses() -> None:
    service = with_lamp()
    alike = [replace(HOLE, id=f"h{number}", address=f"Mill Road {number}") for number in (1, 2)]
    service.reader.add(*alike, TREE)
    async with stage(service) as on:
        await begin_update(on, "h1", "h2", "r3")
        await on.reads("On: Mill Road 1; Mill Road 2; A tree is down")


async def test_many_are_named_counted_and_updated_in_one_act() -> None:
    service = with_three()
    async with stage(service) as on:
        await begin_update(on, "r1", "r2", "r3")
        await on.reads("Update 3 reports")
        await on.reads("On: The lamp is out; A hole in the road; A tree is down")
        await on.reads("now in progress, open; with none chosen it stays")
        await on.press("end", "space", "ctrl+s")
        await on.shows(ReportList)
        await on.reads(UPDATE_NOT_SENT)
        assert [row.report.status for row in service.reader.reports.values()] == ["closed"] * 3
        assert len(service.called("update")) == 1


async def test_a_draft_about_many_goes_on_with_all_of_them_where_the_cursor_was() -> None:
    service = with_three()
    async with stage(service) as on:
        await begin_update(on, "r3", "r1")
        await on.press("home", "space", "enter")
        await on.write("asha")
        await on.press("escape")
        await on.shows(ReportList)
        (draft,) = service.reader.kept_drafts.values()
        assert (draft.reports, draft.status, draft.assignee) == (
            ("r3", "r1"), "in progress", "asha",
        )  # fmt: skip
        page = on.app.screen
        assert isinstance(page, ReportList)
        page.go_on(draft)
        again = await on.shows(UpdatePage)
        await on.reads("Update 2 reports")
        assert again.focused is not None
        assert again.focused.id == "assignee"
        assert again.collect().assignee == "asha"
        await on.press("escape")
        await on.shows(ReportList)
        await begin_update(on, "r1")  # another one: it is about one of them alone
        assert "Update 2 reports" not in on.text


async def test_a_name_is_chosen_among_the_people_who_are_here() -> None:
    service = with_three()
    async with stage(service) as on:
        await begin_update(on, "r1")
        await on.press("enter", "down")
        await on.reads("to you: demo")
        await on.press("down")
        await on.reads("to nobody any more")
        await on.press("down")
        await on.reads("to ben")
        await on.press("ctrl+u")
        await on.write("be")
        await on.press("right")
        await on.reads("to ben")
        await on.write("edict")
        await on.reads("to benedict, who is not known here yet")


async def test_of_many_a_report_that_went_meanwhile_keeps_nothing_back_from_the_others() -> None:
    service = with_three()
    async with stage(service) as on:
        await begin_update(on, "r1", "r2")
        await on.press("end", "space")
        del service.reader.reports["r2"]
        await on.press("ctrl+s")
        await on.shows(ReportList)
        assert set(service.reader.said) == {"r1"}


async def test_too_many_at_once_are_refused_before_anything_is_typed() -> None:
    async with stage(with_lamp()) as on:
        page = on.app.screen
        assert isinstance(page, ReportList)
        page.update([f"x{number}" for number in range(1_201)])
        await on.reads("1,201 at once are too many: mark 200 at most")
        assert on.app.screen is page


@pytest.mark.parametrize("size", [(60, 16), (200, 60)])
async def test_many_long_names_fit_other_terminals(size: tuple[int, int]) -> None:
    service = with_lamp()
    for number in range(30):
        service.reader.add(Report(id=f"x{number}", description=f"{number} " + "wide 東京 " * 40))
    async with stage(service, size=size) as on:
        await begin_update(on, *(f"x{number}" for number in range(30)))
        await on.reads("Update 30 reports")
        await on.reads("27 more")
        await on.reads("Assign to")
