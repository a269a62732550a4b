"""Changing a report that exists: its form, its photos, what is kept and what is thrown away."""

import asyncio
from dataclasses import replace

from civictui.domain.errors import NotFound, StoreFull, UsageError
from civictui.domain.model import Draft, GeoPoint, Photo, Report
from civictui.screens.acting import CHANGE_NOT_SENT
from civictui.screens.ask import Ask
from civictui.screens.report_detail import ReportDetail
from civictui.screens.report_edit import ReportEdit
from civictui.screens.report_list import ReportList
from civictui.widgets.form.line_field import LineField
from civictui.widgets.form.photo_list import PhotoList
from civictui.widgets.form.text_field import TextField
from tests.fakes import FakeService, taken_photo
from tests.stage import Stage, stage, until

PHOTO = "/photos/a.jpg"
OLD = (Photo("old.jpg", "old-small.jpg", bytes=9), Photo("2.jpg", "2-small.jpg", bytes=9))
REPORT = Report(
    id="r1",
    reported_by="asha",
    description="The lamp is out",
    category="light",
    address="1 Main St",
    point=GeoPoint(37.78, -122.41),
    photos=OLD,
)


def service_with(report: Report = REPORT) -> FakeService:
    service = FakeService(photos={PHOTO: taken_photo(point=GeoPoint(1, 2))})
    service.reader.add(report)
    return service


async def begin(on: Stage) -> ReportEdit:
    await on.reads(REPORT.description)
    await on.press("enter")
    await on.shows(ReportDetail)
    await on.press("e")
    return await on.shows(ReportEdit)


def submitted(on: Stage) -> Draft:
    (draft,) = on.service.called("submit")
    assert isinstance(draft, Draft)
    return draft


async def name_photo(on: Stage) -> None:
    field = on.find(LineField, "#photo")
    field.focus()
    field.value = PHOTO
    await on.press("tab")
    await on.reads("photo taken in")


async def test_the_form_has_what_the_report_says_and_saves_the_change() -> None:
    async with stage(service_with()) as on:
        await begin(on)
        for words in (
            "Edit the report",
            "The lamp is out",
            "light",
            "1 Main St",
            "37.78",
            "^S save",
        ):
            await on.reads(words)
        await on.press("end", *"!", "ctrl+s")
        await on.shows(ReportDetail)
        await on.reads(CHANGE_NOT_SENT)
        await on.reads("The lamp is out!")
        draft = submitted(on)
        assert (draft.report, draft.base) == ("r1", "1-a")
        assert (draft.category, draft.address, draft.photos) == ("light", "1 Main St", OLD)


async def test_what_nobody_touched_stays_as_it_was_byte_for_byte() -> None:
    odd = replace(REPORT, description="A\r\nlamp\t is\x07 out", category=" two  blanks ")
    service = service_with(odd)
    async with stage(service) as on:
        await on.reads("A lamp")
        await on.press("enter", "e")
        await on.shows(ReportEdit)
        on.find(LineField, "#address").value = "2 Main St"
        await on.press("ctrl+s")
        await on.shows(ReportDetail)
        draft = submitted(on)
        assert (draft.description, draft.category) == (odd.description, odd.category)
        assert draft.address == "2 Main St"


async def test_the_photos_stay_and_a_named_one_is_one_more() -> None:
    async with stage(service_with()) as on:
        await begin(on)
        await on.reads("1. 9 B, of the report")
        await on.reads("2. 9 B, of the report")
        await name_photo(on)
        await on.reads("37.780000, -122.410000")  # the report's place is not the photo's
        await on.press("ctrl+s")
        await on.shows(ReportDetail)
        assert submitted(on).photos == (*OLD, on.service.photos[PHOTO].photo)


async def test_photos_can_be_left_out_and_kept_again() -> None:
    async with stage(service_with()) as on:
        await begin(on)
        listed = on.find(PhotoList)
        listed.focus()
        await on.press("d", "j", "d")
        await on.reads("1. left out: 9 B, of the report")
        await on.press("d", "K")
        await until(lambda: listed.photos == (OLD[1],))
        await on.press("escape")
        await on.shows(ReportDetail)
        await on.press("e")
        await on.shows(ReportEdit)
        await on.reads("1. 9 B, of the report")
        await on.reads("2. left out: 9 B, of the report")
        on.find(PhotoList).focus()
        await on.press("j", "d", "ctrl+s")
        await on.shows(ReportDetail)
        assert submitted(on).photos == (OLD[1], OLD[0])


async def test_a_caption_of_a_photo_that_is_there_is_a_change() -> None:
    async with stage(service_with()) as on:
        await begin(on)
        on.find(PhotoList).focus()
        await on.press("c", *"kerb", "ctrl+s")
        await on.shows(ReportDetail)
        assert submitted(on).photos == (replace(OLD[0], caption="kerb"), OLD[1])


async def test_a_report_without_photos_has_none_to_leave_out() -> None:
    async with stage(service_with(replace(REPORT, photos=()))) as on:
        await begin(on)
        assert not on.find(PhotoList).display


async def test_a_change_is_not_looked_for_among_the_reports_near_it() -> None:
    service = service_with()
    async with stage(service) as on:
        await begin(on)
        await until(lambda: service.called("addresses"))
        await on.settle()
        assert not service.called("nearby")
        await on.press("f6")
        assert isinstance(on.app.screen, ReportEdit)


async def test_a_place_of_a_report_without_one_comes_from_the_photo() -> None:
    async with stage(service_with(replace(REPORT, point=None))) as on:
        await begin(on)
        await name_photo(on)
        await on.reads("from the photo")
        await on.press("ctrl+s")
        await on.shows(ReportDetail)
        assert submitted(on).place_source == "photo"


async def test_a_change_half_typed_is_a_draft_and_goes_on_from_the_list() -> None:
    service = service_with()
    async with stage(service) as on:
        await begin(on)
        await on.press("end", *" again")
        await name_photo(on)
        await on.press("escape")
        await on.shows(ReportDetail)
        await until(lambda: service.reader.kept_drafts)
        await on.press("escape")
        await on.shows(ReportList)
        await on.reads("draft · a change")
        await on.press("g", "enter")
        await on.shows(ReportEdit)
        await on.reads("The lamp is out again")
        await on.reads("3. a.jpg, 1600x900, 231 kB")
        await on.press("ctrl+s")
        await on.shows(ReportList)
        await on.reads(CHANGE_NOT_SENT)
        assert submitted(on).photos == (*OLD, service.photos[PHOTO].photo)
        assert not service.reader.kept_drafts
        assert service.called("begin_edit") == ["r1"]


async def test_a_photo_that_fails_loses_none_of_the_others() -> None:
    service = service_with()
    async with stage(service) as on:
        await begin(on)
        field = on.find(LineField, "#photo")
        field.focus()
        field.value = "/nowhere.jpg"
        await on.press("tab")
        await on.reads("is no picture")
        await on.press("escape")
        await on.shows(ReportDetail)
        (draft,) = service.reader.kept_drafts.values()
        assert draft.photos == OLD


async def test_leaving_an_untouched_form_leaves_no_draft() -> None:
    async with stage(service_with()) as on:
        await begin(on)
        await on.press("escape")
        await on.shows(ReportDetail)
        assert not on.service.reader.kept_drafts
        assert not on.service.called("submit")


async def test_a_change_is_thrown_away_after_a_question() -> None:
    async with stage(service_with()) as on:
        await begin(on)
        await on.press("end", *" again", "f8")
        await on.shows(Ask)
        await on.reads("Throw this change away for good?")
        await on.press("right", "enter")
        await on.shows(ReportDetail)
        await until(lambda: on.service.called("discard_draft") == ["edit-r1"])
        await on.reads("The lamp is out ")


async def test_a_change_that_cannot_be_saved_stays_on_the_screen() -> None:
    service = service_with()
    service.failing["submit"] = StoreFull("The disk is full", "Make room.")
    async with stage(service) as on:
        await begin(on)
        await on.press("end", *" again", "ctrl+s")
        await on.reads("The disk is full. Make room.")
        assert on.find(TextField).text == "The lamp is out again"
        await on.press("ctrl+s")
        await on.shows(ReportDetail)


async def test_a_report_that_is_gone_cannot_be_edited_and_says_so() -> None:
    service = service_with()
    service.failing["begin_edit"] = NotFound("No such report")
    async with stage(service) as on:
        await on.reads("The lamp")
        await on.press("enter", "e")
        await on.reads("No such report")
        assert isinstance(on.app.screen, ReportDetail)


async def test_a_draft_of_a_report_that_is_gone_can_be_read_and_thrown_away() -> None:
    service = FakeService()
    draft = Draft(id="d", description="half typed", report="gone", base="1-a")
    service.reader.kept_drafts["d"] = draft
    async with stage(service) as on:
        await on.reads("a change")
        await on.press("enter")
        await on.shows(ReportEdit)
        await on.press("f8", "right", "enter")
        await on.shows(ReportList)
        await until(lambda: not service.reader.kept_drafts)


# --- withdrawing ---


async def test_withdrawing_asks_with_the_name_and_the_safe_answer_first() -> None:
    service = service_with(replace(REPORT, reported_by="demo"))
    async with stage(service) as on:
        await on.reads("The lamp")
        await on.press("enter")
        await on.shows(ReportDetail)
        await on.press("D")
        await on.shows(Ask)
        await on.reads("Withdraw this report? It is deleted for everybody.")
        await on.reads("The lamp is out")
        await on.press("enter")
        await on.shows(ReportDetail)
        assert not service.called("withdraw")
        await on.press("D", "right", "enter")
        await on.shows(ReportList)
        await on.reads("the report is withdrawn here, not yet at the server")
        assert service.called("withdraw") == ["r1"]


async def test_only_ones_own_report_can_be_withdrawn() -> None:
    async with stage(service_with()) as on:
        await on.reads("The lamp")
        await on.press("enter")
        await on.shows(ReportDetail)
        assert "D withdraw" not in on.text
        await on.press("D")
        assert isinstance(on.app.screen, ReportDetail)


async def test_a_withdrawal_that_is_refused_is_said() -> None:
    service = service_with(replace(REPORT, reported_by="demo"))
    service.failing["withdraw"] = UsageError("It cannot be", "Ask.")
    async with stage(service) as on:
        await on.reads("The lamp")
        await on.press("enter", "D", "right", "enter")
        await on.reads("It cannot be. Ask.")
        assert isinstance(on.app.screen, ReportDetail)


async def test_an_edit_is_begun_once_however_often_the_key_is_pressed() -> None:
    service = service_with()
    async with stage(service) as on:
        await on.reads("The lamp")
        await on.press("enter")
        await on.shows(ReportDetail)
        service.hold = asyncio.Event()
        await on.press("e", "e", "e")
        service.hold.set()
        await on.shows(ReportEdit)
        await on.press("escape")
        await on.shows(ReportDetail)
