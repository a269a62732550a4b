"""The app on an emulated terminal: what the terminal shows, and what the toolkit drew."""

from typing import Any

from textual.drivers.headless_driver import HeadlessDriver

from civictui.app import CivicApp
from civictui.terminal.display.canvas import Canvas
from civictui.terminal.display.cells import Row, filled
from civictui.terminal.display.painter import painted, put
from civictui.terminal.thin import ThinDriver
from tests.stage import SIZE
from tests.terminal.display.emulator import Emulator


class EmulatedDriver(ThinDriver, HeadlessDriver):
    """A driver whose terminal is pyte. It is sent something when the test says so."""

    def __init__(self, app: Any, **options: Any) -> None:
        super().__init__(app, **options)
        self.canvas = Canvas(app.dialect)
        self.emulator = Emulator(*SIZE)
        self.sent = ""

    @property
    def is_headless(self) -> bool:
        return False

    @property
    def can_suspend(self) -> bool:
        return True

    def start_application_mode(self) -> None:
        self.lose()
        super().start_application_mode()

    def drain(self) -> str:
        width, height = self._app.size
        if (self.emulator.columns, self.emulator.lines) != (width, height):
            self.emulator.resize(height, width)
        assert self.canvas
        self.sent = self.canvas.difference()
        self.emulator.take(self.sent)
        return self.sent


def rows_of(app: CivicApp) -> list[Row]:
    """The whole picture as the toolkit has it, in cells."""
    assert app.dialect
    width, height = app.size
    strips = app.screen._compositor.render_strips()[:height]
    return [put(filled(width), 0, painted([strip], app.dialect.colours)) for strip in strips]
