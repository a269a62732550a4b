"""What a visitor sees of hostile strings: eight at a time, each of them on every screen."""

import asyncio
import json
import os
from collections.abc import Sequence
from typing import Any

from textual.events import Paste

from civictui.app import CivicApp
from civictui.domain.errors import CivicError
from civictui.domain.events import ReportsChanged, SyncStateChanged
from civictui.domain.merge import Conflict, Version
from civictui.domain.model import (
    Draft,
    EarlierVersion,
    ListFilter,
    Photo,
    Report,
    RowState,
    Service,
    Services,
    SyncNote,
    SyncPhase,
    SyncState,
    Update,
    Waiting,
)
from civictui.screens.ask import Ask
from civictui.screens.conflict_page import ConflictPage
from civictui.screens.copy_page import CopyPage
from civictui.screens.earlier_versions import EarlierVersions, VersionPage
from civictui.screens.filter_page import FilterPage
from civictui.screens.help import Help
from civictui.screens.palette import Palette
from civictui.screens.report_detail import ReportDetail
from civictui.screens.report_list import ReportList
from civictui.screens.report_new import ReportNew
from civictui.screens.sync_page import SyncPage
from civictui.screens.update_page import UpdatePage
from civictui.terminal.capability import Capability
from civictui.terminal.display.cells import cells
from civictui.terminal.display.pens import PLAIN
from civictui.terminal.driver import TerminalDriver
from civictui.widgets.form.line_field import LineField
from civictui.widgets.key_footer import KeyFooter
from civictui.widgets.rows.report_rows import ReportRows
from civictui.widgets.rows.row_book import Entry
from tests.fakes import FakeService
from tests.stage import Stage, until

GROUP = 8
"""Strings on one visit: as many as each kind of page has room for."""
MARK = "\x1b]0;step {}\x07"
RARELY = 10
LONGEST = 20_000
"""Characters of what is no description: a document has a megabyte at the most."""
"""Visits from one of the long rounds to the next."""


class Visit:
    """Goes from screen to screen, and says after each step what is to be seen."""

    def __init__(self, strings: Sequence[str], *, thorough: bool) -> None:
        self._thorough = thorough
        self._long = {text[:LONGEST]: text for text in strings if len(text) > LONGEST}
        short = [text[:LONGEST] for text in strings]
        groups = [short[at : at + GROUP] for at in range(0, len(strings), GROUP)]
        self._groups = [(group * GROUP)[:GROUP] for group in groups]
        self._out = os.dup(1)
        self._steps = 0
        self.service = FakeService(user="")
        app = CivicApp(self.service, server="https://city.example", capability=Capability())
        self.on = Stage(app, self.service)

    async def run(self) -> None:
        running = asyncio.create_task(self.on.app.run_async(mouse=False))
        await until(lambda: self.on.app.is_running)
        await self.on.sign_in()
        for number, group in enumerate(self._groups):
            seldom = number % RARELY == 0
            await self._visit(group, f"r-{number}-{group[0][:40]}", longer=seldom)
            if seldom:
                await self._long_round(group)
        self.on.app.exit()
        await running

    async def step(self, *keys: str, name: str = "") -> None:
        """Press keys; once all that is to be seen is on its way, say what it is."""
        await self.on.press(*keys)
        driver = self.on.app._driver
        assert isinstance(driver, TerminalDriver)
        canvas, outlet = driver.canvas, driver._outlet
        assert canvas
        assert outlet
        await until(
            lambda: not outlet._frame_due and not outlet._waiting and canvas._sent == canvas._wanted
        )
        self._steps += 1
        screen = self.on.app.screen
        said = {
            "name": name or type(screen).__name__,
            "rows": [[sign for sign, _ in row] for row in canvas.wanted[0]],
            "footer": "  ".join(" ".join(words) for words in screen.query_one(KeyFooter)._shown)
            if not isinstance(screen, Ask)
            else "",
            "uneven": self._uneven(),
        }
        line = json.dumps(said).encode() + b"\n"
        while line:
            line = line[os.write(self._out, line) :]
        driver.write(MARK.format(self._steps))

    def _uneven(self) -> list[int]:
        """The lines of which the toolkit believes that they are wider or narrower than they are."""
        width = self.on.app.size.width
        return [
            y
            for y, strip in enumerate(self.on.app.screen._compositor.render_strips())
            if sum(len(cells(part.text, PLAIN)) for part in strip) != width
        ]

    async def back_to(self, kind: type[Any]) -> None:
        while not isinstance(self.on.app.screen, kind):
            await self.on.press("escape")

    async def point_at(self, entry: Entry) -> None:
        """With the cursor, once it is in the list."""
        rows = self.on.find(ReportRows)
        await until(lambda: rows.book.place_of(entry) is not None)
        rows.point_at(entry)
        await self.on.settle()

    # --- one visit ---

    async def _visit(self, group: list[str], key: str, *, longer: bool) -> None:
        self._fill(group, key)
        await self.step()
        await self.point_at(Entry(key, False))
        await self._look_at_the_report(longer=longer)
        await self._find(group)
        await self.point_at(Entry(key, True))
        await self.on.press("enter")
        await self.on.shows(ReportNew)
        await self.step()
        await self.step("tab", "tab", "tab", "tab")
        await self.back_to(ReportList)

    def _fill(self, group: list[str], key: str) -> None:
        one, two, three, four, five, six, seven, eight = group
        reader, photo = self.service.reader, Photo("a.jpg", "b.jpg", caption=eight)
        reader.reports.clear()
        reader.add(
            Report(
                id=key,
                description="\n".join(self._long.get(text, text) for text in (one, six, seven)),
                category=two,
                address=three,
                reported_by=four,
                status=five,
                assignee=six,
                reported_at=two,
                photos=(photo,),
                attributes={three[:60]: four, "lamp": [one, two]},
                extra={"note": five},
            ),
            Report(id=f"2-{key}", description=self._long.get(four, four), address=five),
            Report(id=f"3-{key}", description=six, address=seven, category="lamp"),
            Report(id="plain", description="a lamp is out", category="lamp", address="7 High St"),
        )
        said: dict[str, Any] = {"report": key, "photos": (photo,), "reported_at": three}
        reader.said = {
            key: [
                Update(id="1", text=f"{seven}\n{eight}", reported_by=one, status=four, **said),
                Update(id="2", text=five, reported_by=eight, assignee=two, **said),
            ]
        }
        lines = f"{two}\n{six}\n{seven}\n{eight}"
        reader.kept_drafts = {
            key: Draft(id=key, description=lines, category=three, place=four, address=five,
                       photo_path=one[:3000], saved_at=one)
        }  # fmt: skip
        self._told()

    def _told(self) -> None:
        self.service.emit(ReportsChanged())

    async def _look_at_the_report(self, *, longer: bool) -> None:
        await self.on.press("enter")
        await self.on.shows(ReportDetail)
        await self.step()
        await self.step("pagedown")
        if longer:
            await self.step("end")
            for key, page in (("y", CopyPage), ("u", UpdatePage)):
                await self.on.press(key)
                await self.on.shows(page)
                await self.step()
                await self.back_to(ReportDetail)
        await self.back_to(ReportList)

    async def _find(self, group: list[str]) -> None:
        """Look for each in the palette, and be told of it; then for all of them in the list."""
        await self.on.press("ctrl+p")
        page = await self.on.shows(Palette)
        for number, text in enumerate(self._spoken(group)):
            if number % 2:
                page.say(text)
            else:
                page.failed(CivicError(text, text))
            await self._paste("#wanted", text)
            await self.step(name="palette and notice")
        await self.back_to(ReportList)
        await self.on.press("/")
        await self._paste("#search", "|".join(text[:15] for text in group))
        await self.step(name="search")
        await self.on.press("escape", "escape")

    def _spoken(self, group: list[str]) -> list[str]:
        """Two at a time, or where there is little time the beginnings of three."""
        if self._thorough:
            return ["|".join(group[at : at + 2]) for at in range(0, GROUP, 2)]
        heads = [text[:24] for text in group]
        return ["|".join(heads[at : at + 3]) for at in range(0, GROUP, 3)]

    async def _paste(self, field: str, text: str) -> None:
        """As it comes from a clipboard, in place of what was there."""
        self.on.find(LineField, field).value = ""
        self.on.app.post_message(Paste(text))
        await self.on.settle()

    # --- what shows more at a time ---

    async def _long_round(self, group: list[str]) -> None:
        await self._filter(group)
        await self._sync(group)
        await self._settle(group)
        await self._earlier(group)
        await self.step("?")
        await self.on.shows(Help)
        await self.back_to(ReportList)

    async def _filter(self, group: list[str]) -> None:
        self.service.saved_filters = [ListFilter(name=text, category=text) for text in group]
        found = (Service.from_doc(_defined(text, group)) for text in group)
        self.service.reader.city = Services.of(service for service in found if service)
        await self.on.press("f")
        await self.on.shows(FilterPage)
        for _ in range(3):
            await self.step("tab")
        await self.back_to(ReportList)
        await self.step("1")
        await self.step("escape")

    async def _sync(self, group: list[str]) -> None:
        self.service.queue = [
            Waiting(id=f"{number}", title=text, reason=text, code=text)
            for number, text in enumerate(group)
        ]
        self.service.journal = [SyncNote(at=text, words=text) for text in group]
        for text in group:
            state = SyncState(phase=SyncPhase.WAITING, reason=text, rest=text, resting=1)
            self.service.emit(SyncStateChanged(state))
            await self.step(name="status")
        await self.on.press("S")
        await self.on.shows(SyncPage)
        for _ in range(3):
            await self.step("pagedown")
        await self.on.press("g", "d")
        if isinstance(self.on.app.screen, Ask):
            await self.step()
            await self.on.press("escape")
        await self.back_to(ReportList)
        self.service.emit(SyncStateChanged(SyncState(phase=SyncPhase.IDLE)))

    async def _settle(self, group: list[str]) -> None:
        one, two, three, four, five, *_ = group
        reader, self.service.queue = self.service.reader, []
        mine = {"_id": "c", "problemDescription": one, "category": two, three[:30]: four}
        theirs = {"_id": "c", "problemDescription": five, "category": one, three[:30]: two}
        reader.add(Report(id="c", description=one), state=RowState.CONFLICT)
        reader.disputes = {
            "c": Conflict("c", Version("2-b", mine, one, two), Version("2-a", theirs, three, four),
                          {"_id": "c", "category": five})
        }  # fmt: skip
        await self.on.press("S")
        await self.on.shows(SyncPage)
        await self.on.reads("≠")
        await self.on.press("g", "enter")
        await self.on.shows(ConflictPage)
        for key in ("m", "t", "pagedown", "pagedown"):
            await self.step(key)
        reader.disputes = {}
        await self.back_to(ReportList)

    async def _earlier(self, group: list[str]) -> None:
        reader = self.service.reader
        reader.reports.clear()
        reader.add(Report(id="r", description="one"))
        reader.put_away["r"] = [
            EarlierVersion(rev=f"1-{n}", at=text, why=text,
                           body={"problemDescription": text, "edited": {"by": text, "at": text}})
            for n, text in enumerate(group)
        ]  # fmt: skip
        self.service.emit(ReportsChanged())
        await self.on.settle()
        await self.point_at(Entry("r", False))
        await self.on.press("enter", "h")
        await self.on.shows(EarlierVersions)
        await self.on.reads("> ")
        for _ in range(3):
            await self.step()
            await self.on.press("enter")
            await self.on.shows(VersionPage)
            await self.step()
            await self.back_to(EarlierVersions)
            await self.on.press("j")
        await self.back_to(ReportList)


def _defined(name: str, group: list[str]) -> dict[str, object]:
    """A category in a city's words."""
    questions = [{"code": text, "description": text, "variable": True} for text in group]
    return {"service_code": name, "service_name": name, "group": name, "attributes": questions}
