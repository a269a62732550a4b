"""What the service tells, from whichever thread and at whatever moment."""

import threading

import pytest
from textual.geometry import Region

from civictui.domain.events import ReportsChanged, StoreIsOlder, SyncStateChanged
from civictui.domain.model import Report, SyncPhase, SyncState
from civictui.screens.help import Help
from civictui.screens.report_detail import ReportDetail
from civictui.screens.report_list import ReportList
from tests.city import filled
from tests.fakes import FakeService
from tests.stage import stage, until


def from_another_thread(service: FakeService, *events: SyncStateChanged | ReportsChanged) -> None:
    def emit() -> None:
        for event in events:
            service.emit(event)

    thread = threading.Thread(target=emit)
    thread.start()
    thread.join()


async def test_events_come_from_any_thread() -> None:
    service = FakeService()
    async with stage(service) as on:
        service.reader.add(Report(id="1", description="a hole"))
        waiting = SyncState(phase=SyncPhase.WAITING, reason="no link")
        from_another_thread(service, SyncStateChanged(waiting), ReportsChanged())
        await on.reads("waiting: no link")
        await on.reads("a hole")


async def test_an_old_copy_of_the_store_is_told() -> None:
    service = FakeService()
    async with stage(service) as on:
        service.emit(StoreIsOlder())
        await on.reads("An old copy of your store")


async def test_screens_underneath_hear_too() -> None:
    service = FakeService()
    service.reader.add(Report(id="1", description="a hole"))
    async with stage(service) as on:
        await on.reads("a hole")
        await on.press("enter")
        await on.shows(ReportDetail)
        await on.press("question_mark")
        await on.shows(Help)
        service.reader.add(Report(id="2", description="a lamp"))
        service.emit(ReportsChanged())
        await on.press("escape", "escape")
        await on.shows(ReportList)
        await on.reads("a lamp")


async def test_a_flood_of_changes_is_read_a_few_times() -> None:
    service = FakeService()
    async with stage(service) as on:
        service.reader.add(*(Report(id=f"{n}", description=f"hole {n}") for n in range(3)))
        service.reader.asked.clear()
        for _ in range(200):
            service.emit(ReportsChanged())
        await on.reads("hole 2")
        assert len(service.reader.asked) < 10


async def test_events_after_the_end_are_nobodys() -> None:
    service = FakeService()
    async with stage(service) as on:
        await on.press("q")
        await until(lambda: not on.app.is_running)
    from_another_thread(service, ReportsChanged())


async def test_what_changes_under_an_open_page_draws_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else each count of a sync would send the whole terminal again."""
    async with stage(filled()) as on:
        await on.press("j", "enter")
        page = await on.shows(ReportDetail)
        drawn: list[Region] = []

        def refresh(*regions: Region, **_: object) -> None:
            drawn.extend(regions)

        monkeypatch.setattr(page, "refresh", refresh)
        state = on.service.state.with_(phase=SyncPhase.PULLING, done=3, total=9)
        on.service.emit(SyncStateChanged(state))
        on.service.reader.add(
            Report(id="new", description="brand new", reported_at="2030-01-01T00:00:00Z")
        )
        on.service.emit(ReportsChanged())
        await on.reads("pulling 3/9")
        assert not drawn
        monkeypatch.undo()
        await on.press("escape")
        await on.shows(ReportList)
        await on.reads("brand new")


async def test_a_page_that_was_covered_fits_the_terminal_of_today() -> None:
    async with stage(filled()) as on:
        await on.press("j", "enter")
        await on.shows(ReportDetail)
        await on.resize(100, 30)
        await on.press("escape")
        await on.shows(ReportList)
        await until(lambda: len(on.lines) == 30 and on.lines[-1].startswith("? help"))
        assert all(len(line) == 100 for line in on.lines if line.isascii())
