"""From whatever a file holds to an upright RGB picture of a given size, in bounded memory."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

_BAND = 1_000_000
"""Pixels that are converted at a time, so that no second whole copy is needed."""

GAP = 1.25
"""How much larger than wanted a picture stays before the last, careful resampling."""


def decoded(image: "Image", factor: float) -> "Image":
    """An opened picture as RGB on white, at least `factor` (at most 1) times its size.

    The result carries no metadata and is not turned yet. It is at most twice `GAP` times too large
    where the decoder can shrink by itself; the caller resamples it to the exact size.
    """
    wanted = min(1.0, factor * GAP)
    size = math.ceil(image.width * wanted), math.ceil(image.height * wanted)
    image.draft(None, size)  # lets libjpeg decode at 1/2, 1/4 or 1/8; others ignore it
    image.load()
    steps = max(1, min(image.width // size[0], image.height // size[1]))
    if image.mode == "RGB" and not image.has_transparency_data:
        plain = image.reduce(steps) if steps > 1 else image.copy()
        plain.info.clear()
        return plain
    return banded(image.size, steps, lambda top, bottom: image.crop((0, top, image.width, bottom)))


def banded(size: tuple[int, int], steps: int, rows: Callable[[int, int], "Image"]) -> "Image":
    """RGB, `steps` times smaller by averaging; `rows(top, bottom)` gives a part of the picture."""
    from PIL import Image

    width, height = (math.ceil(side / steps) for side in size)
    flat = Image.new("RGB", (width, height))
    band = max(1, _BAND // (size[0] * steps))
    for top in range(0, height, band):
        bottom = min(size[1], (top + band) * steps)
        flat.paste(_rgb(rows(top * steps, bottom)).reduce(steps), (0, top))
    return flat


def _rgb(band: "Image") -> "Image":
    """Any mode as RGB: 16 bit cut to 8, what is transparent on white."""
    from PIL import Image

    if band.mode.startswith(("I", "F")):
        # Only greyscale has more than 8 bits here; Pillow's own conversion would clip it to white.
        return band.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if not band.has_transparency_data:
        return band.convert("RGB")
    rgba = band.convert("RGBA")
    white = Image.new("RGB", band.size, "white")
    white.paste(rgba, mask=rgba.getchannel("A"))
    return white


def turned(image: "Image", orientation: int) -> "Image":
    """Upright, by what EXIF says of the stored raster (1 to 8)."""
    from PIL.Image import Transpose

    ways = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(ways[orientation]) if orientation in ways else image
