"""What reports said before: versions that were replaced or lost, kept here for 90 days."""

from textual import on
from textual.app import ComposeResult
from textual.widgets import Static

from civictui.domain.events import Event, ReportsChanged
from civictui.domain.model import NO_SERVICES, EarlierVersion, Services
from civictui.keys import BACK, BROWSE, VERSIONS
from civictui.screens.desk import Desk
from civictui.screens.intents import Done
from civictui.screens.page import Page
from civictui.screens.report_intents import Restore
from civictui.screens.rereading import Rereading
from civictui.widgets.bindings import bindings
from civictui.widgets.block_list import OpenBlocks
from civictui.widgets.report_text import version_text
from civictui.widgets.scroll_page import ScrollPage
from civictui.widgets.version_text import blocks, key_of

NONE = "no earlier version is kept on this terminal"
NONE_GONE = "no report that is gone is kept on this terminal"


class EarlierVersions(Page[bool]):
    """Gives True when one of them was made the one in force.

    Those of one report, or, without an id, the last words of every report that is gone.
    """

    BINDINGS = bindings(BACK, VERSIONS, BROWSE)
    AUTO_FOCUS = "OpenBlocks"

    def __init__(self, desk: Desk, report_id: str = "") -> None:
        super().__init__(desk)
        self.heading = "Earlier versions" if report_id else "Reports that are gone"
        self._report_id = report_id
        self._versions: list[EarlierVersion] = []
        self._services = NO_SERVICES
        self._reading = Rereading(self, self._read)

    def body(self) -> ComposeResult:
        yield OpenBlocks()

    def on_mount(self) -> None:
        self._reading.now()

    def happened(self, event: Event) -> None:
        if isinstance(event, ReportsChanged):
            self._reading.calmly()

    async def _read(self) -> None:
        reader, key = self.desk.service.reader, self._report_id
        self._versions = await reader.versions(key) if key else await reader.gone()
        self._services = await reader.services()
        self.query_one(OpenBlocks).show(blocks(self._versions, self.desk.service.user))
        if not self._versions:
            self.say(NONE if self._report_id else NONE_GONE)

    @property
    def _chosen(self) -> EarlierVersion | None:
        key = self.query_one(OpenBlocks).key
        return next((version for version in self._versions if key_of(version) == key), None)

    @on(OpenBlocks.Moved)
    def moved(self) -> None:
        self.refresh_bindings()

    @on(OpenBlocks.Opened)
    def open(self) -> None:
        if version := self._chosen:
            self.app.push_screen(VersionPage(self.desk, version, self._services), self._looked)

    def _looked(self, restore: bool | None) -> None:
        if restore:
            self.action_restore()

    def action_restore(self) -> None:
        if version := self._chosen:
            report_id = self._report_id or version.id
            self.post_message(Restore(self, report_id, version.rev))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self._chosen is not None if action == "restore" else True

    def on_done(self, message: Done) -> None:
        if isinstance(message.intent, Restore):
            self.end(True)

    def action_back(self) -> None:
        self.end()


class VersionPage(Page[bool]):
    """One of them in full. Gives True when it is to be the one in force."""

    BINDINGS = bindings(BACK, VERSIONS, BROWSE)
    AUTO_FOCUS = "ScrollPage"
    heading = "Earlier version"

    def __init__(self, desk: Desk, version: EarlierVersion, services: Services) -> None:
        super().__init__(desk)
        self._version = version
        self._services = services

    def body(self) -> ComposeResult:
        with ScrollPage():
            text = version_text(self._version, self.desk.service.user, self._services)
            yield Static(text, id="report")

    def action_restore(self) -> None:
        self.end(True)

    def action_back(self) -> None:
        self.end()
