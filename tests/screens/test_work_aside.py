"""Work set aside is offered at each sign-in, and comes back with either password."""

import pytest

from civictui.domain.errors import Refused, StoreFull
from civictui.domain.events import SignInNeeded
from civictui.domain.model import Rescued
from civictui.screens.login import Login
from civictui.screens.report_list import ReportList
from civictui.screens.sign_in_again import AskPassword
from civictui.screens.work_aside import WorkAside
from civictui.widgets import words
from tests.fakes import FakeService
from tests.stage import Stage, stage, until

TODAY = ("right", "space", "horse")
EARLIER = ("old", "space", "horse")


def letters(*words: str) -> list[str]:
    return [key for word in words for key in ((word,) if word == "space" else word)]


async def enter(on: Stage) -> WorkAside:
    await on.press(*"demo", "tab", *letters(*TODAY), "enter")
    return await on.shows(WorkAside)


async def test_the_earlier_password_brings_the_work_back() -> None:
    async with stage(FakeService(aside=1), signed_in=False) as on:
        await enter(on)
        await on.reads("A store of yours was set aside")
        await on.press(*letters(*EARLIER), "enter")
        await on.shows(ReportList)
        await on.reads("2 reports and 1 photo are back")
        assert on.service.called("take_up") == ["old horse"]


async def test_it_can_be_put_off_and_is_offered_again() -> None:
    async with stage(FakeService(aside=1), signed_in=False) as on:
        await enter(on)
        await on.press("escape")
        await on.shows(ReportList)
        await on.press("f12")
        await on.shows(Login)
        await enter(on)


async def test_a_wrong_password_can_be_tried_again() -> None:
    async with stage(FakeService(aside=1), signed_in=False) as on:
        await enter(on)
        await on.press(*"wrong", "enter")
        await on.reads("This password does not open the store. Try again.")
        await on.press(*letters(*EARLIER), "enter")
        await on.shows(ReportList)


async def test_a_forgotten_password_is_recovered_with_todays() -> None:
    async with stage(FakeService(aside=1), signed_in=False) as on:
        await enter(on)
        await on.press(*"half", "f6")
        await on.reads("Type today's password")
        await on.press(*letters(*TODAY), "enter")
        await on.shows(ReportList)
        assert on.service.called("take_up_recovered") == ["right horse"]
        assert not on.service.called("take_up")


async def test_esc_goes_one_step_back_from_recovery() -> None:
    async with stage(FakeService(aside=1), signed_in=False) as on:
        await enter(on)
        await on.press("f6")
        await on.reads("Type today's password")
        await on.press("escape")
        await on.reads("Type the earlier password")
        await on.press("escape")
        await on.shows(ReportList)


async def test_a_failed_recovery_stays_and_says_who_can_help() -> None:
    service = FakeService(aside=1)
    service.failing["take_up_recovered"] = Refused(409, "recovery_off_line", "not here")
    async with stage(service, signed_in=False) as on:
        await enter(on)
        await on.press("f6", *letters(*TODAY), "enter")
        await on.reads("`civictui recover --aside --key-file`")


async def test_several_stores_are_taken_up_one_after_the_other() -> None:
    async with stage(FakeService(aside=2), signed_in=False) as on:
        await enter(on)
        await on.reads("2 stores of yours were set aside")
        await on.press(*letters(*EARLIER), "enter")
        await on.reads("2 reports and 1 photo are back.")
        await on.reads("A store of yours was set aside")
        await on.press("escape")
        await on.shows(ReportList)
        await on.reads("2 reports and 1 photo are back")


async def test_a_full_disk_leaves_the_work_where_it_is() -> None:
    service = FakeService(aside=1, failing={"take_up": StoreFull("The disk is full", "Make room.")})
    async with stage(service, signed_in=False) as on:
        await enter(on)
        await on.press(*letters(*EARLIER), "enter")
        await on.reads("The disk is full. Make room.")
        assert service.aside == 1


async def test_the_end_of_the_session_in_between_loses_nothing() -> None:
    async with stage(FakeService(aside=1), signed_in=False) as on:
        await enter(on)
        await on.press(*letters(*EARLIER))
        on.service.emit(SignInNeeded("demo"))
        await on.shows(AskPassword)
        await on.press("escape")
        await on.shows(WorkAside)
        await on.press("enter")
        await on.shows(ReportList)
        await until(lambda: on.service.called("take_up") == ["old horse"])


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (Rescued(2, 1, 0), "2 reports and 1 photo are back"),
        (Rescued(1, 0, 0), "1 report is back"),
        (Rescued(1, 2, 3), "1 report, 2 photos and 3 drafts are back"),
        (Rescued(0, 0, 1), "1 draft is back"),
        (Rescued(), "nothing was missing: all of it is here"),
    ],
)
def test_what_is_back_is_counted(what: Rescued, said: str) -> None:
    assert words.rescued(what) == said
