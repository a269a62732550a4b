"""In the picture process: pixels in the exact size that a drawing on the terminal needs."""

import math
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from civictui.pictures.opening import MEGAPIXEL
from civictui.pictures.shaping import turned
from civictui.pictures.sources import source

if TYPE_CHECKING:
    from PIL.Image import Image

Window: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom of a part, each 0 to 1 of the upright picture."""
WHOLE: Window = (0.0, 0.0, 1.0, 1.0)

_MOST_DETAIL = 4 * MEGAPIXEL
"""A part of a very large picture is not drawn sharper than from the whole at this size: with what
the decoder holds above it, that keeps the rise of memory below 150 MB."""


def cut(file: BinaryIO, width: int, height: int, *, crop: bool, window: Window) -> "Image":
    """See `drawing.fit` and `drawing.view`. Raises PictureError."""
    from PIL import Image, ImageOps

    with source(file) as picture:
        seen = picture.seen
        part = (seen[0] * (window[2] - window[0]), seen[1] * (window[3] - window[1]))
        size = (width, height) if crop else _inside(part, width, height)
        most = math.sqrt(_MOST_DETAIL / (seen[0] * seen[1]))
        factor = max(size[0] / part[0], size[1] / part[1])
        raster = picture.decode(min(factor, most))
        orientation = picture.orientation
    upright = turned(raster, orientation)
    del raster
    if crop:
        return ImageOps.fit(upright, size, Image.Resampling.LANCZOS)
    return upright.resize(size, Image.Resampling.LANCZOS, _box(upright.size, window), 2.0)


def _box(size: tuple[int, int], window: Window) -> tuple[float, float, float, float]:
    """The window in pixels of a picture of this size."""
    width, height = size
    return window[0] * width, window[1] * height, window[2] * width, window[3] * height


def _inside(part: tuple[float, float], width: int, height: int) -> tuple[int, int]:
    """The largest size of the same shape in the box, with an even height."""
    even = max(2, height - height % 2)
    factor = min(width / part[0], even / part[1])
    across = max(1, round(part[0] * factor))
    down = max(2, 2 * round(part[1] * factor / 2))
    return min(across, width), min(down, even)
