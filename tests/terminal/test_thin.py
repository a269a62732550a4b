"""The real app on an emulated terminal: after whatever happens it shows what the toolkit drew."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.events import Resize
from textual.geometry import Size

from civictui.app import CivicApp
from civictui.terminal.capability import Capability
from civictui.widgets.form.line_field import LineField
from tests.fakes import FakeService
from tests.stage import SIZE, Stage, until
from tests.terminal.display.emulator import differences
from tests.terminal.emulated import EmulatedDriver, rows_of

WIDE = "漢字 e\u0301 한글 ｗ"


class ThinStage(Stage):
    """A stage that compares the terminal with the toolkit's picture."""

    @property
    def driver(self) -> EmulatedDriver:
        driver = self.app._driver
        assert isinstance(driver, EmulatedDriver)
        return driver

    async def same(self, *keys: str) -> str:
        """Press keys, drain the terminal, compare; what was sent."""
        await self.press(*keys)
        sent = self.driver.drain()
        assert list(differences(self.driver.emulator, rows_of(self.app), self.app._cursor())) == []
        return sent


@asynccontextmanager
async def thin_stage(capability: Capability | None = None) -> AsyncIterator[ThinStage]:
    service = FakeService()
    app = CivicApp(service, server="https://city.example", capability=capability or Capability())
    app.driver_class = EmulatedDriver
    async with app.run_test(headless=False, size=SIZE):
        on = ThinStage(app, service)
        await on.sign_in()
        yield on


TERMINALS = {
    "xterm-256color": Capability(),
    "linux": Capability(term="linux", colours=16),
    "vt100, ASCII": Capability(term="vt100", colours=0, utf8=False),
}


@pytest.mark.parametrize("capability", TERMINALS.values(), ids=TERMINALS)
async def test_the_terminal_shows_what_the_toolkit_drew(capability: Capability) -> None:
    async with thin_stage(capability) as on:
        await on.same()
        for keys in (["j"], ["k", "enter"], ["escape"], ["question_mark"], ["escape"]):
            await on.same(*keys)
        await on.same("n")
        await on.same(*"A lamp", "enter", *"is out", "up", "left")
        await on.same("tab", *"lam", "shift+tab")
        await on.resize(60, 20)
        await on.same()
        await on.resize(100, 30)
        await on.same("tab", "tab")
        on.driver.emulator.take("\x1b[2J\x1b[31mnoise from elsewhere")
        await on.same("ctrl+l")
        await on.same("escape")


async def test_a_size_that_comes_back_at_once_is_drawn_anew() -> None:
    """The screen hears of the last size alone, and that is the one it has."""
    async with thin_stage() as on:
        await on.same("n")
        before = on.app.screen._compositor.render_full_update()
        for size in (Size(60, 20), Size(*SIZE)):
            on.driver._size = (size.width, size.height)
            on.app.lose_display()
            await on.app._on_resize(Resize(size, size))
            if size != Size(*SIZE):
                on.app._display(on.app.screen, before)  # it has not heard yet
        await until(lambda: on.app._resize_event is None and on.app._resize_timer is None)
        await on.settle()
        await on.same()


async def test_a_typed_character_is_one_byte() -> None:
    async with thin_stage() as on:
        await on.same("n")
        await on.same(*"A lam")
        assert await on.same("p") == "p"
        assert len(await on.same("backspace")) <= 16


async def test_wide_and_combining_characters_keep_their_columns() -> None:
    async with thin_stage() as on:
        await on.same("slash")
        field = on.app.focused
        assert isinstance(field, LineField)
        for text in (WIDE, "x" + WIDE, WIDE[1:] + "👍 a", ""):
            field.value = text
            field.cursor_position = len(text) // 2
            await on.same("right")


async def test_frames_that_nobody_took_are_never_sent() -> None:
    async with thin_stage() as on:
        await on.same("slash")
        await on.press(*"qqqq", "escape")
        await on.press("slash", *"zz")
        assert "qq" not in await on.same()


async def test_after_a_suspension_everything_is_drawn_anew() -> None:
    async with thin_stage() as on:
        await on.same("n")
        with on.app.suspend():
            on.driver.emulator.take("\x1b[?25h\x1b[?7h\x1b[2J\x1b[10;10H$ a pager's screen")
        await on.settle()
        assert "\x1b[2J" in await on.same()


async def test_no_cursor_where_nothing_can_be_typed() -> None:
    async with thin_stage() as on:
        await on.same()
        places = [on.driver.emulator.place]
        await on.same("slash")
        places.append(on.driver.emulator.place)
        assert places[0] is None
        assert places[1]
        field = on.app.focused
        assert isinstance(field, LineField)
        assert field.region.contains(*places[1])


async def test_the_toolkits_own_display_is_left_alone() -> None:
    app = CivicApp(FakeService(), server="https://city.example", full_repaint=True)
    assert app.dialect is None
    async with app.run_test():
        assert not app.has_terminal_cursor
