"""Reports that are gone: a way back from the page of the sync."""

from dataclasses import replace

from civictui.domain.events import ReportsChanged
from civictui.domain.model import EarlierVersion, Report, Waiting
from civictui.screens.acting import RESTORED
from civictui.screens.earlier_versions import EarlierVersions
from civictui.screens.report_list import ReportList
from civictui.screens.sync_page import SyncPage
from tests.disputes import earlier
from tests.fakes import FakeService
from tests.stage import Stage, stage, until


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
    await on.reads("Gone, kept for 90 days: ")
    return page


async def test_what_is_gone_is_listed_and_brought_back() -> None:
    service = gone("r1", "r2")
    async with stage(service) as on:
        await look(on)
        await on.reads("> x The lamp r1")
        (line,) = (line for line in on.lines if "The lamp r2" in line)
        assert "withdrawn or deleted, 2026-11-23" in line
        await on.press("j", "enter")
        await on.shows(EarlierVersions)
        await on.reads("> withdrawn or deleted")
        await on.press("r")
        await on.shows(SyncPage)
        await on.reads(RESTORED)
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


async def test_a_withdrawal_that_waits_stands_among_what_waits_alone() -> None:
    service = gone("r1", "r2")
    service.queue.append(Waiting(id="r1", title="The lamp r1", withdrawn=True))
    async with stage(service) as on:
        await look(on)
        await on.reads("↑ The lamp r1")
        await on.reads("Gone, kept for 90 days: 1")
        assert on.text.count("The lamp r1") == 1


async def test_many_are_counted_the_latest_are_listed() -> None:
    async with stage(gone(*(f"r{n}" for n in range(1_000)))) as on:
        await look(on)
        await on.reads("Gone, kept for 90 days: 1,000")
        await on.press("G")
        await on.reads("and 980 more")


async def test_it_follows_what_happens() -> None:
    service = gone("r1")
    async with stage(service) as on:
        await look(on)
        service.reader.lost.clear()
        service.reader.add(Report(id="r1", description="The lamp"))
        service.emit(ReportsChanged())
        await until(lambda: "Gone" not in on.text)
