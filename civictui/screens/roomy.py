"""A terminal that is too small for the pages gets a sentence instead of a broken page.

The pages go on beneath, and are as they were when there is room again: only what is drawn is
replaced. Nothing can be typed blindly meanwhile.
"""

import textwrap
from collections.abc import Iterable

from rich.console import RenderableType
from rich.segment import Segment
from textual import events
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.strip import Strip

from civictui.keys import BY_ID
from civictui.screens.crashing import Crashing
from civictui.terminal.display.difference import Cursor
from civictui.widgets.bindings import bound_name

LEAST = Size(60, 16)
"""Columns and rows below which no page is shown."""


class Roomy(Crashing, inherit_bindings=False):
    """An app that says so where there is no room for it."""

    least = LEAST

    @property
    def is_cramped(self) -> bool:
        return self.size.width < self.least.width or self.size.height < self.least.height

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if self.is_cramped and isinstance(renderable, LayoutUpdate | ChopsUpdate):
            renderable = _drawn(self._too_small(), self.size)
        super()._display(screen, renderable)

    def _cursor(self) -> Cursor:
        return None if self.is_cramped else super()._cursor()

    def _too_small(self) -> list[str]:
        """The most important first: a tiny terminal shows no more than that."""
        found, waiting = f"{self.size.width}x{self.size.height}", self._not_sent()
        ways = [f"{bound_name(self, 'app.leave')} leaves"]
        if self.desk.service.user:
            ways.insert(0, f"{bound_name(self, 'app.lock')} locks")
        return [
            f"civictui needs {self.least.width}x{self.least.height}, this is {found}.",
            "Make the window larger: all is as you left it.",
            f"{', '.join(ways)}.",
            f"Not sent yet: {waiting}." if waiting else "",
        ]

    async def on_event(self, event: events.Event) -> None:
        """Only locking and leaving are heard; what cannot be seen cannot be asked about."""
        if not self.is_cramped or event.is_forwarded or not _is_typed(event):
            await super().on_event(event)
        elif isinstance(event, events.Key) and self._has_key("app.leave", event):
            self._leave(True)
        elif isinstance(event, events.Key) and self._has_key("app.lock", event):
            self.action_lock()

    def _has_key(self, key_id: str, event: events.Key) -> bool:
        return event.key in self._keymap.get(key_id, BY_ID[key_id].keys).split(",")


def _is_typed(event: events.Event) -> bool:
    return isinstance(event, events.Key | events.Paste | events.MouseEvent)


def _drawn(words: Iterable[str], size: Size) -> LayoutUpdate:
    """The words from the top on, as wide as there is room, and blanks below."""
    lines = [line for text in words for line in textwrap.wrap(text, max(1, size.width))]
    lines += [""] * size.height
    strips: list[Iterable[Strip]] = [
        [Strip([Segment(line)], len(line)).adjust_cell_length(size.width)]
        for line in lines[: size.height]
    ]
    return LayoutUpdate(strips, Region(0, 0, size.width, size.height))
