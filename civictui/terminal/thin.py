"""Where the toolkit hands its frames to the thin display, and where the cursor is.

Builds on `App._display`, which receives every update of the screen before it becomes text.
"""

from typing import TYPE_CHECKING, TypeGuard

from rich.console import RenderableType
from textual import events
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App
from textual.driver import Driver
from textual.geometry import Region
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from civictui.terminal import clipboard
from civictui.terminal.capability import Capability
from civictui.terminal.display.canvas import Canvas
from civictui.terminal.display.dialect import Dialect, dialect_of
from civictui.terminal.display.difference import Cursor
from civictui.terminal.display.painter import Update

if TYPE_CHECKING:
    from textual.widgets import TextArea


class ThinDriver(Driver):
    """A driver with a thin display, where the app has a dialect for it."""

    canvas: Canvas | None = None

    def show(self, update: Update, cursor: Cursor) -> None:
        """Have an update seen soon, with the terminal's cursor there, hidden for None."""
        if self.canvas:
            self.canvas.paint(update, self._app.size, cursor)

    def lose(self) -> None:
        """What the terminal shows is not known any more: the next frame is a whole one."""
        if self.canvas:
            self.canvas.lose()


class ThinApp(App[None], inherit_bindings=False):
    """An app that knows its terminal, and whose driver may have a thin display for it."""

    terminal = Capability()
    dialect: Dialect | None = None
    """What the thin display may say to the terminal; None leaves the display to the toolkit."""

    def know(self, terminal: Capability, *, full_repaint: bool) -> None:
        """To be called before the app runs."""
        self.terminal = terminal
        self.dialect = None if full_repaint else dialect_of(terminal)

    def copy(self, text: str) -> str:
        """Send `text` to the terminal's clipboard; why that cannot be, in a sentence, or ""."""
        why = clipboard.obstacle(text, self.terminal)
        if not why and self._driver:
            self._driver.write(clipboard.sequence(text, self.terminal.multiplexer))
        return why

    @property
    def has_terminal_cursor(self) -> bool:
        """Whether the terminal shows a cursor in the field that has the focus: none is painted."""
        return isinstance(self._driver, ThinDriver) and self._driver.canvas is not None

    async def on_event(self, event: events.Event) -> None:
        """A terminal that changes its size moves its lines about, each in its own way."""
        if isinstance(event, events.Resize):
            self.lose_display()
        await super().on_event(event)

    def _check_resize(self) -> None:
        """The toolkit tells the screen its new size a moment after it has told us.

        Of two changes in that moment the second may be back to the size that the screen still has:
        to the screen nothing has changed, and it would draw nothing on a terminal that was cleared.
        """
        super()._check_resize()
        if self._screen_stack:
            self.screen.call_later(self.screen.refresh, layout=True)

    def lose_display(self) -> None:
        """The next frame is a whole one, on a cleared screen."""
        if isinstance(self._driver, ThinDriver):
            self._driver.lose()

    def action_repaint(self) -> None:
        self.lose_display()
        self.screen.refresh(layout=True)

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        driver = self._driver
        if not isinstance(renderable, LayoutUpdate | ChopsUpdate) or not (
            isinstance(driver, ThinDriver) and driver.canvas
        ):
            super()._display(screen, renderable)
            return
        if self._running and not self._closed and not self._batch_count:
            driver.show(renderable, self._cursor())
        self.post_display_hook()

    def _cursor(self) -> Cursor:
        """Where the focused field has its cursor; None where it is out of sight, or there is none.

        Not `cursor_position`: it stays where it was when the layout changes.
        """
        focused = self.screen.focused
        if not is_field(focused):
            return None
        _, seen = self.screen._compositor.visible_widgets.get(focused, (None, Region()))
        place = focused.cursor_screen_offset
        if isinstance(focused, Input) and focused.cursor_at_end:
            place -= (1, 0)  # it counts the room for a painted cursor
        return (place.x, place.y) if seen.contains_point(place) else None


def is_field(widget: Widget | None) -> "TypeGuard[Input | TextArea]":
    """Whether one types there. What several lines are typed in is loaded where it may be met."""
    if widget is None or isinstance(widget, Input):
        return widget is not None

    from textual.widgets import TextArea

    return isinstance(widget, TextArea)
