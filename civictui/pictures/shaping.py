"""From whatever a file holds to an upright RGB picture of a given size, in bounded memory."""

import math
from typing import TYPE_CHECKING

from civictui.pictures import exif

if TYPE_CHECKING:
    from PIL.Image import Image

_BAND = 64
"""Rows of the result that are converted at a time, so that no second whole copy is needed."""

_GAP = 1.25
"""How much larger than wanted a picture stays before the last, careful resampling."""


def upright(image: "Image", traces: exif.Traces, factor: float) -> "Image":
    """An opened picture as upright RGB on white, `factor` (at most 1) times its size or more.

    The result carries no metadata. It is at most `_GAP` times too large where the decoder can
    shrink by itself; the caller resamples it to the exact size.
    """
    wanted = min(1.0, factor * _GAP)
    size = math.ceil(image.width * wanted), math.ceil(image.height * wanted)
    image.draft(None, size)  # lets libjpeg decode at 1/2, 1/4 or 1/8; others ignore it
    image.load()
    steps = max(1, min(image.width // size[0], image.height // size[1]))
    return _turned(_flat(image, steps), traces.orientation)


def turned_size(image: "Image", traces: exif.Traces) -> tuple[int, int]:
    """Width and height as the person sees them, before anything is decoded."""
    return (image.height, image.width) if traces.orientation >= 5 else image.size


def _flat(image: "Image", steps: int) -> "Image":
    """RGB, `steps` times smaller by averaging."""
    from PIL import Image

    width, height = (math.ceil(side / steps) for side in image.size)
    flat = Image.new("RGB", (width, height))
    for top in range(0, height, _BAND):
        bottom = min(image.height, (top + _BAND) * steps)
        band = _rgb(image.crop((0, top * steps, image.width, bottom)))
        flat.paste(band.reduce(steps), (0, top))
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


def _turned(image: "Image", orientation: int) -> "Image":
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
