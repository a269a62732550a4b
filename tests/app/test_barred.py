"""A terminal that may only deliver: from the sign-in on, and in the middle of any work."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from textual.timer import Timer

from civictui.domain.errors import StoreFull
from civictui.domain.events import SignInNeeded, SyncStateChanged
from civictui.domain.model import NO_POLICY, Draft, Policy, SyncPhase, SyncState, Unsent
from civictui.screens import obeying
from civictui.screens.ask import Ask
from civictui.screens.delivery_page import DeliveryPage
from civictui.screens.export_page import ExportPage
from civictui.screens.login import Login
from civictui.screens.report_list import ReportList
from civictui.screens.report_new import ReportNew
from civictui.screens.sign_in_again import AskPassword
from civictui.widgets.form.line_field import LineField, PasswordField
from civictui.widgets.title_line import TitleLine
from tests.fakes import FakeService
from tests.screens.every_page import BY_NAME, SIGN_IN, WAYS, Way, arrived, barred, in_conflict
from tests.stage import Stage, stage, until

OLD = Policy(minimum_version="1.4", disabled_message="Ask at desk 3.")
LOST = Policy(disabled=True, disabled_message="Reported as lost.")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OVER_A_LOGIN = {way.name for way in WAYS if not way.signed_in}


@dataclass
class Full(FakeService):
    """On a full disk, until there is room again."""

    is_full: bool = True

    async def save_draft(self, draft: Draft) -> None:
        if self.is_full:
            raise StoreFull("No room on the disk")
        await super().save_draft(draft)


def drafts(on: Stage) -> list[str]:
    return [draft.description for draft in on.service.reader.kept_drafts.values()]


async def test_signing_in_leads_to_what_is_left() -> None:
    async with stage(barred(), signed_in=False) as on:
        await on.enter()
        await on.shows(DeliveryPage)
        await on.reads("This version of civictui is disabled")
        await on.reads("ask at desk 3")
        await on.reads("1.4 or later")
        await on.reads("3 reports and photos wait here")


async def test_a_lost_terminal_says_that() -> None:
    state = SyncState(phase=SyncPhase.DISABLED, proved_at=NOON)
    async with stage(FakeService(asked=LOST, state=state), signed_in=False) as on:
        await on.enter()
        await on.shows(DeliveryPage)
        await on.reads("This terminal is disabled")
        await on.reads("Reported as lost.")
        await on.reads("Everything that was saved here has been sent")


async def test_without_a_proof_nothing_is_said_to_be_sent() -> None:
    async with stage(FakeService(asked=LOST), signed_in=False) as on:
        await on.enter()
        await on.shows(DeliveryPage)
        await on.reads("Nothing waits here to be sent")
        assert "has been sent" not in on.text


@pytest.mark.parametrize(
    "way", [way for way in WAYS if way.name not in OVER_A_LOGIN], ids=lambda way: way.name
)
async def test_every_page_gives_way(way: Way) -> None:
    async with arrived(way) as (on, _):
        on.service.asks(OLD)
        await on.shows(DeliveryPage)
        assert len(on.app.screen_stack) == 2
        on.service.asks(NO_POLICY)
        await until(lambda: any(isinstance(each, ReportList) for each in on.app.screen_stack))


async def test_it_is_said_that_all_works_again() -> None:
    async with stage(barred(), signed_in=False) as on:
        await on.enter()
        await on.shows(DeliveryPage)
        on.service.asks(NO_POLICY)
        await on.shows(ReportList)
        await on.reads("this terminal works again")


async def test_a_page_that_was_on_its_way_gives_way_too() -> None:
    async with stage(barred(), signed_in=False) as on:
        await on.enter()
        below = await on.shows(DeliveryPage)
        on.app.push_screen(ReportNew(below.desk))
        await on.shows(ReportNew)
        on.service.emit(SyncStateChanged(on.service.state))
        await on.shows(DeliveryPage)
        assert on.app.screen is below


async def test_what_is_being_typed_becomes_a_draft_and_is_gone_on_with() -> None:
    async with stage() as on:
        await on.press("n", *"A deep hole")
        on.service.asks(OLD)
        await on.shows(DeliveryPage)
        assert drafts(on) == ["A deep hole"]
        assert "A deep hole" not in on.text
        on.service.asks(NO_POLICY)
        await on.shows(ReportNew)
        await on.reads("A deep hole")


async def test_a_draft_that_cannot_be_kept_keeps_its_page() -> None:
    service = Full()
    async with stage(service) as on:
        await on.press("n", *"A deep hole")
        on.service.asks(OLD)
        await on.reads("No room on the disk")
        await on.shows(ReportNew)
        service.is_full = False
        await on.shows(DeliveryPage)
        assert drafts(on) == ["A deep hole"]


async def test_however_much_happens_it_is_tried_again_once_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service, waits = Full(), list[float]()
    async with stage(service) as on:
        await on.press("n", *"A deep hole")
        set_timer = on.app.set_timer

        def counted(delay: float, *rest: Callable[[], object]) -> Timer:
            waits.append(delay)
            return set_timer(delay, *rest)

        monkeypatch.setattr(obeying, "AGAIN", 3600.0)
        monkeypatch.setattr(on.app, "set_timer", counted)
        on.service.asks(OLD)
        await on.reads("No room on the disk")
        for _ in range(5):
            on.service.emit(SyncStateChanged(on.service.state))
            await on.settle()
        assert waits.count(3600.0) == 1
        service.is_full = False


async def test_a_question_is_not_answered() -> None:
    async with arrived(BY_NAME["Ask"]) as (on, _):
        await on.shows(Ask)
        on.service.asks(OLD)
        await on.shows(DeliveryPage)
        assert not on.service.called("discard_draft")
        assert on.service.reader.kept_drafts


async def test_what_waits_is_counted_as_it_goes() -> None:
    async with stage(barred(), signed_in=False) as on:
        await on.enter()
        await on.shows(DeliveryPage)
        state = SyncState(phase=SyncPhase.PUSHING, unsent=Unsent(1, 0, 0))
        on.service.emit(SyncStateChanged(state))
        await on.reads("1 report or photo waits here")
        on.service.emit(SyncStateChanged(SyncState(phase=SyncPhase.DISABLED, proved_at=NOON)))
        await on.reads("Everything that was saved here has been sent")
        await on.reads("disabled · all sent")


async def test_it_can_be_tried_exported_locked_and_left() -> None:
    async with stage(barred(), signed_in=False) as on:
        await on.enter()
        await on.shows(DeliveryPage)
        await on.press("r")
        assert on.service.called("sync_now")
        await on.press("x")
        await on.shows(ExportPage)
        on.find(LineField, "#path").value = "/media/stick/a.cvx"
        for name in ("#password", "#again"):
            on.find(PasswordField, name).value = "some words for it"
        on.find(PasswordField, "#again").focus()
        await on.press("enter")
        await on.shows(DeliveryPage)
        await on.reads("the store keeps all of it")
        await on.press("q")
        await on.shows(Ask)
        await on.press("escape", "f12")
        await on.shows(Login)


async def test_what_came_of_a_try_is_said() -> None:
    async with stage(barred(), signed_in=False) as on:
        await on.enter()
        await on.shows(DeliveryPage)
        for ends, said in ((SyncPhase.DISABLED, "still disabled"), (SyncPhase.OFFLINE, "")):
            await on.press("r")
            for phase in (SyncPhase.CONNECTING, SyncPhase.PUSHING):
                on.service.emit(SyncStateChanged(SyncState(phase=phase)))
                await on.settle()
                assert on.find(TitleLine).notice == "trying now …"
            on.service.emit(SyncStateChanged(SyncState(phase=ends)))
            await until(lambda: on.find(TitleLine).notice == said)  # noqa: B023 (awaited here)


async def test_the_notice_is_told_there_too() -> None:
    async with stage() as on:
        await on.press("n", *"A deep hole")
        on.service.asks(replace(OLD, message="Closed on Monday."))
        await on.shows(DeliveryPage)
        await on.reads("Notice: Closed on Monday.")


async def test_what_signing_in_has_to_say_is_said_there_too() -> None:
    service = FakeService(asked=replace(OLD, message="Closed on Monday."), to_say="3 wait there")
    async with stage(service, signed_in=False) as on:
        await on.enter()
        await on.shows(DeliveryPage)
        await on.reads("3 wait there; Notice: Closed on Monday.")


async def test_the_end_of_a_session_is_mended_from_there() -> None:
    async with stage(barred(), signed_in=False) as on:
        await on.enter()
        await on.shows(DeliveryPage)
        on.service.emit(SyncStateChanged(SyncState(phase=SyncPhase.NEEDS_SIGN_IN)))
        on.service.emit(SignInNeeded("demo"))
        await on.shows(AskPassword)
        await on.press("escape")
        await on.shows(DeliveryPage)
        await on.press("r")
        await on.shows(AskPassword)


async def test_a_pause_ends_with_the_next_try() -> None:
    async with stage(barred(), signed_in=False) as on:
        await on.enter()
        await on.shows(DeliveryPage)
        paused = SyncState(phase=SyncPhase.PAUSED, unsent=Unsent(1, 0, 0))
        on.service.emit(SyncStateChanged(paused))
        await on.reads("! You have paused the sync: r goes on with it.")
        await on.press("r")
        assert on.service.called("resume_sync")
        assert on.service.called("sync_now")


async def test_who_types_a_password_for_a_file_is_not_taken_from_it_when_it_is_lifted() -> None:
    async with stage(barred(), signed_in=False) as on:
        await on.enter()
        await on.press("x")
        await on.shows(ExportPage)
        on.service.asks(NO_POLICY)
        await on.settle()
        await on.shows(ExportPage)
        await on.press("escape")
        await on.shows(ReportList)


async def test_a_locked_terminal_shows_nothing_of_it() -> None:
    async with stage(in_conflict()) as on:
        await on.press("f12")
        await on.shows(Login)
        on.service.asks(OLD)
        await on.settle()
        await on.shows(Login)
        assert "disabled" not in on.text
        for key in SIGN_IN:
            await on.press(key)
        await on.shows(DeliveryPage)
