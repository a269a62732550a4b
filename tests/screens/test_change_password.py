"""Another password: refused with its reason, never half done in silence, nothing typed twice."""

import asyncio

import pytest

from civictui.domain.errors import CivicError, Refused, SignInBlocked, Unreachable
from civictui.domain.events import SignInNeeded
from civictui.screens.change_password import ChangePasswordPage
from civictui.screens.report_list import ReportList
from civictui.screens.sign_in_again import AskPassword
from civictui.widgets.form.line_field import PasswordField
from tests.fakes import FakeService
from tests.stage import Stage, stage, until

NEW = "three-blue-lamps"


async def begin(on: Stage) -> ChangePasswordPage:
    await on.press("f9")
    return await on.shows(ChangePasswordPage)


async def fill(on: Stage, current: str = "right horse", new: str = NEW, again: str = NEW) -> None:
    """Put the three in as typing does, and press Enter in the last field."""
    for name, value in (("current", current), ("new", new), ("again", again)):
        field = on.find(PasswordField, f"#{name}")
        field.value = value
        field.focus()
    await on.settle()
    await on.press("enter")


def typed(on: Stage) -> list[str]:
    return [field.value for field in on.app.screen.query(PasswordField)]


async def test_a_password_is_changed_by_keyboard_alone() -> None:
    async with stage() as on:
        await begin(on)
        await on.reads("12 characters at least")
        await on.press(*"right", "space", *"horse", "enter", *NEW, "enter", *NEW, "enter")
        await on.shows(ReportList)
        await on.reads("the password is changed")
        assert on.service.called("change_password") == [("right horse", NEW)]


async def test_what_the_service_has_to_say_of_it_is_said() -> None:
    async with stage() as on:
        on.service.to_say = "both passwords open the store until the next sign-in"
        await begin(on)
        await fill(on)
        await on.shows(ReportList)
        await on.reads("both passwords open the store until the next sign-in")


@pytest.mark.parametrize(
    ("typing", "words", "left"),
    [
        ({"new": "x"}, "The two new ones are not the same.", ["right horse", "", ""]),
        ({"new": "", "again": ""}, "Fill in all three.", ["right horse", "", ""]),
        (
            {"new": "right horse", "again": "right horse"},
            "This is the password that you have.",
            ["right horse", "", ""],
        ),
    ],
)
async def test_what_is_bound_to_fail_is_not_asked(
    typing: dict[str, str], words: str, left: list[str]
) -> None:
    async with stage() as on:
        await begin(on)
        await fill(on, **typing)
        await on.reads(words)
        assert typed(on) == left
        assert on.app.focused is on.find(PasswordField, "#new")
        assert not on.service.called("change_password")


async def test_a_wrong_current_one_says_how_many_attempts_are_left() -> None:
    async with stage() as on:
        await begin(on)
        await fill(on, current="wrong")
        await on.reads("2 attempts are left")
        assert typed(on) == ["", NEW, NEW]
        assert on.app.focused is on.find(PasswordField, "#current")


async def test_a_weak_one_is_refused_with_the_reason() -> None:
    async with stage() as on:
        await begin(on)
        await fill(on, new="short", again="short")
        await on.reads("A password has at least 12 characters. Take a few words.")
        assert typed(on) == ["right horse", "", ""]


@pytest.mark.parametrize(
    ("error", "left"),
    [
        (Unreachable("The server cannot be reached", "It takes a link."), [NEW, NEW]),
        (SignInBlocked(200), [NEW, NEW]),
        (Refused(400, "weak_password", "it is among the most used"), ["", ""]),
    ],
)
async def test_every_refusal_is_said_and_only_what_was_wrong_is_typed_again(
    error: CivicError, left: list[str]
) -> None:
    async with stage() as on:
        await begin(on)
        on.service.failing["change_password"] = error
        await fill(on)
        await on.reads(error.sentence.split(".")[0][:60])
        assert typed(on) == ["right horse", *left]


async def test_esc_leaves_it_as_it_is() -> None:
    async with stage() as on:
        await begin(on)
        await on.press(*"half", "escape")
        await on.shows(ReportList)
        assert not on.service.called("change_password")


async def test_the_end_of_the_session_in_between_loses_nothing() -> None:
    async with stage() as on:
        await begin(on)
        await on.press(*"right", "space", *"horse", "tab", *"three")
        on.service.emit(SignInNeeded("demo"))
        await on.shows(AskPassword)
        await on.press("escape")
        await on.shows(ChangePasswordPage)
        assert typed(on) == ["right horse", "three", ""]


async def test_a_change_that_ends_under_a_question_ends_the_page_when_it_is_answered() -> None:
    service = FakeService()
    async with stage(service) as on:
        await begin(on)
        service.hold = asyncio.Event()
        await fill(on)
        service.emit(SignInNeeded("demo"))
        await on.shows(AskPassword)
        service.hold.set()
        await until(lambda: service.password == NEW)
        assert isinstance(on.app.screen, AskPassword)
        await on.press("escape")
        await on.shows(ReportList)
        await on.reads("the password is changed")
