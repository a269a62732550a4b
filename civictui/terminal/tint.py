"""The themes: fixed colours for the sixteen by which widgets name theirs, put in on the way out.

Where a terminal has 256 colours they are numbers of the colour cube, which all terminals agree on,
so that what is said of their contrast holds. Where it has sixteen they are some of those, chosen
so that they can be read by the palettes of xterm and of the Linux console.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rich.color import Color, ColorType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color as Background
from textual.filter import LineFilter

from civictui.terminal.filters import NoColour

_HALF_BLOCK = "▄"
"""What pictures are drawn with; the colours of a picture are its own."""


_YELLOW: Final = Color.parse("yellow")
_BRIGHT: Final = Style(color="bright_yellow")


@dataclass(frozen=True, slots=True)
class Palette:
    """Numbers of colours: of paper and ink, of what is dim, and for each of the sixteen."""

    paper: int
    ink: int
    dim: int
    sixteen: tuple[int, ...]


def _palette(paper: int, ink: int, dim: int, *six: int) -> Palette:
    """`six` are red, green, yellow, blue, magenta, cyan; the bright ones are the same."""
    return Palette(paper, ink, dim, (paper, *six, ink, dim, *six, ink))


_CUBE: Final[Mapping[str, Palette]] = {
    "dark": _palette(234, 252, 246, 210, 114, 221, 111, 176, 80),
    "light": _palette(255, 235, 241, 124, 22, 94, 25, 90, 23),
    "contrast": _palette(16, 231, 252, 217, 156, 227, 153, 225, 159),
}
_SIXTEEN: Final[Mapping[str, Palette]] = {
    "dark": _palette(0, 7, 7, 9, 10, 11, 14, 13, 14),
    "light": _palette(7, 0, 0, 0, 4, 0, 4, 0, 4),
    "contrast": _palette(0, 15, 7, 11, 10, 11, 14, 15, 14),
}
_EIGHT: Final[Mapping[str, Palette]] = {
    "dark": _palette(0, 7, 7, 7, 2, 7, 6, 7, 6),
    "light": _palette(7, 0, 0, 0, 4, 0, 4, 0, 4),
    "contrast": _palette(0, 7, 7, 7, 7, 7, 7, 7, 7),
}


def palette(theme: str, colours: int) -> Palette | None:
    """The colours of a theme on a terminal with so many; None where they are the terminal's."""
    if not colours:
        return None
    table = _CUBE if colours >= 256 else _SIXTEEN if colours >= 16 else _EIGHT
    return table.get(theme)


def tints(theme: str, colours: int) -> list[LineFilter]:
    """What a theme does to each line."""
    if theme == "mono":
        return [NoColour()]
    if theme == "ansi" and colours == 16:
        return [Brown()]
    found = palette(theme, colours)
    return [Tint(found)] if found else []


class Brown(LineFilter):
    """Consoles of sixteen colours draw yellow as a brown that is hard to read; bright it is not."""

    def apply(self, segments: list[Segment], background: Background) -> list[Segment]:
        return [
            Segment(text, style + _BRIGHT) if style and style.color == _YELLOW else segment
            for segment in segments
            for text, style, _ in (segment,)
        ]


class Tint(LineFilter):
    """Puts the colours of a palette for the terminal's own."""

    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self._palette = palette
        self._known: dict[Style, Style] = {}

    def apply(self, segments: list[Segment], background: Background) -> list[Segment]:
        return [
            segment if segment.control else Segment(segment.text, self._style(segment))
            for segment in segments
        ]

    def _style(self, segment: Segment) -> Style:
        style = segment.style or Style.null()
        if (found := self._known.get(style)) is None:
            found = self._known[style] = self._tinted(style)
        if _HALF_BLOCK in segment.text and style.bgcolor and not style.bgcolor.is_default:
            return style
        return found

    def _tinted(self, style: Style) -> Style:
        palette = self._palette
        ink = self._fixed(style.color, palette.ink)
        if style.dim:
            ink = Color.from_ansi(palette.dim)  # how dim a terminal draws it nobody knows
        paper = self._fixed(style.bgcolor, palette.paper)
        return style + Style(color=ink, bgcolor=paper, dim=False)

    def _fixed(self, color: Color | None, plain: int) -> Color:
        if color is None or color.is_default:
            return Color.from_ansi(plain)
        if color.type is ColorType.STANDARD and color.number is not None:
            return Color.from_ansi(self._palette.sixteen[color.number])
        return color
