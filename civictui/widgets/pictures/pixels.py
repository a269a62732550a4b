"""Pixels as strips of cells: half blocks, or shades of ASCII."""

from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from civictui.widgets.pictures.tiers import Tier

if TYPE_CHECKING:
    from PIL.Image import Image

SHADES: Final = " .:-=+*#%@"
"""From dark to bright, for a dark background: characters by the ink they have."""

_SIXTEEN: Final = (
    (0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0),
    (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170),
    (85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85),
    (85, 85, 255), (255, 85, 255), (85, 255, 255), (255, 255, 255),
)  # fmt: skip
"""The sixteen colours as the IBM VGA card has them, which rich takes for everybody's."""

_STEPS: Final = (0, 95, 135, 175, 215, 255)
"""Of each primary in the cube of 216 colours of xterm; a ramp of greys follows it."""


def strips_of(image: "Image", tier: Tier) -> list[Strip]:
    """A line of cells for two rows of pixels; the image has an even height."""
    if tier is Tier.SHADES:
        return _shades(image)
    if tier is Tier.BLOCKS:
        return _blocks(image)
    system = ColorSystem.EIGHT_BIT if tier is Tier.BLOCKS_256 else ColorSystem.STANDARD
    return [_numbered(strip, system) for strip in _blocks(_reduced(image, tier))]


def _reduced(image: "Image", tier: Tier) -> "Image":
    """With the colours of the tier alone.

    Of 256 the nearest is near enough. Of sixteen, dots make up half of what the nearest is off:
    for all of it they would be a blizzard.
    """
    from PIL import Image

    palette = _palette(tier)
    nearest = image.quantize(palette=palette, dither=Image.Dither.NONE).convert("RGB")
    if tier is Tier.BLOCKS_256:
        return nearest
    halfway = Image.blend(nearest, image, 0.5)
    return halfway.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).convert("RGB")


def _blocks(image: "Image") -> list[Strip]:
    """Two pixels a cell, one over the other."""
    from rich_pixels import HalfcellRenderer

    segments = HalfcellRenderer().render(image, None)
    lines = Segment.split_lines(segments)
    return [Strip(line, image.width).simplify() for line in lines]


def _numbered(strip: Strip, system: ColorSystem) -> Strip:
    """The colours by their numbers, which are shorter on the wire than their red, green and blue.

    Reduced before, so that equal neighbours are one: rich alone sends each cell by itself.
    """
    segments = [Segment(text, _by_number(style, system)) for text, style, _ in strip if style]
    return Strip(segments, strip.cell_length).simplify()


@lru_cache(maxsize=2048)
def _by_number(style: Style, system: ColorSystem) -> Style:
    below, above = style.color, style.bgcolor
    return Style(
        color=below.downgrade(system) if below else None,
        bgcolor=above.downgrade(system) if above else None,
    )


@cache
def _palette(tier: Tier) -> "Image":
    from PIL import Image

    colours = {Tier.BLOCKS_8: _SIXTEEN[:8], Tier.BLOCKS_16: _SIXTEEN}.get(tier) or _xterm()
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in colours for part in colour])
    return palette


def _xterm() -> list[tuple[int, int, int]]:
    """What all terminals of 256 colours agree on; the first sixteen are everybody's own."""
    cube = [(red, green, blue) for red in _STEPS for green in _STEPS for blue in _STEPS]
    return [*cube, *((8 + 10 * step,) * 3 for step in range(24))]


def _shades(image: "Image") -> list[Strip]:
    """One character a cell, for the mean of two pixels, stretched over all shades."""
    from PIL import Image, ImageOps

    grey = image.convert("L").resize((image.width, image.height // 2), Image.Resampling.BOX)
    levels = ImageOps.autocontrast(grey, cutoff=1).tobytes()
    text = "".join(SHADES[level * len(SHADES) // 256] for level in levels)
    starts = range(0, len(text), image.width)
    return [Strip([Segment(text[start : start + image.width])], image.width) for start in starts]
