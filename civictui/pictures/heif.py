"""HEIC, as phones make it, where `pillow-heif` is installed.

It is read without Pillow's own way of opening, which would hold a third copy of the pixels: at 24
megapixels that is 173 MB instead of 114.
"""

import importlib.util
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

from civictui.domain.errors import PictureError
from civictui.pictures.opening import (
    BROKEN,
    CONVERT,
    MEGAPIXEL,
    pillow,
    told_in_words,
    too_large,
)
from civictui.pictures.shaping import GAP, banded

if TYPE_CHECKING:
    from PIL.Image import Exif
    from PIL.Image import Image as Raster
    from pillow_heif import HeifFile

MAX_PIXELS = 25 * MEGAPIXEL
MAX_RICH_PIXELS = 12 * MEGAPIXEL
"""For more than 8 bits a channel, which libheif holds in 16, an alpha channel, or full colour."""

MAX_BYTES = 12 * 1024 * 1024
"""Of the file, which libheif reads into memory as a whole."""


@contextmanager
def opened(file: BinaryIO) -> Iterator["HeifFile"]:
    """A HEIC file whose header has passed the caps. Raises PictureError, also inside the `with`."""
    if importlib.util.find_spec("pillow_heif") is None:
        advice = f"Install the package pillow-heif. Or: {CONVERT[:1].lower()}{CONVERT[1:]}"
        raise PictureError("HEIC pictures cannot be read on this terminal", advice)
    with told_in_words(pillow("HEIC")):
        import pillow_heif

        # One thread: several would each want address space of their own.
        pillow_heif.options.DECODE_THREADS = 1
        pillow_heif.options.THUMBNAILS = pillow_heif.options.DEPTH_IMAGES = False
        pillow_heif.options.AUX_IMAGES = False
        content = file.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise PictureError(f"The HEIC file is larger than {MAX_BYTES >> 20} MB", CONVERT)
        picture = pillow_heif.open_heif(content, convert_hdr_to_8bit=True)
        del content
        usual = (picture.mode, picture.info.get("bit_depth"), picture.info.get("chroma"))
        most = MAX_PIXELS if usual == ("RGB", 8, 420) else MAX_RICH_PIXELS
        if picture.size[0] * picture.size[1] > most:
            raise too_large(most)
        yield picture


def exif(picture: "HeifFile") -> "Exif | None":
    """What the file says of place and time."""
    from PIL.Image import Exif

    found = Exif()
    try:
        found.load(picture.info.get("exif") or b"")
    except BROKEN:
        return None
    return found


def decoded(picture: "HeifFile", factor: float) -> "Raster":
    """As `shaping.decoded`, of the raster that libheif gives."""
    from PIL import Image

    pixels, stride, mode = picture.data, picture.stride, picture.mode
    width, height = picture.size
    wanted = min(1.0, factor * GAP)
    steps = max(1, min(width // math.ceil(width * wanted), height // math.ceil(height * wanted)))

    def rows(top: int, bottom: int) -> "Raster":
        band = pixels[top * stride : bottom * stride]
        return Image.frombytes(mode, (width, bottom - top), band, "raw", mode, stride)

    return banded((width, height), steps, rows)
