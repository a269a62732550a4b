"""The app on a stage: over the fake service, without a terminal, for tests of screens."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from textual.driver import Driver
from textual.events import Key, Resize
from textual.geometry import Size
from textual.keys import _character_to_key
from textual.screen import Screen
from textual.widget import Widget

from civictui.app import CivicApp
from civictui.screens.login import Login
from civictui.screens.report_list import ReportList
from civictui.terminal.capability import Capability
from civictui.widgets.form.line_field import LineField, PasswordField
from tests.fakes import FakeService

PATIENCE = 10.0
"""Seconds after which a condition is taken to fail for good; far above what any needs."""
SIZE = (80, 24)

SIGNS = {"space": " ", "slash": "/", "question_mark": "?"}

WidgetT = TypeVar("WidgetT", bound=Widget)
ScreenT = TypeVar("ScreenT", bound=Screen[Any])


async def until(condition: Callable[[], object]) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.005)


class Stage:
    """One running app, with what a test asks of it."""

    def __init__(self, app: CivicApp, service: FakeService) -> None:
        self.app = app
        self.service = service

    async def press(self, *keys: str) -> None:
        """Press keys as a terminal sends them, and wait until the last has had its effect."""
        for key in keys:
            character = SIGNS.get(key) or (key if len(key) == 1 else None)
            self.app.post_message(Key(_character_to_key(key) if len(key) == 1 else key, character))
        await self.settle()

    async def resize(self, width: int, height: int) -> None:
        """Make the terminal another size."""
        size = Size(width, height)
        if self.app._driver:
            self.app._driver._size = (width, height)
        self.app.post_message(Resize(size, size))
        await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is on its way to the screen on top, and all of it is drawn."""
        for _ in range(2):
            await self._passed()
            await until(lambda: not self.app._busy or not self.app.is_running)
            await until(lambda: not self.app.is_running or self._is_drawn)

    @property
    def _is_drawn(self) -> bool:
        top = self.app.screen
        waits = (top._layout_required, top._scroll_required, top._repaint_required)
        return not (any(waits) or top._dirty_widgets)

    async def _passed(self) -> None:
        """Wait until the app has handled what is in its queue now."""
        reached = asyncio.Event()
        self.app.call_later(reached.set)
        await until(lambda: reached.is_set() or not self.app.is_running)

    async def write(self, text: str) -> None:
        """Type `text`, character by character."""
        await self.press(*text)

    async def sign_in(self) -> None:
        """Sign in as demo and wait for the list to be read."""
        await self.enter()
        await self.shows(ReportList)
        await self.settle()

    async def enter(self) -> None:
        """Sign in as demo, wherever that leads."""
        await self.shows(Login)
        self.find(LineField, "#user").value = "demo"
        password = self.find(PasswordField)
        password.value = self.service.password
        password.focus()
        await self.settle()
        await self.press("enter")

    async def shows(self, kind: type[ScreenT]) -> ScreenT:
        """Wait until a screen of this kind is on top."""
        await until(lambda: isinstance(self.app.screen, kind) and self.app.screen.is_running)
        await self.settle()
        screen = self.app.screen
        assert isinstance(screen, kind)
        return screen

    def find(self, kind: type[WidgetT], selector: str = "") -> WidgetT:
        """The one widget of this kind on the screen on top."""
        return self.app.screen.query_one(selector or kind.__name__, kind)

    @property
    def lines(self) -> list[str]:
        """What is on the screen, line by line."""
        return [strip.text for strip in self.app.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    async def reads(self, words: str) -> None:
        """Wait until these words are on the screen."""
        try:
            await until(lambda: words in self.text)
        except TimeoutError:
            raise AssertionError(f"{words!r} is not on:\n{self.text}") from None


@asynccontextmanager
async def stage(
    service: FakeService | None = None,
    *,
    signed_in: bool = True,
    size: tuple[int, int] = SIZE,
    capability: Capability | None = None,
    lowest: bool = False,
    driver: type[Driver] | None = None,
    **options: Any,
) -> AsyncIterator[Stage]:
    """Run the app, with `options` of its own; with `signed_in` from the list on.

    With `lowest` pages are shown however small the terminal is: for what happens where little fits.
    A `driver` takes what the app sends; without one it goes nowhere.
    """
    service = service or FakeService()
    app = CivicApp(
        service, server="https://city.example", capability=capability or Capability(), **options
    )
    if lowest:
        app.least = Size(1, 1)
    if driver:
        app.driver_class = driver
    async with app.run_test(headless=not driver, size=size):
        running = Stage(app, service)
        if signed_in:
            await running.sign_in()
        yield running
