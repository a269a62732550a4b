"""Finding one's way: a person's own keys, the help, and the palette, on every page."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from civictui.screens.desk import Desk
from civictui.screens.page import Page
from civictui.screens.roomy import Roomy
from civictui.terminal.idle import Idle
from civictui.widgets.bindings import keys_switched_off, screen_keys


class Guided(Roomy, inherit_bindings=False):
    """An app that says what can be done, and does what is chosen there."""

    def __init__(self, desk: Desk, idle: Idle, keymap: Mapping[str, str]) -> None:
        """`keymap` has keys by the ids of the registry; it was checked, see `civictui.keymap`."""
        super().__init__(desk, idle)
        self.set_keymap(dict(keymap))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        page = self.screen
        match action:
            case "help":
                return isinstance(page, Page) and page.has_help
            case "palette":
                return isinstance(page, Page) and page.has_palette
        return True

    def action_help(self) -> None:
        from civictui.screens.help import Help

        if isinstance(page := self.screen, Page):
            page_help = Help(self.desk, page.heading, screen_keys(page))
            page_help.also(keys_switched_off(page), page.operator_says)
            self.push_screen(page_help)

    def action_palette(self) -> None:
        from civictui.screens.palette import Palette

        if isinstance(page := self.screen, Page):
            palette = Palette(self.desk, page.heading, screen_keys(page))
            self.push_screen(palette, partial(self._chosen, page))

    def _chosen(self, page: Page[Any], key_id: str | None) -> None:
        if key_id:
            page.on_top(lambda: page.call_later(self._do, page, key_id))

    async def _do(self, page: Page[Any], key_id: str) -> None:
        """What the key would do now: much may have changed while the palette was open."""
        for active in page.active_bindings.values():
            if active.binding.id == key_id and active.enabled:
                await self.run_action(active.binding.action, active.node)
                return
        page.say("that cannot be done here any more", error=True)
