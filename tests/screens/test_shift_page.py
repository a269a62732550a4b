"""The summary of a shift on its page: what it says, how far back it looks, what it opens."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from civictui.domain.errors import StoreError
from civictui.domain.events import ReportsChanged
from civictui.domain.model import Deed, Report, RowState, Shift, Unsent, Waiting
from civictui.screens import paging
from civictui.screens.report_detail import ReportDetail
from civictui.screens.report_list import ReportList
from civictui.screens.shift_page import ShiftPage
from tests.fakes import FakeService
from tests.stage import Stage, stage, until

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
LAMP = Deed(id="a", report="a", at="2026-11-23T10:00:00Z", title="Lamp out", address="Mill Road")
BUSY = Shift(
    user="demo",
    since=NOW,
    until=NOW,
    reported=(replace(LAMP, photos=("x",), state=RowState.QUEUED),),
    said=(
        replace(LAMP, id="u", report="gone", title="Hole", status="closed"),
        replace(LAMP, id="v", state=RowState.NEEDS_YOU, reason="\x1b[2Jnot here"),
    ),
    unsent=Unsent(2, 1, 230_000, needs_you=1),
    refused=(Waiting(id="v", title="Lamp out", about="a", reason="\x1b[2Jnot here"),),
    conflicts=(("c", "Bench"),),
    drafts=("Tree",),
    assigned=3,
)


def busy() -> FakeService:
    service = FakeService(summary=BUSY)
    service.reader.add(Report(id="a", description="Lamp out", reported_by="demo"))
    return service


async def look(on: Stage) -> ShiftPage:
    await on.press("e")
    page = await on.shows(ShiftPage)
    await on.reads("Not sent:")
    return page


async def test_it_says_what_was_done_and_what_is_left() -> None:
    async with stage(busy()) as on:
        await look(on)
        await on.reads("Reported: 1, 1 not sent yet")
        for said in (
            "Said about reports: 2, 1 report closed, 1 not sent yet",
            "closed: Hole, Mill Road",
            "Photos: 1",
            "Not sent: 2 reports, 1 photo 230 kB",
            "Needs you: 1",
            "the server: not here",
            "Conflicts to settle: 1",
            "Drafts: 1",
            "Assigned to you and not closed: 3",
        ):
            assert said in on.text
        assert (
            next(line for line in on.lines if "Lamp out" in line).rstrip().endswith("not sent yet")
        )
        await on.press("escape")
        await on.shows(ReportList)


async def test_an_idle_shift_says_so_and_claims_nothing_else() -> None:
    async with stage() as on:
        await look(on)
        assert "Nothing was reported, edited, said or withdrawn" in on.text
        assert "Not sent: nothing; the server has all that was made here" in on.text
        assert "Nothing needs you." in on.text
        assert "Enter open" not in on.lines[-1]


async def test_it_looks_further_back_and_less_far() -> None:
    async with stage(busy()) as on:
        await look(on)
        for key, hours in (("plus", 12), ("minus", 8), ("minus", 4)):
            await on.press(key)
            await on.reads(f"the last {hours} h")
            since = [call for name, call in on.service.calls if name == "shift"][-1]
            assert isinstance(since, datetime)
            ago = timedelta(hours=hours)
            assert ago <= datetime.now(UTC) - since < ago + timedelta(minutes=1)
        await on.press("minus", "minus", "minus", "minus")
        await on.reads("the last 1 h")
        assert "- shorter" not in on.lines[-1]


async def test_an_entry_opens_its_report_where_that_is_here() -> None:
    async with stage(busy()) as on:
        await look(on)
        await on.press("enter")
        await on.shows(ReportDetail)
        await on.press("escape")
        await on.shows(ShiftPage)
        await on.press("down", "enter")
        await on.reads("This report is no longer here")


async def test_it_is_read_again_when_something_has_changed() -> None:
    async with stage() as on:
        await look(on)
        on.service.summary = BUSY
        on.service.emit(ReportsChanged())
        await on.reads("Needs you: 1")


async def test_a_store_that_cannot_be_read_is_said() -> None:
    service = busy()
    async with stage(service) as on:
        service.failing["shift"] = StoreError("The disk is gone")
        await on.press("e")
        await on.reads("The disk is gone")
        assert "o pager" not in on.lines[-1]


async def test_the_pager_gets_all_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    shown: list[str] = []

    async def show(_: object, text: str) -> None:
        shown.append(text)

    monkeypatch.setattr(paging, "show_in_pager", show)
    async with stage(busy()) as on:
        await look(on)
        await on.press("o")
        await until(lambda: shown)
    assert shown[0].startswith("Shift of demo, ")
    assert "    the server: not here" in shown[0].splitlines()
