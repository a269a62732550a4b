"""What is said after something was done stays true while it is sent."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from civictui.domain.events import SyncStateChanged
from civictui.domain.model import Draft, Report, SyncPhase, SyncState, Unsent
from civictui.screens.acting import (
    CHANGE_NOT_SENT,
    NOT_SENT,
    OFFERED,
    RESTORED,
    SMALLER,
    WITHDRAWN,
)
from civictui.screens.report_detail import ReportDetail
from civictui.screens.report_edit import ReportEdit
from civictui.screens.report_list import ReportList
from civictui.screens.sync_page import SyncPage
from civictui.widgets.rows.report_rows import ReportRows
from tests.fakes import FakeService
from tests.stage import stage, until

PROVED = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
WAITING = SyncState(phase=SyncPhase.IDLE, proved_at=PROVED, unsent=Unsent(2, needs_you=1))


@pytest.mark.parametrize(
    ("notice", "rest"),
    [
        (NOT_SENT, "Reports 0"),
        (SMALLER, "Reports 0"),
        (OFFERED, "Reports 0"),
        (CHANGE_NOT_SENT, "the change is saved"),
        (RESTORED, "the earlier version is in force again"),
        (WITHDRAWN, "the report is withdrawn"),
    ],
)
@pytest.mark.parametrize(
    "later",
    [
        replace(WAITING, unsent=Unsent()),
        replace(WAITING, unsent=Unsent(1, needs_you=1), proved_at=PROVED + timedelta(seconds=5)),
    ],
)
async def test_not_sent_yet_is_said_until_it_may_be_otherwise(
    notice: str, rest: str, later: SyncState
) -> None:
    async with stage(FakeService(state=WAITING)) as on:
        page = on.app.screen
        assert isinstance(page, ReportList)
        page.say(notice)
        on.service.emit(SyncStateChanged(replace(WAITING, sent_bytes=7)))
        await on.settle()
        assert notice in on.text
        on.service.emit(SyncStateChanged(later))
        await until(lambda: notice not in on.lines[0])
        assert on.lines[0].rstrip().endswith(rest)


async def test_that_somebody_is_needed_is_on_every_screen() -> None:
    async with stage(FakeService(state=WAITING)) as on:
        await on.reads("online · 1 needs you · not sent: 2 reports · proved ")


async def test_a_draft_of_a_change_says_all_of_it_on_eighty_columns() -> None:
    service = FakeService()
    service.reader.add(Report(id="r1", description="The lamp"))
    draft = Draft(
        id="d", description="The lamp", report="r1", base="1-a", saved_at="2026-11-23T09:02:00Z"
    )
    service.reader.kept_drafts["d"] = draft
    async with stage(service) as on:
        await until(lambda: len(on.find(ReportRows).book))
        await on.reads("draft · a change · 2026-11-23 ")
        await on.reads("Enter goes on with it")


async def test_synchronising_while_it_is_paused_says_what_goes_on_with_it() -> None:
    async with stage(FakeService(state=SyncState(phase=SyncPhase.PAUSED))) as on:
        await on.press("r")
        await on.reads("paused: S opens the page that goes on with it")
        await on.press("S")
        await on.shows(SyncPage)
        await on.press("r")
        await on.reads("paused: p goes on with the sync")
        assert not on.service.called("sync_now")


async def test_a_change_that_was_left_is_gone_on_with_and_that_is_said() -> None:
    service = FakeService()
    service.reader.add(Report(id="r1", description="The lamp", reported_by="demo"))
    draft = Draft(id="d", description="A lamp", report="r1", saved_at="2026-11-23T09:02:00Z")
    async with stage(service) as on:
        await on.reads("The lamp")
        await on.press("enter")
        await on.shows(ReportDetail)
        await on.press("e")
        await on.shows(ReportEdit)
        assert "as you left it" not in on.text
        await on.press("escape")
        await on.shows(ReportDetail)
        service.reader.kept_drafts["d"] = draft
        await on.press("e")
        await on.shows(ReportEdit)
        await on.reads("your change, as you left it on 2026-11-23 ")
