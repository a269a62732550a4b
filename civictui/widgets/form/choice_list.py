"""Answers to tick: one of them, or several. Each is a line; the cursor is a sign before it."""

from collections.abc import Iterable

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.containers import ScrollableContainer
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from civictui.domain.model import Choice
from civictui.domain.text import one_line
from civictui.keys import CHOICES
from civictui.widgets.bindings import bindings
from civictui.widgets.fit import fit

_BOLD = Style(bold=True)


class ChoiceList(Widget, can_focus=True, inherit_bindings=False):
    """What is ticked and no longer offered is a line like the others, and says so."""

    BINDINGS = bindings(CHOICES)

    class Changed(Message):
        """Another answer is ticked, or none."""

    class Moved(Message):
        """The cursor is on another line."""

    def __init__(
        self,
        choices: Iterable[Choice],
        ticked: Iterable[str],
        *,
        several: bool,
        id: str,  # noqa: A002
    ) -> None:
        super().__init__(id=id)
        self._ticked = list(ticked)
        known = {choice.key: choice.name for choice in choices}
        gone = {key: f"{one_line(key)} (no longer offered)" for key in ticked if key not in known}
        self._choices = [Choice(key, name) for key, name in {**known, **gone}.items()]
        self._several = several
        self._cursor = 0

    @property
    def ticked(self) -> tuple[str, ...]:
        """The keys of what is ticked, in the order of the lines."""
        return tuple(choice.key for choice in self._choices if choice.key in self._ticked)

    @property
    def cursor(self) -> int:
        """The line that it is on."""
        return self._cursor

    # --- drawing ---

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._choices)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y >= len(self._choices):
            return Strip.blank(width, self.rich_style)
        choice, here = self._choices[y], self.has_focus and y == self._cursor
        mark = "x" if choice.key in self._ticked else " "
        box = f"[{mark}]" if self._several else f"({mark})"
        head = f"{'>' if here else ' '} {box} "[:width]
        text = head + fit(choice.name, width - len(head))
        strip = Strip([Segment(text, _BOLD if here else Style())], width)
        return strip.apply_style(self.rich_style)

    def _draw(self, line: int) -> None:
        self.refresh(Region(0, line, self.size.width, 1))

    def on_focus(self) -> None:
        self._draw(self._cursor)
        self.call_after_refresh(self.bring_into_sight)

    def on_blur(self) -> None:
        self._draw(self._cursor)

    def bring_into_sight(self) -> None:
        """Have what is around it scroll until the cursor's line is seen."""
        around = next((n for n in self.ancestors if isinstance(n, ScrollableContainer)), None)
        if around is not None:
            top = self.region.y - around.region.y + around.scroll_offset.y
            line = Region(0, top + self._cursor, 1, 1)
            around.scroll_to_region(line, animate=False, force=True)

    # --- moving and choosing ---

    def action_move(self, step: int) -> None:
        self._move_to(self._cursor + step)

    def action_first(self) -> None:
        self._move_to(0)

    def action_last(self) -> None:
        self._move_to(len(self._choices) - 1)

    def point_at(self, line: int) -> None:
        """Put the cursor there; on the last line where there are not so many."""
        self._move_to(line)

    def _move_to(self, line: int) -> None:
        before, self._cursor = self._cursor, max(0, min(line, len(self._choices) - 1))
        self._draw(before)
        self._draw(self._cursor)
        self.bring_into_sight()
        if before != self._cursor:
            self.post_message(self.Moved())

    def action_tick(self) -> None:
        """Tick the answer with the cursor; once more takes it back."""
        key = self._choices[self._cursor].key
        before = self._ticked
        if key in before:
            self._ticked = [other for other in before if other != key]
        else:
            self._ticked = [*(before if self._several else ()), key]
        for line, choice in enumerate(self._choices):
            if (choice.key in before) != (choice.key in self._ticked):
                self._draw(line)
        self.post_message(self.Changed())

    def on_click(self, event: events.Click) -> None:
        self._move_to(event.y)
        self.action_tick()
