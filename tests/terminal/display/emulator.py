"""A terminal to compare with: pyte, and the plainest way to draw a cell on it."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import pyte

from civictui.terminal.display.cells import Row, is_sure
from civictui.terminal.display.difference import Cursor
from civictui.terminal.display.pens import PLAIN, Pen, change

DIM = 2
BLINK = 5


class Emulator(pyte.Screen):
    """pyte, which knows no dim: it is kept where blinking would be, which the display never asks.

    As on terminals, and not as in pyte, setting the region puts the cursor home.
    """

    def __init__(self, width: int, height: int) -> None:
        super().__init__(width, height)
        self.stream = pyte.ByteStream(self)

    def select_graphic_rendition(self, *codes: int, **options: Any) -> None:
        assert BLINK not in codes or 38 in codes or 48 in codes
        changed: list[int] = []
        rest = list(codes) or [0]
        while rest:
            code = rest.pop(0)
            if code in (38, 48):
                count = 1 if rest[0] == 5 else 3
                changed += [code, *rest[: count + 1]]
                del rest[: count + 1]
            else:
                changed += {DIM: [BLINK], 22: [22, 25]}.get(code, [code])
        super().select_graphic_rendition(*changed, **options)

    def set_margins(self, top: int | None = None, bottom: int | None = None) -> None:
        super().set_margins(top, bottom)
        self.cursor_position()

    def take(self, text: str) -> None:
        self.stream.feed(text.encode("utf-8", "replace"))

    def looks(self) -> list[list[tuple[Any, ...]]]:
        """Each cell as it looks: what a blank does not show is left out."""
        return [[_look(self.buffer[y][x]) for x in range(self.columns)] for y in range(self.lines)]

    @property
    def place(self) -> Cursor:
        if self.cursor.hidden:
            return None
        return min(self.cursor.x, self.columns - 1), self.cursor.y


def _look(char: Any) -> tuple[Any, ...]:
    if char.data == "▀" and not char.reverse and "default" not in (char.fg, char.bg):
        return tuple(char._replace(data="▄", fg=char.bg, bg=char.fg))
    if char.data != " ":
        return tuple(char)
    if char.underscore or char.reverse or char.strikethrough:
        return tuple(char._replace(italics=False))
    return " ", char.bg


@lru_cache(8192)
def looks_of(sign: str, pen: Pen) -> list[tuple[Any, ...]]:
    """The cells of a character that is drawn alone."""
    emulator = Emulator(2, 1)
    emulator.take(f"\x1b[?7l{change(PLAIN, pen, single=True)}{sign}")
    return emulator.looks()[0]


def differences(emulator: Emulator, rows: Sequence[Row], cursor: Cursor) -> Iterable[str]:
    """Where an emulator shows something else than a grid and a cursor, in words.

    Of a doubtful character pyte has its own idea, which is not asked for.
    """
    there = emulator.looks()
    for y, row in enumerate(rows):
        for x, (sign, pen) in enumerate(row):
            owner = (sign, pen) if sign else row[x - 1]
            expected = looks_of(*owner)[not sign]
            if is_sure(owner[0]) and there[y][x] != expected:
                yield f"row {y}, column {x}: {there[y][x]} instead of {expected}"
    if emulator.place != cursor:
        yield f"the cursor is at {emulator.place} instead of {cursor}"
