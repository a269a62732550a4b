"""Locking: by the key or because nobody is there; the store may go on sending behind it."""

import asyncio
from contextlib import AbstractAsyncContextManager

import pytest

from civictui.domain.errors import SealedOtherwise, StoreFull
from civictui.domain.events import LockedSending, SignInNeeded
from civictui.domain.model import Report, SyncPhase, SyncState, Unsent
from civictui.screens.ask import Ask
from civictui.screens.help import Help
from civictui.screens.login import Login
from civictui.screens.report_list import ReportList
from civictui.screens.report_new import ReportNew
from civictui.screens.sealed_otherwise import SealedPage
from civictui.screens.sign_in_again import AskPassword
from civictui.widgets.form.line_field import LineField, PasswordField
from civictui.widgets.form.text_field import TextField
from tests.conftest import MovableClock
from tests.fakes import FakeService
from tests.stage import Stage, stage, until

WAITING = SyncState(phase=SyncPhase.WAITING, unsent=Unsent(2, 1, 230_000))
FIVE_MINUTES = 300.0


async def locked(on: Stage) -> Login:
    await on.shows(Login)
    await on.reads("Locked.")
    return await on.shows(Login)


# --- by the key ---


async def test_locking_says_what_is_still_being_sent_until_it_is() -> None:
    async with stage(FakeService(state=WAITING)) as on:
        await on.press("f12")
        await on.reads("locked, still sending 3")
        assert on.service.called("lock") == [("demo", True)]
        on.service.sending = 1
        on.service.emit(LockedSending(1))
        await on.reads("locked, still sending 1")
        on.service.send_all()
        await until(lambda: "sending" not in on.text)


async def test_a_store_that_needs_its_person_does_not_say_that_it_is_sending() -> None:
    ended = WAITING.with_(phase=SyncPhase.NEEDS_SIGN_IN)
    async with stage(FakeService(state=ended)) as on:
        await on.press("f12")
        await locked(on)
        await on.reads("3 not sent: sign in to send")
        assert "still sending" not in on.text


async def test_a_locked_store_that_gives_up_says_what_is_not_sent() -> None:
    async with stage(FakeService(state=WAITING)) as on:
        await on.press("f12")
        await on.reads("locked, still sending 3")
        on.service.sending = 0
        on.service.emit(LockedSending(0, given_up=2))
        await on.reads("2 not sent: sign in to send")
        assert "still sending" not in on.text


async def test_another_user_works_while_the_first_store_is_still_sending() -> None:
    async with stage(FakeService(state=WAITING)) as on:
        await on.press("f12")
        await locked(on)
        assert on.find(LineField, "#user").value == ""
        assert "demo" not in on.text
        on.service.state = SyncState(phase=SyncPhase.IDLE)
        await on.press(*"asha", "tab", *"right", "space", *"horse", "enter")
        await on.shows(ReportList)
        assert on.service.user == "asha"
        on.service.emit(LockedSending(2))
        on.service.emit(SignInNeeded("demo"))
        await on.settle()
        assert isinstance(on.app.screen, ReportList)
        await on.press("f12")
        await on.reads("locked, still sending 3")


async def test_the_name_given_at_the_start_is_not_kept_for_the_next_one() -> None:
    async with stage(user="demo", signed_in=False) as on:
        assert on.find(LineField, "#user").value == "demo"
        await on.sign_in()
        await on.press("f12")
        await locked(on)
        assert on.find(LineField, "#user").value == ""


async def test_leaving_while_a_locked_store_sends_asks_first() -> None:
    async with stage(FakeService(state=WAITING)) as on:
        await on.press("f12")
        await locked(on)
        await on.press("ctrl+q")
        await on.shows(Ask)
        await on.reads("Not sent yet: 3 of a locked store.")
        await on.press("right", "enter")
        await until(lambda: not on.app.is_running)
        assert on.service.called("lock")[-1] == ("", False)


async def test_locking_twice_in_a_burst_locks_once() -> None:
    async with stage() as on:
        on.service.hold = asyncio.Event()
        await on.press("f12", "f12")
        await until(lambda: on.service.called("lock"))
        await on.reads("Locking …")
        on.service.hold.set()
        await locked(on)
        assert on.service.called("lock") == [("demo", True)]


async def test_locking_takes_everything_from_the_screen_before_it_waits() -> None:
    service = FakeService()
    service.reader.add(Report(id="1", description="secret"))
    async with stage(service) as on:
        await on.reads("secret")
        await on.press("f9", *"right", "enter", *"new")
        service.hold = asyncio.Event()
        await on.press("f12")
        await on.reads("Locking …")
        assert "secret" not in on.text
        assert "demo" not in on.text
        await on.press(*"demo", "tab", *"right", "space", *"horse", "enter")
        await on.reads("Signing in …")
        service.hold.set()
        await on.shows(ReportList)
        assert service.user == "demo"


# --- because nobody is there ---


def watched(
    clock: MovableClock, service: FakeService | None = None, *, signed_in: bool = True
) -> AbstractAsyncContextManager[Stage]:
    return stage(service, signed_in=signed_in, lock_after=FIVE_MINUTES, clock=clock.monotonic)


async def test_the_last_minute_is_announced_in_steps_and_then_it_locks(
    clock: MovableClock,
) -> None:
    service = FakeService(state=WAITING)
    service.reader.add(Report(id="1", description="secret"))
    async with watched(clock, service) as on:
        await on.press("n", *"hole")
        clock.move(239)
        on.app.look_at_the_clock()
        assert "locks in" not in on.text
        for left in (60, 50, 40, 30, 20, 10):
            clock.move(FIVE_MINUTES - left - clock.monotonic())
            on.app.look_at_the_clock()
            await on.reads(f"locks in {left} s")
        clock.move(10)
        on.app.look_at_the_clock()
        await locked(on)
        assert service.called("lock") == [("demo", True)]
        assert [draft.description for draft in service.reader.kept_drafts.values()] == ["hole"]
        for word in ("secret", "hole", "locks in"):
            assert word not in on.text
        await on.reads("locked, still sending 3")


async def test_each_key_puts_it_off(clock: MovableClock) -> None:
    async with watched(clock) as on:
        clock.move(270)
        on.app.look_at_the_clock()
        await on.reads("locks in 30 s")
        await on.press("j")
        await until(lambda: "locks in" not in on.text)
        clock.move(270)
        on.app.look_at_the_clock()
        await on.reads("locks in 30 s")


async def test_it_announces_and_locks_by_itself(clock: MovableClock) -> None:
    async with stage(lock_after=0.04, clock=clock.monotonic) as on:
        clock.move(0.03)
        await on.reads("locks in 10 s")
        clock.move(0.02)
        await locked(on)


async def test_a_key_after_the_device_has_slept_locks_and_does_nothing_else(
    clock: MovableClock,
) -> None:
    async with watched(clock) as on:
        clock.move(8 * 3600)
        await on.press("n")
        await locked(on)
        assert on.find(LineField, "#user").value == ""
        await on.press(*"nn")
        assert on.find(LineField, "#user").value == "nn"


async def test_nothing_is_announced_or_locked_where_it_is_turned_off(clock: MovableClock) -> None:
    async with stage(lock_after=0.0, clock=clock.monotonic) as on:
        clock.move(10**9)
        on.app.look_at_the_clock()
        await on.press("n")
        await on.shows(ReportNew)


async def test_a_draft_that_cannot_be_kept_keeps_the_screen(clock: MovableClock) -> None:
    async with watched(clock) as on:
        await on.press("n", *"hole")
        await until(lambda: on.service.called("save_draft"))
        await on.press("s")
        on.service.failing["save_draft"] = StoreFull("The disk is full", "Make room.")
        clock.move(FIVE_MINUTES)
        on.app.look_at_the_clock()
        await on.reads("The disk is full. Make room.")
        assert on.find(TextField).text == "holes"
        assert not on.service.called("lock")
        await on.press("!")
        clock.move(FIVE_MINUTES)
        on.app.look_at_the_clock()
        await locked(on)
        assert [d.description for d in on.service.reader.kept_drafts.values()] == ["holes!"]


async def test_what_was_typed_for_a_sign_in_does_not_stay(clock: MovableClock) -> None:
    async with watched(clock, signed_in=False) as on:
        await on.press(*"demo", "tab", *"right")
        clock.move(FIVE_MINUTES)
        on.app.look_at_the_clock()
        await until(lambda: on.app.screen.query(PasswordField) and not _typed(on))
        await until(lambda: on.service.called("lock"))
        assert "Locked" not in on.text
        on.app.look_at_the_clock()
        await on.settle()
        assert on.service.called("lock") == [("", True)]


def _typed(on: Stage) -> str:
    return on.find(LineField, "#user").value + on.find(PasswordField).value


async def test_a_half_opened_store_is_given_up(clock: MovableClock) -> None:
    service = FakeService(failing={"sign_in": SealedOtherwise(recoverable=True)})
    async with watched(clock, service, signed_in=False) as on:
        await on.press(*"demo", "tab", *"right", "enter")
        await on.shows(SealedPage)
        clock.move(FIVE_MINUTES)
        on.app.look_at_the_clock()
        await on.shows(Login)
        await until(lambda: service.called("give_up") == ["demo"])


async def test_a_sign_in_that_takes_longer_than_the_time_ends_locked(clock: MovableClock) -> None:
    service = FakeService(hold=(held := asyncio.Event()))
    async with watched(clock, service, signed_in=False) as on:
        await on.press(*"demo", "tab", *"right", "space", *"horse", "enter")
        await on.reads("Signing in …")
        clock.move(FIVE_MINUTES)
        on.app.look_at_the_clock()
        await until(lambda: "Signing in" not in on.text)
        held.set()
        await until(lambda: ("demo", True) in service.called("lock"))
        await on.settle()
        assert isinstance(on.app.screen, Login)
        assert service.user == ""


@pytest.mark.parametrize("over", [AskPassword, Help])
async def test_it_locks_whatever_lies_on_top(over: type, clock: MovableClock) -> None:
    async with watched(clock) as on:
        if over is Help:
            await on.press("question_mark")
        else:
            on.service.emit(SignInNeeded("demo"))
        await on.shows(over)
        clock.move(FIVE_MINUTES)
        on.app.look_at_the_clock()
        await locked(on)


class SlowToClose(FakeService):
    """Its store is open until a test says so."""

    closing = asyncio.Event()

    async def lock(self, *, linger: bool = False) -> None:
        await self.closing.wait()
        await super().lock(linger=linger)


async def test_once_it_is_locked_no_key_is_offered_for_that() -> None:
    service = SlowToClose()
    async with stage(service) as on:
        await on.press("f12")
        await on.reads("F12 lock")
        service.closing.set()
        await on.reads("Locked.")
        await until(lambda: "F12" not in on.text)
