"""What the page of a report says of its sending, and when it takes news for seen."""

from dataclasses import replace

from civictui.domain.events import ReportsChanged
from civictui.domain.model import Report, RowState, Update, Waiting
from civictui.screens.copy_page import CopyPage
from civictui.screens.report_detail import ReportDetail
from tests.fakes import FakeService
from tests.stage import stage, until

REPORT = Report(id="r1", description="A hole", reported_by="asha", status="closed")
CLOSING = Update(id="u1", report="r1", reported_by="demo", status="closed")


async def test_an_update_that_waits_is_told_apart_from_the_report() -> None:
    service = FakeService()
    service.reader.add(REPORT, state=RowState.QUEUED)
    service.reader.said["r1"] = [CLOSING]
    service.queue.append(Waiting(id="u1", title="status closed", about="r1", text=True))
    async with stage(service) as on:
        await on.press("enter")
        await on.reads("↑ the server has the report; 1 update not sent yet")
        assert "saved on this terminal" not in on.text
        service.queue.append(Waiting(id="r1", title="A hole", text=True))
        service.emit(ReportsChanged())
        await on.reads("↑ saved on this terminal, not sent yet; 1 update not sent yet")


async def test_what_comes_while_another_page_is_on_top_is_seen_when_that_is_left() -> None:
    service = FakeService()
    service.reader.add(REPORT)
    async with stage(service) as on:
        await on.press("enter")
        await on.shows(ReportDetail)
        await on.press("y")
        await on.shows(CopyPage)
        row = service.reader.reports["r1"]
        service.reader.reports["r1"] = replace(row, is_new=True)
        service.reader.said["r1"] = [replace(CLOSING, text="Filled")]
        asked = len(service.reader.asked)
        service.emit(ReportsChanged())
        await until(lambda: len(service.reader.asked) > asked)
        await on.settle()
        assert service.called("seen") == []
        await on.press("escape")
        await until(lambda: service.called("seen") == ["r1"])
        await on.reads("Filled")
