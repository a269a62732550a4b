import asyncio
import signal

from civictui.domain.errors import StoreFull
from civictui.domain.model import Photo, Report, SyncPhase, SyncState, Unsent
from civictui.screens.ask import Ask
from civictui.screens.login import Login
from civictui.screens.report_list import ReportList
from civictui.screens.report_new import ReportNew
from civictui.widgets.form.text_field import TextField
from tests.fakes import FakeService
from tests.stage import stage, until

UNSENT = SyncState(phase=SyncPhase.WAITING, unsent=Unsent(2, 1, 230_000))


async def test_q_leaves_at_once_when_all_is_sent() -> None:
    async with stage() as on:
        await on.press("q")
        await until(lambda: not on.app.is_running)
        assert on.service.user == ""
        assert on.app.return_code == 0


async def test_leaving_says_what_is_not_sent_with_the_safe_answer_in_focus() -> None:
    async with stage(FakeService(state=UNSENT)) as on:
        await on.press("ctrl+q")
        await on.shows(Ask)
        await on.reads("Not sent yet: 2 reports, 1 photo 230 kB.")
        await on.press("enter")
        await on.shows(ReportList)
        await on.press("q")
        await on.shows(Ask)
        await on.press("escape")
        await on.shows(ReportList)
        await on.press("q", "right", "enter")
        await until(lambda: not on.app.is_running)


async def test_leaving_from_the_form_keeps_the_draft() -> None:
    async with stage() as on:
        await on.press("n", *"hole", "ctrl+q")
        await until(lambda: not on.app.is_running)
        (draft,) = on.service.reader.kept_drafts.values()
        assert draft.description == "hole"
        assert on.service.called("lock")[0] == ("demo", False)


async def test_a_draft_that_cannot_be_kept_keeps_the_app_open() -> None:
    async with stage() as on:
        await on.press("n", *"hole")
        await until(lambda: on.service.called("save_draft"))
        await on.press(*"s")
        on.service.failing["save_draft"] = StoreFull("The disk is full", "Make room.")
        await on.press("ctrl+q")
        await on.reads("The disk is full. Make room.")
        assert on.find(TextField).text == "holes"


async def test_locking_saves_closes_the_store_and_asks_for_the_password() -> None:
    service = FakeService()
    service.reader.add(Report(id="1", description="secret", photos=(Photo("a", "b"),)))
    async with stage(service) as on:
        await on.press("n", *"hole", "f12")
        await on.shows(Login)
        await on.reads("Locked.")
        assert service.user == ""
        assert [draft.description for draft in service.reader.kept_drafts.values()] == ["hole"]
        assert "secret" not in on.text
        await on.enter()
        await on.shows(ReportNew)
        await on.reads("hole")
        await on.press("escape")
        await on.shows(ReportList)
        await on.reads("secret")


async def test_locking_waits_for_a_report_that_is_being_saved() -> None:
    service = FakeService()
    async with stage(service) as on:
        await on.press("n", *"hole")
        service.hold = asyncio.Event()
        await on.press("ctrl+s", "f12")
        await until(lambda: service.called("submit") or service.called("save_draft"))
        assert not service.called("lock")
        service.hold.set()
        await on.shows(Login)
        names = [name for name, _ in service.calls]
        assert names.index("submit") < names.index("lock")
        assert not service.reader.kept_drafts
        assert [row.report.description for row in service.reader.reports.values()] == ["hole"]


async def test_a_second_signal_does_not_cut_short_what_the_first_began() -> None:
    service = FakeService(state=UNSENT)
    async with stage(service) as on:
        held = service.hold = asyncio.Event()
        on.app._depart(signal.SIGHUP)
        await until(lambda: service.called("lock"))
        on.app._depart(signal.SIGHUP)
        await on.settle()
        assert on.app.is_running
        held.set()
        await until(lambda: not on.app.is_running)
        assert service.sending == 3
        assert on.app.return_code == 128 + signal.SIGHUP


async def test_letters_in_a_form_never_leave_or_open_anything() -> None:
    async with stage() as on:
        await on.press("n", *"q?/jnr")
        screen = await on.shows(ReportNew)
        assert screen.form.fill(screen.collect()).description == "q?/jnr"
