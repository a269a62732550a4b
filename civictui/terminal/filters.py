"""The last gate before the wire: what passes here is all that a terminal can ever receive.

Foreign text is cleaned where it is drawn. These filters see every segment once more, so that a
place that forgot could not let a control character through, and an ASCII terminal gets ASCII.
"""

import re

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from civictui.terminal.capability import Capability
from civictui.terminal.harmless import harmless

_BEYOND_ASCII = re.compile("[^\x20-\x7e]")

_ASCII = str.maketrans(
    {
        "✎": "%", "↑": "^", "⇡": ">", "✓": "+", "≠": "#", "▌": ">", "·": "-", "…": "~",
        "•": "*", "—": "-", "→": ">", "←": "<", "°": "o", "“": '"', "”": '"',
        "─": "-", "│": "|", "┌": "+", "┐": "+", "└": "+", "┘": "+", "├": "+", "┤": "+",
        "▔": "-", "▁": "_", "█": "#", "▀": "#", "▄": "#", "▎": "|", "▏": "|", "\u00a0": " ",
    }
)  # fmt: skip


class NoSteering(LineFilter):
    """Takes out whatever could steer the terminal; nothing moves."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [
            segment if segment.control else Segment(harmless(segment.text), segment.style)
            for segment in segments
        ]


class AsciiOnly(LineFilter):
    """Writes every sign in ASCII, what has no likeness there as question marks of its width."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment
            if segment.control or segment.text.isascii()
            else Segment(ascii_text(segment.text), segment.style)
            for segment in segments
        ]


class NoColour(LineFilter):
    """Takes all colours out; bold, underline and reverse stay."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            Segment(text, style.without_color if style else None, control)
            for text, style, control in segments
        ]


def gates(capability: Capability) -> list[LineFilter]:
    """The filters that this terminal needs, in the order in which they see a line."""
    filters: list[LineFilter] = [NoSteering()]
    if not capability.colours:
        filters.append(NoColour())
    if capability.ascii:
        filters.append(AsciiOnly())
    return filters


def ascii_text(text: str) -> str:
    """The likeness of `text` in ASCII, as many cells wide."""
    likeness = text.translate(_ASCII)
    return _BEYOND_ASCII.sub(lambda found: "?" * cell_len(found[0]), likeness)
