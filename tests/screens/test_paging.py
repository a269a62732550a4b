"""Reading a report in the pager: what it gets, and what is said where there is none."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from civictui.domain.model import Report, Update
from civictui.domain.text import clean
from civictui.screens import paging
from civictui.screens.login import Login
from civictui.screens.report_detail import ReportDetail
from civictui.terminal.capability import Capability
from civictui.widgets.timeline import MOST
from tests.fakes import FakeService
from tests.screens.test_hostile_text import HOSTILE
from tests.stage import Stage, stage, until

LAMP = Report(id="r1", description="The lamp is out. " * 20, reported_by="demo", address="Zür 1")


class Shown:
    """In the place of the pager and of the terminal that it takes over."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.read = asyncio.Event()
        self.cancelled = False
        self.suspended = 0

    async def page(self, path: str, text: str, terminal: int) -> None:
        self.texts.append(text)
        try:
            await self.read.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise

    @contextmanager
    def suspend(self) -> Iterator[None]:
        self.suspended += 1
        yield
        self.suspended -= 1


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    pager = Shown()
    monkeypatch.setattr(paging, "page", pager.page)
    monkeypatch.setattr(paging, "pager_of", lambda environ: "less")
    return pager


def with_lamp(*updates: Update, report: Report = LAMP) -> FakeService:
    service = FakeService()
    service.reader.add(report)
    service.reader.said["r1"] = list(updates)
    return service


async def open_pager(on: Stage, pager: Shown) -> str:
    on.app.suspend = pager.suspend  # type: ignore[method-assign]
    await on.press("enter")
    await on.shows(ReportDetail)
    await on.press("o")
    await until(lambda: pager.texts)
    return pager.texts[0]


async def test_it_gets_all_that_is_known_in_lines_that_fit(shown: Shown) -> None:
    updates = [
        Update(id=f"u{n}", report="r1", reported_by="asha", text=f"word {n}", status="closed")
        for n in range(MOST + 9)
    ]
    async with stage(with_lamp(*updates)) as on:
        text = await open_pager(on, shown)
        assert max(map(len, text.split("\n"))) <= 80
        for words in ("The lamp is out.", "Address   Zür 1", "you: reported it", "open -> closed"):
            assert words in text
        for number in range(MOST + 9):
            assert f"\nword {number}\n" in text
        shown.read.set()
        await until(lambda: not shown.suspended)
        await on.press("escape")


async def test_an_ascii_terminal_gets_ascii(shown: Shown) -> None:
    async with stage(with_lamp(), capability=Capability(utf8=False)) as on:
        text = await open_pager(on, shown)
        assert text.isascii()
        assert text.count("\n") > 10
        shown.read.set()


async def test_no_text_can_steer_the_terminal(shown: Shown) -> None:
    hostile = "\n".join(HOSTILE.values())
    report = Report(id="r1", description=hostile, address=hostile, status=hostile, category=hostile)
    said = Update(id="u", report="r1", reported_by=hostile, text=hostile, assignee=hostile)
    async with stage(with_lamp(said, report=report)) as on:
        text = await open_pager(on, shown)
        assert clean(text) == text
        shown.read.set()


async def test_a_key_that_is_pressed_twice_opens_one_pager(shown: Shown) -> None:
    async with stage(with_lamp()) as on:
        await open_pager(on, shown)
        await on.press("o", "o")
        assert shown.suspended == len(shown.texts) == 1
        shown.read.set()
        await until(lambda: not shown.suspended)
        assert not shown.cancelled
        await on.press("o")
        await until(lambda: len(shown.texts) == 2)


async def test_locking_ends_the_pager(shown: Shown) -> None:
    async with stage(with_lamp()) as on:
        await open_pager(on, shown)
        on.app.action_lock()
        await on.shows(Login)
        await until(lambda: shown.cancelled and not shown.suspended)


async def test_another_pager_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGER", "vim -")
    async with stage(with_lamp()) as on:
        await on.press("enter")
        await on.shows(ReportDetail)
        await on.press("o")
        await on.reads("PAGER is vim")
