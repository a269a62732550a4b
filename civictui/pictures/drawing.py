"""Pictures in the exact size that a drawing on the terminal needs."""

from typing import TYPE_CHECKING

from civictui.pictures import exif
from civictui.pictures.opening import one_at_a_time, opened
from civictui.pictures.shaping import turned_size, upright

if TYPE_CHECKING:
    from PIL.Image import Image


def fit(content: bytes, width: int, height: int, *, crop: bool = True) -> "Image":
    """An upright RGB picture for a box of `width` x `height` pixels, enlarged if need be.

    With `crop` it fills the box and loses what overlaps in equal parts: right for tiny
    thumbnails, where bars would take half of the little room. Without, it is the largest of the
    same shape that fits in, with an even height (half blocks draw two rows of pixels in one line),
    so that nothing is lost.

    Raises PictureError.
    """
    from PIL import Image, ImageOps

    with one_at_a_time, opened(content) as image:
        traces = exif.read(image)
        whole = turned_size(image, traces)
        size = (width, height) if crop else _inside(whole, width, height)
        factor = max(size[0] / whole[0], size[1] / whole[1])
        source = upright(image, traces, factor)
        return ImageOps.fit(source, size, Image.Resampling.LANCZOS)


def _inside(whole: tuple[int, int], width: int, height: int) -> tuple[int, int]:
    even = max(2, height - height % 2)
    factor = min(width / whole[0], even / whole[1])
    across = max(1, round(whole[0] * factor))
    down = max(2, 2 * round(whole[1] * factor / 2))
    return min(across, width), min(down, even)
