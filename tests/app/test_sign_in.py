import asyncio
from typing import Any

import pytest

from civictui.domain.errors import (
    CivicError,
    PepperMissing,
    SignInBlocked,
    StoreBusy,
    StoreMissing,
    WrongPassword,
)
from civictui.domain.events import SignInNeeded
from civictui.domain.model import Report, SyncPhase, SyncState
from civictui.screens.ask import Ask
from civictui.screens.login import Login
from civictui.screens.report_list import ReportList
from civictui.screens.report_new import ReportNew
from civictui.screens.sign_in_again import AskPassword
from civictui.widgets.form.line_field import LineField, PasswordField
from civictui.widgets.form.text_field import TextField
from tests.fakes import FakeService
from tests.stage import stage, until


async def test_focus_goes_from_user_to_password_to_the_list() -> None:
    async with stage(signed_in=False) as on:
        await on.shows(Login)
        assert on.app.focused is on.find(LineField, "#user")
        await on.write("demo")
        await on.press("enter")
        assert on.app.focused is on.find(PasswordField)
        await on.write("right horse")
        await on.press("enter")
        await on.shows(ReportList)
        assert on.service.called("sign_in") == [("demo", "right horse")]


async def test_the_login_screen_shows_server_and_hint_and_nobody_who_worked_here() -> None:
    async with stage(signed_in=False, hint="user demo, password demo-demo-demo") as on:
        await on.reads("https://city.example")
        await on.reads("user demo, password demo-demo-demo")
        assert on.find(LineField, "#user").value == ""


async def test_blanks_around_a_password_count() -> None:
    async with stage(FakeService(password=" two  blanks "), signed_in=False) as on:
        await on.sign_in()
        assert on.service.called("sign_in") == [("demo", " two  blanks ")]


async def test_a_wrong_password_says_how_many_attempts_are_left() -> None:
    async with stage(signed_in=False) as on:
        await on.write("demo")
        await on.press("tab", *"wrong", "enter")
        await on.reads("Wrong user name or password. 2 attempts are left before a pause.")
        assert on.find(LineField, "#user").value == "demo"
        assert on.find(PasswordField).value == ""
        assert on.app.focused is on.find(PasswordField)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SignInBlocked(240), "Try again in 240 s."),
        (StoreMissing("Never seen here", "Sign in online once."), "Sign in online once."),
        (PepperMissing("The medium is not here", "Put it in."), "not here. Put it in."),
        (WrongPassword("The password does not open the store"), "does not open the store"),
    ],
)
async def test_every_refusal_is_said_in_its_words(error: CivicError, words: str) -> None:
    service = FakeService(failing={"sign_in": error})
    async with stage(service, signed_in=False) as on:
        await on.press(*"demo", "tab", *"x", "enter")
        await on.reads(words)


async def test_a_long_refusal_is_read_to_its_end_on_the_smallest_screen() -> None:
    advice = "Put in the medium with the second half of the secret, then sign in once more."
    service = FakeService(failing={"sign_in": PepperMissing("The pepper file is not here", advice)})
    async with stage(
        service, signed_in=False, size=(60, 16), hint="a hint of two lines " * 3
    ) as on:
        await on.press(*"demo", "tab", *"x", "enter")
        await on.reads("once more.")
        await on.reads("The pepper file is not here.")
        await on.reads("Password")


async def test_an_empty_field_is_pointed_at() -> None:
    async with stage(signed_in=False) as on:
        await on.press("tab", "enter")
        await on.reads("Fill in the user name and the password.")
        assert on.app.focused is on.find(LineField, "#user")
        assert not on.service.called("sign_in")


async def test_while_it_signs_in_it_says_so_and_asks_once() -> None:
    service = FakeService(hold=(held := asyncio.Event()))
    async with stage(service, signed_in=False) as on:
        await on.press(*"demo", "tab", *"right", "enter", "enter")
        await on.reads("Signing in …")
        assert len(service.called("sign_in")) == 1
        held.set()


BUSY = StoreBusy("The store is open in another process", "Leave it there.", holder=4711)


async def test_a_store_that_is_open_elsewhere_can_be_taken_over() -> None:
    service = FakeService(failing={"sign_in": BUSY})
    async with stage(service, signed_in=False) as on:
        await on.press(*"demo", "tab", *"right", "space", *"horse", "enter")
        await on.shows(Ask)
        await on.reads("open in another process. Take it over?")
        held = service.hold = asyncio.Event()
        await on.press("right", "enter")
        await on.reads("The other civictui is asked to save and leave …")
        held.set()
        await on.shows(ReportList)
        assert service.called("take_over") == [("demo", "right horse")]


async def test_taking_over_is_not_the_safe_answer_and_nothing_is_done_with_it() -> None:
    service = FakeService(failing={"sign_in": BUSY})
    async with stage(service, signed_in=False) as on:
        await on.press(*"demo", "tab", *"right", "enter")
        await on.shows(Ask)
        await on.press("enter")
        await on.shows(Login)
        await on.reads("The store is open in another process.")
        assert on.find(PasswordField).value == ""
        assert not service.called("take_over")


async def test_a_store_that_nobody_leaves_can_be_asked_for_again() -> None:
    service = FakeService(failing={"sign_in": BUSY, "take_over": StoreBusy("Still open")})
    async with stage(service, signed_in=False) as on:
        await on.press(*"demo", "tab", *"right", "space", *"horse", "enter")
        await on.shows(Ask)
        await on.press("right", "enter")
        await until(lambda: service.called("take_over"))
        await on.shows(Ask)
        await on.reads("Still open. Take it over?")
        await on.press("right", "enter")
        await on.shows(ReportList)


async def test_a_sign_in_without_a_link_says_that_it_works_offline() -> None:
    async with stage(FakeService(online=False)) as on:
        await on.reads("working offline")


async def test_keys_that_arrive_in_one_burst_find_their_fields() -> None:
    async with stage(signed_in=False) as on:
        keys = [*"demo", "tab", *"right_horse", "enter"]
        on.service.password = "right_horse"
        await _burst(on.app, keys)
        await on.shows(ReportList)
        await _burst(on.app, ["n", *"quickly"])
        await on.shows(ReportNew)
        await until(lambda: on.find(TextField).text == "quickly")


async def _burst(app: Any, keys: list[str]) -> None:
    """All keys at once, as a slow link delivers them."""
    from textual import events

    for key in keys:
        character = key if len(key) == 1 else None
        app.post_message(events.Key({"_": "underscore"}.get(key, key), character))


# --- the session ends in the middle of work ---


async def test_the_password_is_asked_for_with_the_name_fixed_and_typed_work_stays() -> None:
    async with stage() as on:
        await on.press("n", *"hole")
        on.service.emit(SignInNeeded("demo"))
        await on.shows(AskPassword)
        await on.reads("User      demo")
        await on.press(*"wrong", "enter")
        await on.reads("2 attempts are left")
        await on.press(*"right", "space", *"horse", "enter")
        await on.shows(ReportNew)
        assert on.find(TextField).text == "hole"
        assert on.service.called("sign_in_again") == ["wrong", "right horse"]


async def test_a_report_saved_under_the_question_ends_its_form_and_not_the_question() -> None:
    service = FakeService()
    async with stage(service) as on:
        await on.press("n", *"hole")
        service.hold = asyncio.Event()
        await on.press("ctrl+s")
        service.emit(SignInNeeded("demo"))
        await on.shows(AskPassword)
        service.hold.set()
        await until(lambda: service.reader.reports)
        await on.settle()
        assert isinstance(on.app.screen, AskPassword)
        await on.press("escape")
        await on.shows(ReportList)
        await on.reads("hole")


async def test_leaving_and_locking_work_while_the_password_is_asked_for() -> None:
    async with stage() as on:
        on.service.emit(SignInNeeded("demo"))
        await on.shows(AskPassword)
        await on.press("f12")
        await on.shows(Login)
        await on.sign_in()
        on.service.emit(SignInNeeded("demo"))
        await on.shows(AskPassword)
        await on.press("ctrl+q")
        await until(lambda: not on.app.is_running)


async def test_asking_again_can_be_put_off_and_taken_up_by_sync_now() -> None:
    service = FakeService(state=SyncState(phase=SyncPhase.NEEDS_SIGN_IN))
    service.reader.add(Report(id="1", description="x"))
    async with stage(service) as on:
        service.emit(SignInNeeded("demo"))
        service.emit(SignInNeeded("demo"))
        await on.shows(AskPassword)
        await on.press("escape")
        await on.shows(ReportList)
        await on.press("r")
        await on.shows(AskPassword)
        assert not service.called("sync_now")
