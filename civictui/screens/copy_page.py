"""Copying from a report: what is copied stands on the screen, also for copying it by hand."""

from typing import cast

from textual.app import ComposeResult

from civictui.domain.model import Report
from civictui.keys import BACK, BROWSE, COPY
from civictui.screens.desk import Desk
from civictui.screens.page import Page
from civictui.terminal.thin import ThinApp
from civictui.widgets import copy_text
from civictui.widgets.bindings import bindings
from civictui.widgets.block_list import BlockList

SENT = "sent to your terminal's clipboard; whether it took it only the terminal knows"


class CopyPage(Page[None], inherit_bindings=False):
    """Stays until it is left: one copies more than one thing."""

    BINDINGS = bindings(BACK, COPY, BROWSE)
    AUTO_FOCUS = "BlockList"
    feature = "copy"
    heading = "Copy"

    def __init__(self, desk: Desk, report: Report) -> None:
        super().__init__(desk)
        self._found = copy_text.copyable(report)

    def body(self) -> ComposeResult:
        yield BlockList()

    def on_mount(self) -> None:
        self.query_one(BlockList).show(copy_text.blocks(self._found))

    def action_send(self) -> None:
        """Say that it is sent, not that it is there: no terminal answers."""
        key = self.query_one(BlockList).key
        chosen = next((one for one in self._found if one.label == key), None)
        if chosen is not None:
            why = cast(ThinApp, self.app).copy(chosen.text)
            self.say(why or SENT, error=bool(why))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return bool(self._found) if action == "send" else True

    def action_back(self) -> None:
        self.end()
