"""The themes: what can be read where, computed, and what is drawn of them."""

import itertools
import re
from pathlib import Path

import pytest
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.color import Color as Background
from textual.filter import LineFilter

from civictui.settings import CHOICES
from civictui.terminal import theme
from civictui.terminal.tint import Palette, Tint, palette, tints

FIXED = ("dark", "light", "contrast")
BLACK = Background(0, 0, 0)
XTERM = bytes.fromhex(
    "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 "
    "7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff"
)
CONSOLE = bytes.fromhex(
    "000000 aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa aaaaaa "
    "555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff"
)
STEPS = (0, 95, 135, 175, 215, 255)


def shown(number: int, sixteen: bytes) -> tuple[int, ...]:
    """Red, green and blue of a colour's number."""
    if number < 16:
        return tuple(sixteen[3 * number : 3 * number + 3])
    if number >= 232:
        return (8 + 10 * (number - 232),) * 3
    red, rest = divmod(number - 16, 36)
    return STEPS[red], STEPS[rest // 6], STEPS[rest % 6]


def luminance(colour: tuple[int, ...]) -> float:
    """As WCAG 2 has it."""
    parts = [part / 255 for part in colour]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: int, other: int, sixteen: bytes) -> float:
    low, high = sorted(luminance(shown(number, sixteen)) for number in (one, other))
    return (high + 0.05) / (low + 0.05)


def inks(found: Palette) -> set[int]:
    """All that is written with, but the colour of the paper itself."""
    return {found.ink, found.dim, *found.sixteen[1:]}


def found_palette(name: str, colours: int) -> Palette:
    found = palette(name, colours)
    assert found is not None
    return found


@pytest.mark.parametrize("name", FIXED)
@pytest.mark.parametrize("sixteen", [XTERM, CONSOLE], ids=["xterm", "console"])
@pytest.mark.parametrize("colours", [16, 256, 1 << 24])
def test_each_ink_can_be_read(name: str, colours: int, sixteen: bytes) -> None:
    found = found_palette(name, colours)
    least = 7.0 if name == "contrast" else 4.5
    for ink in inks(found):
        assert contrast(found.paper, ink, sixteen) >= least, (name, colours, ink)


@pytest.mark.parametrize("name", FIXED)
def test_in_many_colours_nothing_depends_on_the_terminals_own(name: str) -> None:
    found = found_palette(name, 256)
    assert min(found.paper, *inks(found)) >= 16


@pytest.mark.parametrize("name", FIXED)
def test_with_eight_colours_no_other_is_named(name: str) -> None:
    found = found_palette(name, 8)
    assert max(found.paper, *inks(found)) < 8


@pytest.mark.parametrize("sixteen", [XTERM, CONSOLE], ids=["xterm", "console"])
def test_the_inks_of_the_terminals_own_theme_can_be_read_on_black(sixteen: bytes) -> None:
    """On other papers it is for the terminal's scheme to see to it."""
    tint = tints("ansi", 16 if sixteen is CONSOLE else 256)
    for style in (theme.BEGUN, theme.WAITS, theme.SAFE, theme.ALARM):
        (segment,) = drawn(tint, Segment("x", style))
        assert segment.style
        assert segment.style.color
        number = segment.style.color.number
        assert number is not None
        assert contrast(0, number, sixteen) >= 4.5


def drawn(tint: list[LineFilter], *segments: Segment) -> list[Segment]:
    found = list(segments)
    for each in tint:
        found = each.apply(found, BLACK)
    return found


@pytest.mark.parametrize(("name", "colours"), itertools.product(FIXED, (8, 16, 256)))
def test_every_cell_has_the_colours_of_the_theme(name: str, colours: int) -> None:
    found = found_palette(name, colours)
    allowed = {found.paper, *inks(found)}
    styles = [
        None,
        Style(),
        theme.BOLD,
        theme.DIM,
        theme.ALARM,
        Style(color="black", bgcolor="cyan"),
    ]
    for segment in Tint(found).apply([Segment("x", style) for style in styles], BLACK):
        style = segment.style
        assert style
        assert style.color
        assert style.bgcolor
        assert {style.color.number, style.bgcolor.number} <= allowed
        assert not style.dim


def test_a_picture_keeps_its_colours() -> None:
    cell = Segment("▄▄", Style(color=Color.from_ansi(3), bgcolor=Color.from_ansi(1)))
    assert Tint(found_palette("dark", 16)).apply([cell], BLACK) == [cell]


def test_what_steers_is_no_text() -> None:
    cell = Segment("\x1b[H", None, [(1,)])  # type: ignore[list-item]
    assert Tint(found_palette("dark", 16)).apply([cell], BLACK) == [cell]


def test_without_colours_there_is_nothing_to_tint() -> None:
    for name in CHOICES["theme"]:
        assert palette(name, 0) is None
    (mono,) = tints("mono", 256)
    (segment,) = mono.apply([Segment("x", theme.ALARM)], BLACK)
    assert segment.style == Style(bold=True)


def test_no_widget_has_colours_of_its_own() -> None:
    """They are named in the theme, the style sheet, and by the map's."""
    named = re.compile(r"""Style\([^)]*(?:bg)?color=["']|ansi_(?!default)|color:\s*(?!\$)[#\w]""")
    package = Path(theme.__file__).parents[1]
    allowed = {"theme.py", "chart_view.py"}
    for path in [*package.rglob("widgets/**/*.py"), *package.rglob("screens/*.py")]:
        if path.name not in allowed:
            assert not named.search(path.read_text("utf-8")), path
