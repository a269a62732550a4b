"""Pens: how a cell is drawn, in the terms of a terminal (SGR), and the way from one to another."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from rich.color import Color, ColorSystem
from rich.style import Style

BOLD, DIM, ITALIC, UNDERLINE, REVERSE, CONCEAL, STRIKE = (1 << number for number in range(7))
_ON: Final = ((BOLD, "1"), (DIM, "2"), (ITALIC, "3"), (UNDERLINE, "4"), (REVERSE, "7"),
              (CONCEAL, "8"), (STRIKE, "9"))  # fmt: skip
_OFF: Final = ((BOLD | DIM, "22"), (ITALIC, "23"), (UNDERLINE, "24"), (REVERSE, "27"),
               (CONCEAL, "28"), (STRIKE, "29"))  # fmt: skip
_SHOWS_ON_BLANKS: Final = UNDERLINE | REVERSE | STRIKE
_BRIGHT: Final = 60
"""From a colour's code to that of its bright one, which a terminal with 8 colours has not."""


class Pen(NamedTuple):
    """Colours as SGR parameters ("" is the terminal's own), and attributes as bits."""

    fore: str = ""
    back: str = ""
    marks: int = 0


PLAIN: Final = Pen()


@lru_cache(4096)
def pen_of(style: Style | None, colours: int) -> Pen:
    """The nearest pen that a terminal with so many colours has. Nothing blinks; links are text."""
    if style is None:
        return PLAIN
    marks = (
        (style.bold, BOLD),
        (style.dim, DIM),
        (style.italic, ITALIC),
        (style.underline or style.underline2, UNDERLINE),
        (style.reverse, REVERSE),
        (style.conceal, CONCEAL),
        (style.strike, STRIKE),
    )
    return Pen(
        _colour(style.color, colours, foreground=True),
        _colour(style.bgcolor, colours, foreground=False),
        sum(bit for on, bit in marks if on),
    )


def _colour(colour: Color | None, colours: int, *, foreground: bool) -> str:
    if colour is None or colour.is_default or not colours:
        return ""
    if colours <= 256:
        few = colours < 256
        colour = colour.downgrade(ColorSystem.STANDARD if few else ColorSystem.EIGHT_BIT)
    codes = colour.get_ansi_codes(foreground)
    if colours == 8 and len(codes) == 1 and int(codes[0]) >= 90:
        return str(int(codes[0]) - _BRIGHT)
    return ";".join(codes)


@lru_cache(4096)
def blank(pen: Pen) -> Pen:
    """All that is seen of a pen on a blank; two blanks look the same if and only if this is."""
    if pen.marks & _SHOWS_ON_BLANKS:
        return pen._replace(marks=pen.marks & (_SHOWS_ON_BLANKS | BOLD | DIM))
    return Pen(back=pen.back)


@lru_cache(4096)
def change(old: Pen, new: Pen, *, single: bool) -> str:
    """The shortest sequence that makes the pen `new` of `old`.

    Either what is too much is taken away and what lacks is added, or all is taken away first.
    """
    if old == new:
        return ""
    afresh = f"\x1b[{';'.join(['', *_added(PLAIN, new)])}m"
    if not single and any(_removed(old, new)):
        return afresh
    by_steps = f"\x1b[{';'.join([*_removed(old, new), *_added(_without(old, new), new)])}m"
    return min(by_steps, afresh, key=len)


def _removed(old: Pen, new: Pen) -> Iterator[str]:
    for bits, code in _OFF:
        if old.marks & bits & ~new.marks:
            yield code
    if old.fore and not new.fore:
        yield "39"
    if old.back and not new.back:
        yield "49"


def _without(old: Pen, new: Pen) -> Pen:
    """What is left of `old` when what `new` has not is taken away."""
    marks = old.marks
    for bits, _ in _OFF:
        if old.marks & bits & ~new.marks:
            marks &= ~bits
    return Pen(old.fore, old.back, marks)


def _added(old: Pen, new: Pen) -> Iterator[str]:
    for bit, code in _ON:
        if new.marks & ~old.marks & bit:
            yield code
    if new.fore and new.fore != old.fore:
        yield new.fore
    if new.back and new.back != old.back:
        yield new.back
