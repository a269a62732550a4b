"""Pack my day: fetch what is needed without a link, see how far it is and what is missing."""

from textual.app import ComposeResult

from civictui.domain.events import Event, PackMoved
from civictui.domain.model import Pack, PackOrder
from civictui.keys import BACK, BROWSE, PACK
from civictui.screens.desk import Desk
from civictui.screens.page import Page
from civictui.screens.rereading import Rereading
from civictui.widgets import pack_text
from civictui.widgets.bindings import bindings
from civictui.widgets.block_list import BlockList


class PackPage(Page[None], inherit_bindings=False):
    """It may be left while packing goes on."""

    BINDINGS = bindings(BACK, PACK, BROWSE)
    AUTO_FOCUS = "BlockList"
    heading = "Pack my day"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._order: PackOrder | None = None
        self._pack: Pack | None = None
        self._reading = Rereading(self, self._read)

    def body(self) -> ComposeResult:
        yield BlockList()

    def on_mount(self) -> None:
        self._reading.now()

    async def _read(self) -> None:
        service = self.desk.service
        self._order = await service.pack_order()
        self._show(await service.packed())

    def _show(self, pack: Pack | None) -> None:
        self._pack = pack
        self.query_one(BlockList).show(pack_text.blocks(pack, self._order))
        self.refresh_bindings()

    def happened(self, event: Event) -> None:
        if isinstance(event, PackMoved):
            if event.pack.ended:
                self._reading.now()  # with what is kept of the last one, where this did not begin
            else:
                self._show(event.pack)

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
