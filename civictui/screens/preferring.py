"""An app whose settings can be changed while it runs."""

from collections.abc import Mapping

from textual import on
from textual.filter import LineFilter

from civictui.screens.desk import Desk
from civictui.screens.guided import Guided
from civictui.screens.intents import SettingsChanged
from civictui.screens.login import Login
from civictui.settings import Settings
from civictui.terminal.filters import gates
from civictui.terminal.idle import Idle
from civictui.terminal.theme import CIVIC
from civictui.terminal.tint import tints

_ITS_PAGE = "SettingsPage"
"""By its name: it is loaded when it is asked for."""


class Preferring(Guided, inherit_bindings=False):
    """The theme is a filter between what widgets draw and what is sent: one look is behind all."""

    def __init__(self, desk: Desk, idle: Idle, keymap: Mapping[str, str]) -> None:
        super().__init__(desk, idle, keymap)
        self.register_theme(CIVIC)
        self.theme = CIVIC.name
        preferences = desk.preferences
        self._look = preferences.settings.theme if preferences else "ansi"
        self._filters_in_use = self._filters_of(self._look)

    def get_line_filters(self) -> list[LineFilter]:
        return self._filters_in_use

    def _filters_of(self, theme: str) -> list[LineFilter]:
        capability = self.desk.capability
        return [*tints(theme, capability.colours), *gates(capability)]

    @on(SettingsChanged)
    def settings_changed(self) -> None:
        if self.desk.preferences:
            self._use_settings(self.desk.preferences.settings)

    def _use_settings(self, settings: Settings) -> None:
        """What the display and the keyboard have to do with; see `bootstrap` for the rest."""
        self.desk.server = settings.server
        for screen in self.screen_stack:
            if isinstance(screen, Login):
                screen.show_server()
        self._idle.allow(settings.lock_minutes * 60.0)
        if self._watch:
            self._watch.stop()
            self._watch = None
        self._touch()
        self._use_pictures(settings)
        self._use_theme(settings.theme)

    def _use_pictures(self, settings: Settings) -> None:
        if settings.pictures != self.desk.pictures or settings.theme != self._look:
            self.desk.pictures = settings.pictures
            self.desk.draw_pictures()

    def _use_theme(self, theme: str) -> None:
        if theme == self._look:
            return
        self._look = theme
        self._filters_in_use = self._filters_of(theme)
        for screen in self.screen_stack:
            for widget in screen.walk_children(with_self=True):
                widget.refresh()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "settings":
            return bool(self.desk.preferences) and type(self.screen).__name__ != _ITS_PAGE
        return super().check_action(action, parameters)

    def action_settings(self) -> None:
        from civictui.screens.settings_page import SettingsPage

        if self.desk.preferences:
            self.push_screen(SettingsPage(self.desk, self.desk.preferences))
