"""Copying from a report: what is sent is on the screen, and nothing claims more than that."""

from dataclasses import replace

import pytest

from civictui.domain.model import GeoPoint, Report
from civictui.screens.copy_page import SENT, CopyPage
from civictui.screens.report_detail import ReportDetail
from civictui.terminal.capability import Capability
from civictui.terminal.clipboard import sequence
from tests.fakes import FakeService
from tests.stage import Stage, stage

REPORT = Report(
    id="r1",
    description="The lamp is out",
    address="1 Main\x1b]52;c;AAAA\x07\nSt",
    point=GeoPoint(-33.8, 151.2),
)
LINK = "https://www.openstreetmap.org/?mlat=-33.800000&mlon=151.200000#map=18/-33.800000/151.200000"


async def begin(on: Stage) -> list[str]:
    """What is written to the terminal from now on."""
    written: list[str] = []
    driver = on.app._driver
    assert driver is not None
    driver.write = written.append  # type: ignore[method-assign, assignment]
    await on.press("enter")
    await on.shows(ReportDetail)
    await on.press("y")
    await on.shows(CopyPage)
    return written


def with_report(report: Report = REPORT) -> FakeService:
    service = FakeService()
    service.reader.add(report)
    return service


@pytest.mark.parametrize(
    ("keys", "text"),
    [("", "r1"), ("j", "-33.800000, 151.200000"), ("jj", LINK), ("jjj", "1 Main St")],
)
async def test_what_is_sent_is_what_stands_there(keys: str, text: str) -> None:
    async with stage(with_report(), size=(120, 24)) as on:
        written = await begin(on)
        await on.reads(text)
        await on.press(*keys, "enter")
        await on.reads(SENT)
        assert sequence(text) in "".join(written)


async def test_only_what_there_is_can_be_copied() -> None:
    async with stage(with_report(replace(REPORT, point=None, address=" "))) as on:
        await begin(on)
        await on.reads("Id        r1")
        for label in ("Place", "Map link", "Address"):
            assert label not in on.text
        await on.press("escape")
        await on.shows(ReportDetail)


async def test_where_there_is_no_clipboard_nothing_is_sent() -> None:
    async with stage(with_report(), capability=Capability(term="linux")) as on:
        written = await begin(on)
        await on.press("enter")
        await on.reads("has no clipboard that could be reached")
        assert "]52;" not in "".join(written)
