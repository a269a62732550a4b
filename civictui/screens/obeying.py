"""An app that obeys the operator: at once, in the middle of work, and without a link too."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.dom import DOMNode
from textual.timer import Timer

from civictui.domain.errors import FeatureOff
from civictui.domain.events import Event, PolicyChanged, SyncStateChanged
from civictui.domain.model.policy import FEATURES
from civictui.screens.entering import lead_on, tell_all
from civictui.screens.login import Login
from civictui.screens.page import Page
from civictui.screens.preferring import Preferring
from civictui.widgets.bindings import key_of

if TYPE_CHECKING:
    from textual.actions import ActionParseResult

AGAIN = 2.0
"""Seconds after which a draft that could not be kept is tried again: until then its page stays."""
LIFTED = "this terminal works again"
_ITS_PAGE = "DeliveryPage"
"""By its name: it is loaded where it is needed, which is seldom."""


class Obeying(Preferring, inherit_bindings=False):
    """What is switched off says so; a terminal that only delivers shows that, and nothing else."""

    _waits: Timer | None = None
    """Until a draft is tried again that could not be kept."""

    # --- features ---

    @property
    def switched_off(self) -> frozenset[str]:
        """See `widgets.bindings.Obedient`."""
        return self.desk.service.policy.off

    async def run_action(
        self,
        action: "str | ActionParseResult",
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Every key, and what is chosen in the palette, comes by here."""
        node = default_namespace or self
        key = key_of(node, action) if isinstance(action, str) else None
        if key is None or key.feature not in self.switched_off:
            return await super().run_action(action, default_namespace, namespaces)
        if not self._check_action_state(str(action), node):
            return False
        self._tell_off(key.feature)
        return True

    def _tell_off(self, feature: str) -> None:
        if isinstance(page := self.screen, Page):
            page.say(str(FeatureOff(feature, FEATURES[feature])), error=True)

    # --- a terminal that only delivers ---

    def obey(self, event: Event) -> None:
        """To be told all that happens."""
        if isinstance(event, PolicyChanged | SyncStateChanged):
            self._find_the_page()
        if isinstance(event, PolicyChanged) and not self._is_out_of_place:
            self._say_notice()

    @property
    def _is_out_of_place(self) -> bool:
        """Whether there are pages that may not be there any more, or again."""
        service = self.desk.service
        if not service.user or not self._is_at_work:
            return False
        if service.barred:
            return not all(page.is_there_barred for page in self._pages())
        return self._delivers

    @property
    def _is_at_work(self) -> bool:
        """Whoever is just signing in is led to the right page by that."""
        return not any(isinstance(page, Login) for page in self._pages())

    @property
    def _delivers(self) -> bool:
        return any(type(page).__name__ == _ITS_PAGE for page in self._pages())

    async def _give_way(self) -> None:
        """From all pages to the one about delivering, or from that one back to work."""
        async with self.turns["pages"]:
            if not self._is_out_of_place:
                return
            if not self.desk.service.barred:
                await self._lift()
            elif await self._keep_drafts():
                await self._bar()
            elif self._waits is None:
                self._waits = self.set_timer(AGAIN, self._try_again)

    def _try_again(self) -> None:
        self._waits = None
        self._find_the_page()

    def _find_the_page(self) -> None:
        if self._is_out_of_place:
            self.run_worker(self._give_way(), group="deliver", exit_on_error=False)

    async def _bar(self) -> None:
        """A question on the way is not answered, which is the safe answer to all of them."""
        from civictui.screens.delivery_page import DeliveryPage

        while self._is_out_of_place and len(self.screen_stack) > 2:
            await self.pop_screen()
        if self._is_out_of_place and not self._locking:
            await self.switch_screen(DeliveryPage(self.desk))
            self.desk.gallery.clear()
            self._say_notice()
            self.call_later(self._find_the_page)  # the last page may have opened one as it went

    async def _lift(self) -> None:
        for page in list(self._pages()):
            if type(page).__name__ == _ITS_PAGE:
                await lead_on(page, LIFTED)

    # --- what the operator says ---

    def _say_notice(self) -> None:
        """On the page that the person sees, or sees once a question or the help is left."""
        pages = [page for page in self._pages() if page.has_status and page.has_palette]
        if pages and self.desk.service.user:
            tell_all(pages[-1])
