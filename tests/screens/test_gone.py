"""Reports that are gone: a way back from the page of the sync."""

from dataclasses import replace

from civictui.domain.events import ReportsChanged
from civictui.domain.model import EarlierVersion, Report, SyncNote, Waiting
from civictui.screens.acting import RESTORED
from civictui.screens.earlier_versions import EarlierVersions, VersionPage
from civictui.screens.report_list import ReportList
from civictui.screens.sync_page import SyncPage
from tests.disputes import earlier
from tests.fakes import FakeService
from tests.stage import Stage, stage, until

KEPT = "Withdrawn or deleted, kept for 90 days:"


def gone(*ids: str) -> FakeService:
    """Reports that were withdrawn, with one earlier version each."""
    service = FakeService()
    for key in ids:
        version = lost(key)
        service.reader.lost.append(version)
        service.reader.put_away[key] = [version, replace(version, rev="0-a", why="edited")]
    return service


def lost(key: str) -> EarlierVersion:
    version = earlier("1-a", "withdrawn", problemDescription=f"The lamp {key}")
    return replace(version, id=key, body={**version.body, "_id": key})


async def look(on: Stage) -> SyncPage:
    await on.press("S")
    page = await on.shows(SyncPage)
    await on.reads(KEPT)
    return page


async def test_what_is_gone_is_counted_listed_and_brought_back() -> None:
    service = gone("r1", "r2")
    async with stage(service) as on:
        await look(on)
        await on.reads(f"> {KEPT} 2 ")
        await on.press("enter")
        await on.shows(EarlierVersions)
        await on.reads("Reports that are gone")
        await on.reads("> withdrawn or deleted, 2026-11-23")
        await on.press("j", "enter")
        await on.shows(VersionPage)
        await on.reads("The lamp r2")
        await on.reads("Id        r2")
        await on.press("r")
        await on.shows(SyncPage)
        await on.reads(RESTORED)
        await on.reads(f"{KEPT} 1 ")
        assert service.called("restore") == [("r2", "1-a")]
        await on.press("escape")
        await on.shows(ReportList)
        await on.reads("The lamp r2")


async def test_nothing_that_is_done_with_what_waits_is_offered_for_it() -> None:
    service = gone("r1")
    async with stage(service) as on:
        await look(on)
        assert "d discard" not in on.lines[-1]
        await on.press("d", "e", "s", "t")
        assert isinstance(on.app.screen, SyncPage)
        assert [name for name, _ in service.calls] == ["sign_in"]


async def test_the_cursor_begins_on_what_needs_the_person() -> None:
    service = gone("r1")
    service.queue.append(Waiting(id="a", title="Bench", reason="not yours", code="forbidden"))
    async with stage(service) as on:
        await look(on)
        await on.reads("> ! Bench")


async def test_a_thousand_take_one_line_and_the_history_stays_in_sight() -> None:
    service = gone(*(f"r{n}" for n in range(1_000)))
    service.journal.append(SyncNote(at="2026-11-23T10:04:00Z", words="No answer in time"))
    async with stage(service) as on:
        await look(on)
        await on.reads(f"{KEPT} 1,000 ")
        await on.reads("No answer in time")
        assert "The lamp" not in on.text


async def test_it_follows_what_happens() -> None:
    service = gone("r1")
    async with stage(service) as on:
        await look(on)
        service.reader.lost.clear()
        service.reader.add(Report(id="r1", description="The lamp"))
        service.emit(ReportsChanged())
        await until(lambda: KEPT not in on.text)
