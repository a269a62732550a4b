"""Pack my day: fetch what is needed without a link, see how far it is and what is missing."""

from textual.app import ComposeResult
from textual.timer import Timer

from civictui.domain.events import Event, PackMoved
from civictui.domain.model import Pack, PackOrder
from civictui.keys import BACK, BROWSE, PACK
from civictui.screens.desk import Desk
from civictui.screens.page import Page
from civictui.screens.rereading import Rereading
from civictui.widgets import pack_text
from civictui.widgets.bindings import bindings
from civictui.widgets.block_list import BlockList

CALM = 1.0
"""Seconds between two drawings of how far it is: a thin link carries no more."""


class PackPage(Page[None], inherit_bindings=False):
    """It may be left while packing goes on."""

    BINDINGS = bindings(BACK, PACK, BROWSE)
    AUTO_FOCUS = "BlockList"
    feature = "pack"
    heading = "Pack my day"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._order: PackOrder | None = None
        self._pack: Pack | None = None
        self._shown: Pack | None = None
        self._reading = Rereading(self, self._read)
        self._pause: Timer | None = None

    def body(self) -> ComposeResult:
        yield BlockList()

    def on_mount(self) -> None:
        self._reading.now()

    async def _read(self) -> None:
        service = self.desk.service
        self._order = await service.pack_order()
        self._show(await service.packed())

    def _show(self, pack: Pack | None) -> None:
        self._pack = self._shown = pack
        self.query_one(BlockList).show(pack_text.blocks(pack, self._order))
        self.refresh_bindings()

    def happened(self, event: Event) -> None:
        if isinstance(event, PackMoved):
            begins = not self._is_packing
            self._pack = event.pack
            if event.pack.ended:
                self._reading.now()  # with what is kept of the last one, where this did not begin
            elif begins or self._pause is None:
                self._show_calmly()

    def _show_calmly(self) -> None:
        self._show(self._pack)
        if self._pause is None:
            self._pause = self.set_timer(CALM, self._end_pause)

    def _end_pause(self) -> None:
        self._pause = None
        if self._is_packing and self._pack is not self._shown:
            self._show_calmly()

    @property
    def _is_packing(self) -> bool:
        return self._pack is not None and not self._pack.ended

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "begin":
            return self._order is not None and not self._is_packing
        return self._is_packing if action == "stop" else True

    def action_begin(self) -> None:
        if self._order:
            self.desk.service.pack(self._order)

    def action_stop(self) -> None:
        self.desk.service.stop_packing()

    def action_back(self) -> None:
        self.end()
