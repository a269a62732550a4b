"""Screens on which something may lie when their work is done."""

from collections.abc import Callable
from functools import partial
from typing import Generic

from textual.reactive import Reactive
from textual.screen import Screen, ScreenResultType
from textual.widget import Widget


class Patient(Screen[ScreenResultType], Generic[ScreenResultType], inherit_bindings=False):
    """Waits until it is on top before it leaves.

    The toolkit would take away whatever lies on top instead: a question, or the password that is
    asked for once more.
    """

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """The toolkit would send the whole screen, 3 kB, whenever the cursor goes to another field;
    what looks different with the cursor in it draws itself.
    """
    _next: Callable[[], object] | None = None

    def end(self, result: ScreenResultType | None = None) -> None:
        """Give `result` to who opened this screen, and leave."""
        self.on_top(partial(self.dismiss, result))

    def on_top(self, step: Callable[[], object]) -> None:
        """Take `step` when nothing lies on this screen, now or later."""
        if self.is_active:
            step()
        else:
            self._next = step

    def on_screen_resume(self) -> None:
        step, self._next = self._next, None
        if step:
            step()
