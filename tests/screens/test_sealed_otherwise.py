"""The gateway takes the password, the store does not: nothing is lost, and every way is offered."""

import asyncio
from functools import partial

import pytest

from civictui.domain.errors import Refused, SealedOtherwise, StoreFull, Unreachable
from civictui.screens.ask import Ask
from civictui.screens.login import Login
from civictui.screens.report_list import ReportList
from civictui.screens.sealed_otherwise import SealedPage
from civictui.widgets.explanation import Explanation
from civictui.widgets.form.line_field import LineField, PasswordField
from tests.fakes import FakeService
from tests.stage import Stage, stage, until


def sealed(*, recoverable: bool = True, damaged: bool = False) -> FakeService:
    error = SealedOtherwise(recoverable=recoverable, damaged=damaged)
    return FakeService(failing={"sign_in": error})


async def meet(on: Stage) -> SealedPage:
    """Sign in with a password that the gateway takes and the store does not."""
    await on.press(*"demo", "tab", *"right", "enter")
    return await on.shows(SealedPage)


async def test_the_earlier_password_opens_the_store() -> None:
    async with stage(sealed(), signed_in=False) as on:
        await meet(on)
        await on.reads("Nothing was lost, and nothing was changed.")
        await on.press(*"old", "space", *"horse", "enter")
        await on.shows(ReportList)
        await on.reads("from now on it opens with the new password")
        assert on.service.called("reseal") == ["old horse"]
        assert on.service.user == "demo"


async def test_a_wrong_earlier_password_can_be_tried_again() -> None:
    async with stage(sealed(), signed_in=False) as on:
        await meet(on)
        await on.press(*"older", "enter")
        await on.reads("This password does not open the store. Try again.")
        assert on.find(PasswordField).value == ""
        assert on.app.focused is on.find(PasswordField)
        await on.press(*"old horse".replace(" ", "_"), "enter")
        await on.reads("This password does not open the store.")
        on.service.earlier = "it"
        await on.press(*"it", "enter")
        await on.shows(ReportList)


@pytest.mark.parametrize("key", ["f6", "ctrl+r"])
async def test_a_forgotten_password_is_recovered_through_the_gateway(key: str) -> None:
    async with stage(sealed(), signed_in=False) as on:
        await meet(on)
        await on.press(key)
        await on.shows(ReportList)
        assert on.service.called("recover") == ["demo"]


async def test_a_recovery_key_off_line_names_who_can_help() -> None:
    service = sealed()
    service.failing["recover"] = Refused(409, "recovery_off_line", "the key is not here")
    async with stage(service, signed_in=False) as on:
        await meet(on)
        await on.press("f6")
        await on.reads("`civictui recover --key-file`")
        await on.shows(SealedPage)


async def test_a_link_that_fails_during_recovery_leaves_every_way_open() -> None:
    service = sealed()
    service.failing["recover"] = Unreachable("The server cannot be reached", "Try again later.")
    async with stage(service, signed_in=False) as on:
        await meet(on)
        await on.press("f6")
        await on.reads("The server cannot be reached. Try again later.")
        await on.press("f6")
        await on.shows(ReportList)


async def test_without_a_recovery_slot_recovery_is_not_offered() -> None:
    async with stage(sealed(recoverable=False), signed_in=False) as on:
        await meet(on)
        await on.reads("The server cannot help")
        await on.press("f6")
        assert "forgotten" not in on.lines[-1]
        assert not on.service.called("recover")


async def test_the_words_name_the_keys_as_they_were_moved() -> None:
    async with stage(sealed(), signed_in=False) as on:
        on.app.set_keymap({"sealed.set_aside": "f4"})
        await meet(on)
        await on.reads("F4 sets this store aside")
        await on.press("f4")
        await on.shows(Ask)


async def test_setting_aside_asks_once_with_the_safe_answer_in_focus() -> None:
    async with stage(sealed(), signed_in=False) as on:
        await meet(on)
        await on.press("f7")
        await on.shows(Ask)
        await on.reads("It is kept with all that was not")
        await on.press("enter")
        await on.shows(SealedPage)
        assert not on.service.called("set_aside")
        await on.press("f7", "right", "enter")
        await on.shows(ReportList)
        assert on.service.called("set_aside") == ["demo"]


async def test_what_was_just_set_aside_is_not_offered_in_the_same_breath() -> None:
    async with stage(sealed(), signed_in=False) as on:
        await meet(on)
        await on.press("f7", "right", "enter")
        await on.shows(ReportList)
        await on.reads("the earlier store is kept")


async def test_a_full_disk_while_setting_aside_changes_nothing() -> None:
    service = sealed()
    service.failing["set_aside"] = StoreFull("The disk is full", "Make room.")
    async with stage(service, signed_in=False) as on:
        await meet(on)
        await on.press("f7", "right", "enter")
        await on.reads("The disk is full. Make room.")
        await on.press("escape")
        await on.shows(Login)


async def test_esc_goes_back_and_forgets_what_was_typed() -> None:
    async with stage(sealed(), signed_in=False) as on:
        await meet(on)
        await on.press("escape")
        await on.shows(Login)
        assert on.service.called("give_up") == ["demo"]
        assert on.find(LineField, "#user").value == "demo"
        assert on.find(PasswordField).value == ""
        assert "Signing in" not in on.text
        await on.press(*"right", "space", *"horse", "enter")
        await on.shows(ReportList)


async def test_while_it_is_opened_nothing_else_can_be_begun() -> None:
    service = sealed()
    async with stage(service, signed_in=False) as on:
        await meet(on)
        service.hold = asyncio.Event()
        await on.press(*"old", "space", *"horse", "enter")
        await on.reads("Opening with the earlier password …")
        await on.press("enter", "f6", "f7", "escape")
        assert isinstance(on.app.screen, SealedPage)
        service.hold.set()
        await on.shows(ReportList)
        names = [name for name, _ in service.calls]
        assert names.count("reseal") == 1
        assert not {"recover", "set_aside", "give_up"} & set(names)


async def test_a_damaged_keyring_is_no_question_of_passwords() -> None:
    async with stage(sealed(damaged=True), signed_in=False) as on:
        await meet(on)
        await on.reads("The store on this terminal is damaged")
        assert not on.app.screen.query(PasswordField)
        await on.press("f6")
        await on.shows(ReportList)


async def test_every_word_can_be_read_on_the_smallest_screen() -> None:
    async with stage(sealed(), signed_in=False, size=(40, 10), lowest=True) as on:
        await meet(on)
        await on.reads("PgDn read on")
        seen = on.lines[1:8]
        while on.find(Explanation).goes_on(1):
            await on.press("pagedown")
            await until(partial(_differs, on, seen[-7:]))
            seen += on.lines[1:8]
        await until(lambda: "PgDn" not in on.text)
        words = " ".join(" ".join(seen).split())
        for said in ("Nothing was lost", "F6 asks the server", "F7 sets this store aside"):
            assert said in words
        assert "Password" in on.text
        await on.press("pageup", "pageup", "pageup", "pageup")
        await on.reads("The server takes this password")


def _differs(on: Stage, seen: list[str]) -> bool:
    return on.lines[1:8] != seen
