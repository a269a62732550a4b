"""Foreign text on every screen: nothing of it steers the terminal, nothing moves a column."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pyte
from rich.cells import cell_len

from civictui.domain.merge import Conflict, Version
from civictui.domain.model import (
    Draft,
    EarlierVersion,
    ListFilter,
    Photo,
    Report,
    RowState,
    SyncNote,
    SyncPhase,
    SyncState,
    Waiting,
)
from civictui.screens.ask import Ask
from civictui.screens.conflict_page import ConflictPage
from civictui.screens.earlier_versions import EarlierVersions, VersionPage
from civictui.screens.palette import Palette
from civictui.screens.report_detail import ReportDetail
from civictui.screens.report_list import ReportList
from civictui.screens.report_new import ReportNew
from civictui.screens.sync_page import SyncPage
from civictui.widgets.block_list import OpenBlocks
from civictui.widgets.rows.report_rows import ReportRows
from civictui.widgets.rows.row_book import Entry
from tests.fakes import FakeService
from tests.stage import Stage, stage

HOSTILE = {
    "clipboard": "a\x1b]52;c;cHduZWQ=\x07b",
    "title": "a\x1b]0;pwned\x1b\\b",
    "colour and clear": "a\x1b[2J\x1b[31mb",
    "8-bit sequence": "a\x9b31mb\x9d52;c;cHduZWQ=\x9cb",
    "device string": "a\x1bP1;2|17/6162\x1b\\b",
    "bidi override": "a\u202egnp.exe\u202cb\u2066c",
    "zero width": "a\u200bb\ufeffc\u2060d",
    "controls": "a\x00\x07\x08\x0b\x0cb\x7fc",
    "markup": "[bold red]a[/] [link=https://x.example]b[/link] [@click=app.quit]c[/]",
    "wide": "水漏れ、歩道の穴、街灯が消えている" * 5,
    "combining": "e\u0301" * 90,
    "emoji": "👩\u200d👩\u200d👧 ❤️ 🚧" * 12,
    "lone surrogate": "a\ud800b",
    "endless": "x" * 5000,
    "lines": "a\nb\tc\r\nd",
}


def report(text: str) -> Report:
    return Report(
        id=f"r-{text[:40]}",
        reported_by=text,
        reported_at=text,
        description=text,
        category=text,
        status=text,
        address=text,
        photos=(Photo("a.jpg", "b.jpg", caption=text),),
    )


def raw(on: Stage) -> list[str]:
    """Lines as the widgets draw them, before the last gate."""
    return [strip.text for strip in on.app.screen._compositor.render_strips()]


def assert_harmless(on: Stage, what: str) -> None:
    """What goes to the terminal is characters in their cells, 80 in each line, and nothing else."""
    width, height = on.app.size
    lines = raw(on)
    assert len(lines) == height
    for line in lines:
        assert cell_len(line) == width, what
        assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in line), what
        assert not any(c in "\u202e\u202c\u2066\u200b\ufeff\u2060\ud800" for c in line), what
    screen = pyte.Screen(width, height)
    pyte.Stream(screen).feed("\r\n".join(lines))
    assert screen.title == "", what


@asynccontextmanager
async def open_gates(service: FakeService, height: int = 24) -> AsyncIterator[Stage]:
    """The list, with the last gate open: the screens themselves have to be right."""
    async with stage(service, size=(80, height)) as on:
        on.app._filters_in_use.clear()
        on.app.refresh_css()
        yield on


def hostile_reports() -> FakeService:
    service = FakeService()
    service.reader.add(*(report(text) for text in HOSTILE.values()))
    return service


async def test_reports_are_harmless_in_the_list() -> None:
    async with open_gates(hostile_reports(), 4 * len(HOSTILE)) as on:
        await on.reads(f"Reports {len(HOSTILE)}")
        assert_harmless(on, "the list")


async def test_reports_are_harmless_on_their_page() -> None:
    async with open_gates(hostile_reports()) as on:
        await on.reads("Reports")
        for place in range(len(HOSTILE)):
            await on.press("enter")
            page = await on.shows(ReportDetail)
            assert_harmless(on, repr(page._row.report.description[:40]))
            await on.press("escape", "j")
            assert on.find(ReportRows).book.cursor == min(place + 1, len(HOSTILE) - 1)


async def test_drafts_are_harmless_in_the_list_and_in_the_form() -> None:
    service = FakeService()
    for name, text in HOSTILE.items():
        service.reader.kept_drafts[name] = Draft(
            id=name, description=text, category=text, place=text, address=text, photo_path=text
        )
    async with open_gates(service) as on:
        await on.reads(f"{len(HOSTILE)} drafts")
        assert_harmless(on, "the list")
        for name in HOSTILE:
            on.find(ReportRows).point_at(Entry(name, True))
            await on.press("enter")
            await on.shows(ReportNew)
            assert_harmless(on, name)
            await on.press("escape")
            await on.shows(ReportList)


async def test_conflicts_are_harmless() -> None:
    service = FakeService()
    for name, text in HOSTILE.items():
        fields = {"problemDescription": text, "category": text, "address": text, text[:30]: text}
        ours = Version("2-b", {"_id": name, "reportedBy": text, **fields}, text, text)
        changed = {key: f"{value}{value}" for key, value in fields.items()}
        other = Version("2-a", {"_id": name, **changed, "status": text}, text, text)
        service.reader.add(Report(id=name, description=text), state=RowState.CONFLICT)
        before = {"_id": name, "category": text}
        service.reader.disputes[name] = Conflict(name, ours, other, before)
    async with open_gates(service) as on:
        await on.press("S")
        await on.shows(SyncPage)
        await on.reads(f"Conflicts to settle: {len(HOSTILE)}")
        assert_harmless(on, "the list of conflicts")
        for name in HOSTILE:
            assert on.find(OpenBlocks).key.endswith(name)
            await on.press("enter")
            await on.shows(ConflictPage)
            for _ in range(12):
                assert_harmless(on, name)
                await on.press("m", "pagedown")
            await on.press("escape")
            await on.shows(SyncPage)
            await on.press("j")


async def test_what_waits_and_what_was_done_is_harmless() -> None:
    texts = list(HOSTILE.values())
    service = FakeService(
        queue=[Waiting(id=f"{n}", title=text, reason=text) for n, text in enumerate(texts)],
        journal=[SyncNote(at=text, words=text) for text in texts],
        state=SyncState(phase=SyncPhase.HELD, reason=" ".join(texts)),
    )
    async with open_gates(service) as on:
        await on.press("S")
        await on.shows(Ask)
        assert_harmless(on, "the question about deletions")
        await on.press("escape")
        await on.shows(SyncPage)
        await on.reads("Needs you")
        for _ in range(2 * len(texts)):
            assert_harmless(on, "the sync")
            await on.press("pagedown")
        await on.press("g", "d")
        await on.shows(Ask)
        assert_harmless(on, "a question about a report")


async def test_earlier_versions_are_harmless() -> None:
    service = FakeService()
    service.reader.add(Report(id="r", description="one"))
    service.reader.put_away["r"] = [
        EarlierVersion(
            rev=name,
            at=text,
            why=text,
            body={"problemDescription": text, "category": text, "edited": {"by": text, "at": text}},
        )
        for name, text in HOSTILE.items()
    ]
    async with open_gates(service) as on:
        await on.reads("one")
        await on.press("enter", "h")
        await on.shows(EarlierVersions)
        await on.reads("written by")
        for _ in HOSTILE:
            assert_harmless(on, "the list of versions")
            await on.press("enter")
            await on.shows(VersionPage)
            assert_harmless(on, "a version")
            await on.press("escape")
            await on.shows(EarlierVersions)
            await on.press("j")


async def test_saved_filters_are_harmless_in_the_palette() -> None:
    names = [
        HOSTILE[name] for name in ("combining", "emoji", "wide", "zero width", "colour and clear")
    ]
    service = FakeService(saved_filters=[ListFilter(name=text, category=text) for text in names])
    async with open_gates(service) as on:
        await on.press("ctrl+p")
        await on.shows(Palette)
        await on.press("s", "a", "v", "e", "d")
        await on.reads("Saved filter")
        assert_harmless(on, "the palette")


async def test_markup_is_shown_as_it_was_written() -> None:
    service = FakeService()
    service.reader.add(Report(id="1", description=HOSTILE["markup"]))
    async with stage(service) as on:
        await on.reads("[bold red]a[/] [link=https://x.example]b[/link]")
