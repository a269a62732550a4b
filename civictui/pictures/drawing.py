"""Pictures in the exact size that a drawing on the terminal needs."""

from typing import TYPE_CHECKING

from civictui.domain.errors import PictureError
from civictui.pictures.darkroom import darkroom

if TYPE_CHECKING:
    from PIL.Image import Image

WHOLE = (0.0, 0.0, 1.0, 1.0)


def fit(content: bytes, width: int, height: int, *, crop: bool = True) -> "Image":
    """An upright RGB picture for a box of `width` x `height` pixels, enlarged if need be.

    With `crop` it fills the box and loses what overlaps in equal parts: right for tiny
    thumbnails, where bars would take half of the little room. Without, it is the largest of the
    same shape that fits in, with an even height (half blocks draw two rows of pixels in one line),
    so that nothing is lost.

    Raises PictureError.
    """
    return _cut(content, width, height, WHOLE, crop=crop)


def view(
    content: bytes, width: int, height: int, window: tuple[float, float, float, float]
) -> "Image":
    """A part of the picture, as large as fits into the box, with an even height.

    `window` is left, top, right, bottom, each 0 to 1 of the upright picture; what is outside of
    the picture is cut off. Raises PictureError.
    """
    left, top, right, bottom = (min(1.0, max(0.0, side)) for side in window)
    if right - left < _LEAST or bottom - top < _LEAST:
        raise PictureError("There is nothing of the picture in that part of it")
    return _cut(content, width, height, (left, top, right, bottom), crop=False)


_LEAST = 0.0001


def _cut(
    content: bytes,
    width: int,
    height: int,
    window: tuple[float, float, float, float],
    *,
    crop: bool,
) -> "Image":
    from PIL import Image

    said, pixels = darkroom.ask(
        content, do="cut", width=width, height=height, crop=crop, window=window
    )
    try:
        size = int(said["width"]), int(said["height"])
        fits = 0 < size[0] <= width and 0 < size[1] <= max(2, height)
        if not fits or len(pixels) != size[0] * size[1] * 3:
            raise ValueError(size)
        return Image.frombytes("RGB", size, pixels)
    except (KeyError, TypeError, ValueError) as error:
        raise PictureError("The picture cannot be opened: its decoder broke down") from error
