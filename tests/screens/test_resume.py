"""Going on with what was being written: after a lock, a kill, or from the list."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from civictui.domain.errors import StoreError
from civictui.domain.model import Choice, Draft, Kind, Question, Report, Service, Services
from civictui.screens.login import Login
from civictui.screens.report_edit import ReportEdit
from civictui.screens.report_list import ReportList
from civictui.screens.report_new import ReportNew
from civictui.screens.update_page import UpdatePage
from civictui.widgets.form.choice_list import ChoiceList
from civictui.widgets.form.line_field import LineField
from civictui.widgets.form.text_field import TextField
from tests.fakes import FakeService, taken_photo
from tests.screens.form_stage import PHOTO, begin, fill, focused, kept, take, value, with_photos
from tests.stage import Stage, stage, until

AS_YOU_LEFT_IT = "your draft, as you left it on 2026-11-23"
BEFORE = "2026-11-23T10:00:00Z"
CITY = Services(
    (
        Service(
            code="pot",
            name="Pothole",
            questions=(
                Question(code="deep", text="How deep is it?", kind=Kind.STRING),
                Question(
                    code="road",
                    text="Which part of the road?",
                    kind=Kind.ONE,
                    choices=(Choice("l", "left"), Choice("m", "middle"), Choice("r", "right")),
                ),
            ),
        ),
    )
)


def with_draft(**fields: Any) -> FakeService:
    """A terminal on which this draft was being written when it ended."""
    draft = replace(Draft(id="d", description="a hole\nin the road", saved_at=BEFORE), **fields)
    service = FakeService(at_work="d")
    service.reader.city = CITY
    service.reader.kept_drafts["d"] = draft
    return service


async def resumed(on: Stage) -> ReportNew:
    await on.enter()
    page = await on.shows(ReportNew)
    await on.reads(AS_YOU_LEFT_IT)
    return page


def text_cursor(on: Stage) -> tuple[int, int]:
    return on.find(TextField).cursor_location


async def test_who_signs_in_after_a_kill_goes_on_where_the_cursor_was() -> None:
    service = with_draft(at_field="description", at_offset=9)
    async with stage(service, signed_in=False) as on:
        page = await resumed(on)
        assert text_cursor(on) == (1, 2)
        assert page.unsaved() is None
        await on.write("!")
        await kept(on, lambda draft: draft.description == "a hole\nin! the road")
        await on.press("escape")
        await on.shows(ReportList)
        await on.reads("in! the road")


@pytest.mark.parametrize("field", ["category", "photo", "place", "address"])
async def test_each_line_of_the_form_is_found_again(field: str) -> None:
    texts = {"category": "pot", "photo_path": "/a", "place": "37.78, -122.41", "address": "1 Main"}
    async with stage(with_draft(**texts, at_field=field, at_offset=2), signed_in=False) as on:
        await resumed(on)
        await until(lambda: focused(on) == field)
        assert on.find(LineField, f"#{field}").cursor_position == 2


async def test_an_answer_is_found_again_though_its_question_comes_later() -> None:
    answers = {"deep": "12 cm", "road": "m"}
    service = with_draft(category="pot", answers=answers, at_field="answer-0", at_offset=2)
    async with stage(service, signed_in=False) as on:
        await resumed(on)
        await until(lambda: focused(on) == "answer-0")
        assert on.find(LineField, "#answer-0").cursor_position == 2
        assert value(on, "category") == "Pothole"


async def test_so_is_the_line_of_an_answer_to_tick() -> None:
    service = with_draft(category="pot", at_field="answer-1", at_offset=2)
    async with stage(service, signed_in=False) as on:
        await resumed(on)
        await until(lambda: focused(on) == "answer-1")
        await on.press("space")
        assert on.find(ChoiceList).ticked == ("r",)


@pytest.mark.parametrize(("field", "offset"), [("answer-7", 0), ("#;]", 9), ("description", 999)])
async def test_a_field_that_is_no_more_leads_to_the_first_one(field: str, offset: int) -> None:
    service = with_draft(at_field=field, at_offset=offset)
    async with stage(service, signed_in=False) as on:
        await resumed(on)
        await until(lambda: focused(on) == "description")
        assert text_cursor(on) == (1, 11)


async def test_the_cursor_is_kept_with_the_words_and_when_it_alone_has_moved() -> None:
    async with stage() as on:
        await begin(on)
        await on.write("hole")
        await kept(on, lambda draft: (draft.at_field, draft.at_offset) == ("description", 4))
        await on.press("left", "left")
        await kept(on, lambda draft: draft.at_offset == 2)
        await on.press("tab")
        await kept(on, lambda draft: draft.at_field == "category")


async def test_a_lock_keeps_where_the_cursor_is() -> None:
    async with stage() as on:
        await begin(on)
        await fill(on, address="1 Main St")
        await on.press("home", "right", "f12")
        await on.shows(Login)
        (draft,) = on.service.reader.kept_drafts.values()
        assert (draft.at_field, draft.at_offset) == ("address", 1)
        await on.enter()
        await on.shows(ReportNew)
        await until(lambda: focused(on) == "address")
        assert on.find(LineField, "#address").cursor_position == 1
        await on.press("escape")
        await on.shows(ReportList)
        assert list(on.service.reader.kept_drafts.values()) == [draft]


async def test_another_thread_can_ask_what_is_not_kept_while_the_loop_does_not_answer() -> None:
    async with stage() as on:
        page = await begin(on)
        on.service.failing["save_draft"] = StoreError("Not now", "Later.")
        await on.write("hole")
        found: list[Draft | None] = []
        thread = threading.Thread(target=lambda: found.append(page.unsaved()))
        thread.start()
        thread.join()
        (draft,) = found
        assert draft is not None
        assert (draft.description, draft.at_offset) == ("hole", 4)


async def test_a_photo_of_the_list_is_found_again() -> None:
    async with stage(with_photos()) as on:
        await begin(on)
        await take(on, PHOTO)
        await on.press("tab", "f12")
        await on.shows(Login)
        await on.enter()
        await on.shows(ReportNew)
        await until(lambda: focused(on) == "photos")


async def test_a_draft_that_was_left_is_not_gone_on_with_unasked() -> None:
    async with stage() as on:
        await begin(on)
        await on.press(*"hole", "escape")
        await on.shows(ReportList)
        await until(lambda: not on.service.at_work)
        await on.press("f12")
        await on.shows(Login)
        await on.sign_in()
        await on.reads("1 draft")


async def test_a_form_in_which_nothing_was_written_is_not_opened_again() -> None:
    async with stage() as on:
        await begin(on)
        await on.press("f12")
        await on.shows(Login)
        await on.sign_in()
        assert not on.service.reader.kept_drafts


async def test_a_change_of_a_report_is_gone_on_with() -> None:
    service = with_draft(report="r1", base="1-a", at_field="description", at_offset=1)
    service.reader.add(Report(id="r1", description="A hole"))
    async with stage(service, signed_in=False) as on:
        await on.enter()
        await on.shows(ReportEdit)
        await on.reads("your change, as you left it")
        assert text_cursor(on) == (0, 1)
        await on.press("escape")
        await on.shows(ReportList)


async def test_an_update_is_gone_on_with() -> None:
    service = with_draft(report="r1", at_field="description", at_offset=1)
    service.reader.add(Report(id="r1", description="A hole"))
    async with stage(service, signed_in=False) as on:
        await on.enter()
        await on.shows(UpdatePage)
        await on.reads("as you left it")
        assert text_cursor(on) == (0, 1)
        await on.press("escape")
        await on.shows(ReportList)


async def test_a_change_that_was_only_looked_at_leaves_no_draft() -> None:
    service = FakeService()
    service.reader.add(Report(id="r1", description="A hole"))
    async with stage(service) as on:
        await on.press("enter", "e")
        await on.shows(ReportEdit)
        await on.press("tab", "tab", "shift+tab", "escape")
        await until(lambda: not isinstance(on.app.screen, ReportEdit))
        assert not service.called("save_draft")


class Unread(FakeService):
    async def unfinished(self) -> Draft | None:
        raise StoreError("This cannot be read", "Ask the doctor.")


async def test_what_cannot_be_found_keeps_nobody_from_the_list() -> None:
    async with stage(Unread(), signed_in=False) as on:
        await on.sign_in()


# --- a report like another one ---


async def test_a_template_begins_with_the_words_of_a_report_and_is_a_draft_once_it_is_changed() -> (
    None
):
    service = FakeService()
    photo = taken_photo().photo
    service.reader.add(
        Report(id="r1", description="A hole", category="pot", address="1 Main", photos=(photo,))
    )
    async with stage(service) as on:
        (await on.shows(ReportList)).template("r1")
        page = await on.shows(ReportNew)
        assert page.collect().photos == ()
        assert (on.find(TextField).text, value(on, "category")) == ("A hole", "pot")
        assert value(on, "address") == ""
        await on.press("escape")
        await on.shows(ReportList)
        assert not service.reader.kept_drafts
        (await on.shows(ReportList)).template("r1")
        await on.shows(ReportNew)
        await on.press("s", "ctrl+s")
        await on.shows(ReportList)
        (draft,) = service.called("submit")
        assert isinstance(draft, Draft)
        assert draft.description == "A holes"


async def test_a_report_that_is_gone_is_no_template() -> None:
    async with stage() as on:
        (await on.shows(ReportList)).template("nobody")
        await on.reads("No such report")
