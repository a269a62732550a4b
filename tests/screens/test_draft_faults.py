"""What may go wrong around a draft that is being typed: no word lands elsewhere, none is lost."""

import asyncio

import pytest

from civictui.domain.errors import StoreFull
from civictui.domain.events import ReportsChanged, SignInNeeded
from civictui.domain.model import Draft, Kind, Question, Service, Services
from civictui.screens.ask import Ask
from civictui.screens.login import Login
from civictui.screens.report_list import ReportList
from civictui.screens.report_new import ReportNew
from civictui.screens.sign_in_again import AskPassword
from civictui.screens.work_aside import WorkAside
from civictui.widgets.form.text_field import TextField
from tests.fakes import FakeService
from tests.screens.form_stage import (
    OTHER,
    PHOTO,
    begin,
    fill,
    focused,
    kept,
    take,
    value,
    with_photos,
)
from tests.stage import stage, until

FULL = StoreFull("The disk is full", "Free some space.")
BEFORE = "2026-11-23T10:00:00Z"


def asking(text: str) -> Service:
    """A category with one question."""
    question = Question(code="deep", text=text, kind=Kind.STRING)
    return Service(code="pot", name="Pothole", questions=(question,))


async def test_an_autosave_that_fails_leaves_the_cursor_where_it_is() -> None:
    async with stage() as on:
        await begin(on)
        await fill(on, place="not a place")
        await on.press("tab", "shift+tab", "shift+tab", "shift+tab", "shift+tab")
        assert focused(on) == "description", focused(on)
        await on.write("a")
        await kept(on, lambda draft: draft.description == "a")
        on.service.failing["save_draft"] = FULL
        await on.write("b")
        await on.reads("The disk is full")
        assert focused(on) == "description", focused(on)


async def test_what_could_not_be_kept_is_tried_again_and_the_fault_is_said_no_more() -> None:
    async with stage() as on:
        await begin(on)
        on.service.failing["save_draft"] = FULL
        await on.write("b")
        await on.reads("The disk is full")
        await kept(on, lambda draft: draft.description == "b")
        await until(lambda: "The disk is full" not in on.text)


async def test_a_caption_is_gone_on_with_in_sight() -> None:
    async with stage(with_photos()) as on:
        await begin(on)
        await take(on, OTHER)
        await take(on, PHOTO)
        await on.press("tab", "down", "c")
        await on.write("crack")
        await on.press("left", "f12")
        await on.shows(Login)
        await on.enter()
        await on.shows(ReportNew)
        await on.reads("Caption   crack")
        await on.write("er")
        await kept(on, lambda draft: draft.photos[1].caption == "cracerk")


@pytest.mark.parametrize("field", ["caption", "caption-7", "caption-²", "caption-"])
async def test_a_caption_that_is_no_more_hides_no_typing(field: str) -> None:
    service = FakeService(at_work="d")
    service.reader.kept_drafts["d"] = Draft(
        id="d", description="a", saved_at=BEFORE, at_field=field
    )
    async with stage(service, signed_in=False) as on:
        await on.enter()
        await on.shows(ReportNew)
        await on.write("b")
        await on.reads("ab")


async def test_who_types_on_after_esc_leaves_all_the_same_with_all_of_it() -> None:
    async with stage() as on:
        await begin(on)
        await fill(on, category="abc")
        hold = on.service.hold = asyncio.Event()
        await on.press("escape", "left", "x", "left")
        hold.set()
        await on.shows(ReportList)
        (draft,) = on.service.reader.kept_drafts.values()
        assert draft.category == "abxc"


async def test_the_draft_comes_before_the_work_that_was_set_aside() -> None:
    service = FakeService(at_work="d", aside=1)
    service.reader.kept_drafts["d"] = Draft(id="d", description="a hole", saved_at=BEFORE)
    async with stage(service, signed_in=False) as on:
        await on.enter()
        await on.shows(ReportNew)
        await on.write("s")
        await on.press("escape")
        await on.shows(WorkAside)
        await on.press("escape")
        await on.shows(ReportList)
        await on.reads("a holes")


async def test_the_lock_works_over_a_question_and_says_what_it_could_not_keep() -> None:
    async with stage() as on:
        page = await begin(on)
        await on.write("hole")
        page.action_discard()
        await on.shows(Ask)
        on.service.failing["save_draft"] = FULL
        await on.press("f12")
        await on.reads("The disk is full")
        await on.press("f12")
        await on.shows(Login)
        assert on.service.reader.kept_drafts


async def test_a_report_that_is_saved_while_locking_leaves_no_draft_of_itself() -> None:
    async with stage() as on:
        await begin(on)
        await on.write("hole")
        on.service.failing["save_draft"] = FULL
        hold = on.service.hold = asyncio.Event()
        await on.press("ctrl+s", "f12")
        hold.set()
        await on.shows(Login)
        await until(lambda: not on.service.user)
        assert on.service.called("submit")
        assert not on.service.reader.kept_drafts


async def test_a_move_within_a_line_is_kept() -> None:
    async with stage() as on:
        await begin(on)
        await fill(on, address="1 Main St")
        await kept(on, lambda draft: draft.address == "1 Main St")
        await on.press("home", "right")
        await kept(on, lambda draft: draft.at_offset == 1)


async def test_the_cursor_stays_in_an_answer_whose_category_was_changed_meanwhile() -> None:
    service = FakeService()
    service.reader.city = Services((asking("How deep?"),))
    async with stage(service) as on:
        await begin(on)
        await fill(on, category="Pothole")
        await fill(on, **{"answer-0": "12 cm"})
        await on.press("home", "right")
        service.reader.city = Services((asking("How deep is it?"),))
        service.emit(ReportsChanged())
        await on.reads("How deep is it?")
        await on.settle()
        await on.write("0")
        assert value(on, "answer-0") == "102 cm"


async def test_nobody_who_types_is_asked_for_the_password_before_a_pause() -> None:
    async with stage() as on:
        await begin(on)
        await on.write("ho")
        on.service.emit(SignInNeeded("demo"))
        await on.write("le")
        assert on.find(TextField).text == "hole"
        await on.shows(AskPassword)


async def test_a_text_that_comes_as_keys_is_there_whole_and_tab_still_parts_the_fields() -> None:
    lines = [f"line {number}" for number in range(60)]
    async with stage() as on:
        await begin(on)
        keys = [key for line in lines for key in (*line.replace(" ", "_"), "enter")]
        await on.press(*["space" if key == "_" else key for key in keys], "tab", *"Pothole")
        await until(lambda: value(on, "category") == "Pothole")
        assert on.find(TextField).text == "\n".join([*lines, ""])


async def test_who_presses_the_lock_again_and_again_is_locked_once() -> None:
    async with stage() as on:
        await begin(on)
        await on.write("hole")
        hold = on.service.hold = asyncio.Event()
        await on.press("f12", "f12", "f12")
        hold.set()
        login = await on.shows(Login)
        await on.reads("Locked.")
        assert len(on.service.called("lock")) == 1
        assert on.app.screen is login
        assert len(on.app.screen_stack) == 2
        assert (await kept(on, lambda draft: draft.description == "hole")).at_offset == 4
