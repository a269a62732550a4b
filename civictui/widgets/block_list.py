"""Blocks of text one below the other: some can be chosen, all can be read.

The cursor is one sign in the first column, on the first line of its block. Only lines whose words
have changed are drawn again.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from civictui.keys import BLOCKS, OPEN
from civictui.widgets.bindings import bindings

CURSOR = ">"
LEFT = 2
"""Cells before the text: the cursor's column and a gap."""

Draw: TypeAlias = Callable[[int], list[Text]]
"""The lines of a block for a width in cells, each of exactly that width."""


@dataclass(frozen=True, slots=True)
class Block:
    """With a `key` it can be chosen; the key says which one it is when the blocks come anew."""

    draw: Draw
    key: str = ""


class BlockList(ScrollView, can_focus=True, inherit_bindings=False):
    """What does not fit scrolls under the cursor before the cursor moves on."""

    BINDINGS = bindings(BLOCKS)

    class Moved(Message):
        """Another block has the cursor, or the blocks have come anew."""

    def __init__(self) -> None:
        super().__init__()
        self._blocks: list[Block] = []
        self._lines: list[Text] = []
        self._starts: list[int] = []
        self._cursor = -1
        """The place of the chosen block; -1 where none can be chosen."""

    def show(self, blocks: Sequence[Block]) -> None:
        """Take new blocks; the cursor stays on its key, or near its place if that is gone."""
        key, place = self.key, self._cursor
        self._blocks = list(blocks)
        keys = [block.key for block in blocks]
        self._cursor = keys.index(key) if key in keys and key else self._nearest(place)
        self._lay_out()
        self.post_message(self.Moved())

    @property
    def key(self) -> str:
        """Of the block with the cursor; "" where none can be chosen."""
        return self._blocks[self._cursor].key if 0 <= self._cursor < len(self._blocks) else ""

    def point_at(self, key: str) -> None:
        for place, block in enumerate(self._blocks):
            if block.key == key:
                self._move_to(place)

    def _nearest(self, place: int) -> int:
        choices = [n for n, block in enumerate(self._blocks) if block.key]
        return min(choices, key=lambda n: (abs(n - place), n), default=-1)

    # --- drawing ---

    def on_resize(self) -> None:
        self._lay_out()

    def _lay_out(self) -> None:
        width = max(0, self.size.width - LEFT)
        before, marked = self._lines, self._marked
        self._lines, self._starts = [], []
        for block in self._blocks:
            self._starts.append(len(self._lines))
            self._lines += block.draw(width)
        size = Size(self.size.width, len(self._lines))
        if size != self.virtual_size or len(before) != len(self._lines):
            self.virtual_size = size
            self.refresh()
            return
        for line, text in enumerate(self._lines):
            if text != before[line]:
                self.refresh_line(line)
        if marked != self._marked:
            self._draw_mark(marked)
            self._draw_mark(self._marked)

    @property
    def _marked(self) -> int:
        """The line with the cursor's mark; -1 where there is none."""
        return self._starts[self._cursor] if 0 <= self._cursor < len(self._starts) else -1

    def _draw_mark(self, line: int) -> None:
        if line >= 0:
            self.refresh(Region(0, line - self.scroll_offset.y, 1, 1))

    def render_line(self, y: int) -> Strip:
        line, width = y + self.scroll_offset.y, self.size.width
        if line >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        mark = CURSOR if line == self._marked else " "
        text = Strip(self._lines[line].render(self.app.console), max(0, width - LEFT))
        strip = Strip.join([Strip([Segment(f"{mark} ", Style(bold=True))], LEFT), text])
        return strip.crop(0, width).apply_style(self.rich_style)

    # --- moving ---

    def action_move(self, step: int) -> None:
        """Read on in the block where it goes on below, else to the next that can be chosen."""
        top, bottom = self.scroll_offset.y, self.scroll_offset.y + self.size.height
        first, end = self._extent(self._cursor)
        if (step > 0 and end > bottom) or (step < 0 <= first < top):
            self._scroll(top + step * max(1, self.size.height // 2))
            return
        places = range(self._cursor + step, len(self._blocks) if step > 0 else -1, step)
        following = next((place for place in places if self._blocks[place].key), None)
        if following is None:
            self._scroll(top + step)
        else:
            self._move_to(following)

    def _extent(self, place: int) -> tuple[int, int]:
        """First line and end of a block."""
        if not 0 <= place < len(self._starts):
            return 0, 0
        end = self._starts[place + 1] if place + 1 < len(self._starts) else len(self._lines)
        return self._starts[place], end

    def _move_to(self, place: int) -> None:
        before, self._cursor = self._marked, place
        if before != self._marked:
            self._draw_mark(before)
            self._draw_mark(self._marked)
            self._bring_into_sight()
            self.post_message(self.Moved())

    def _bring_into_sight(self) -> None:
        """All of the chosen block where there is room, else its beginning."""
        top, height = self.scroll_offset.y, self.size.height
        first, end = self._extent(self._cursor)
        if first < top:
            self._scroll(first if self._choosable_above(first) else 0)
        elif end > top + height:
            self._scroll(min(first, end - height))

    def _choosable_above(self, line: int) -> bool:
        pairs = zip(self._blocks, self._starts, strict=True)
        return any(block.key and start < line for block, start in pairs)

    def _scroll(self, line: int) -> None:
        self.scroll_to(y=max(0, line), animate=False, force=True)

    def action_page(self, pages: int) -> None:
        self._scroll(self.scroll_offset.y + pages * max(1, self.size.height - 1))
        self.call_after_refresh(self._follow)

    def _follow(self) -> None:
        """Put the cursor on a block that is in sight, where one can be chosen there."""
        top, bottom = self.scroll_offset.y, self.scroll_offset.y + self.size.height
        if top <= self._marked < bottom:
            return
        seen = [n for n, start in enumerate(self._starts) if top <= start < bottom]
        choices = [place for place in seen if self._blocks[place].key]
        if choices:
            before, self._cursor = self._marked, choices[0]
            self._draw_mark(before)
            self._draw_mark(self._marked)
            self.post_message(self.Moved())

    def action_top(self) -> None:
        self._scroll(0)
        self._move_to(self._nearest(-1))

    def action_bottom(self) -> None:
        self._move_to(self._nearest(len(self._blocks)))
        self._scroll(max(0, len(self._lines) - self.size.height))

    def on_click(self, event: events.Click) -> None:
        line = event.y + self.scroll_offset.y
        for place, start in enumerate(self._starts):
            if start <= line < self._extent(place)[1] and self._blocks[place].key:
                self._move_to(place)


class OpenBlocks(BlockList, inherit_bindings=False):
    """Blocks that Enter opens."""

    BINDINGS = bindings(BLOCKS, OPEN)

    class Opened(Message):
        """The person wants the block with this key."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def action_open(self) -> None:
        self.post_message(self.Opened(self.key))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return bool(self.key) if action == "open" else True
