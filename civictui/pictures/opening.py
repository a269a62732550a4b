"""Opening a picture that anybody may have made: formats, caps, and errors that say what to do.

Measured with Pillow 13: a 20 kB PNG may unpack to 800 MB. Nothing is decoded before its header has
passed the caps, which keep one decoding under about 130 MB; `one_at_a_time` keeps it at one.
"""

import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from types import ModuleType
from typing import TYPE_CHECKING

from civictui.domain.errors import PictureError
from civictui.pictures import jpeg

if TYPE_CHECKING:
    from PIL.Image import Image

one_at_a_time = threading.Lock()
"""Whoever decodes holds it, so that several threads do not need the memory several times."""

MEGAPIXEL = 1_000_000
MAX_PIXELS = {"JPEG": 25 * MEGAPIXEL, "PNG": 25 * MEGAPIXEL, "WEBP": 8 * MEGAPIXEL}
"""Pillow needs 4 bytes a pixel for a PNG, and 16 for a WebP (its animation canvases)."""

MAX_STREAMED = 120 * MEGAPIXEL
"""For a JPEG that is shrunk while it is decoded."""

MAX_SAMPLES = 40 * MEGAPIXEL
"""For a JPEG that is held as a whole, at two bytes a sample."""

# What Pillow's parsers raise on broken files, found by fuzzing them; a list, since a mistake of
# our own in between (a NameError, say) must not be told as a damaged photo.
BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError,
    AssertionError, EOFError, RuntimeError, MemoryError, struct.error, zlib.error, UserWarning,
)  # fmt: skip

_USUAL = "Use a JPEG, PNG or WebP file."
_AGAIN = "Copy it again from the camera, or take another photo."


@contextmanager
def opened(content: bytes) -> Iterator["Image"]:
    """A picture whose header has passed the caps; nothing of it is decoded yet.

    Raises PictureError, also for what goes wrong inside the `with` block.
    """
    kind = _kind(content)
    image_module = _pillow(kind)
    try:
        # `closing` frees the pixels too; Pillow's own context would only close the file.
        with closing(image_module.open(BytesIO(content), formats=(kind,))) as image:
            _check(image, kind, content)
            yield image
    except (image_module.DecompressionBombError, image_module.DecompressionBombWarning) as error:
        raise _too_large(MAX_STREAMED) from error
    except BROKEN as error:
        raise PictureError("The picture is damaged or cut off", _AGAIN) from error


def inspect(content: bytes) -> tuple[int, int, str]:
    """(width, height, "JPEG", "PNG" or "WEBP") as the header has them, without decoding.

    Width and height are those of the stored raster: EXIF may turn it. Raises PictureError.
    """
    with opened(content) as image:
        return image.width, image.height, _kind(content)


def _kind(content: bytes) -> str:
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    if content[4:8] == b"ftyp":
        advice = "Set the camera to JPEG (on an iPhone: Formats, Most Compatible), or convert it."
        raise PictureError("HEIC and AVIF pictures cannot be read", advice)
    raise PictureError("This is no picture that can be read", _USUAL)


def _pillow(kind: str) -> ModuleType:
    """Load Pillow as late as this, strict, with the plugin that `kind` needs and no other."""
    from PIL import Image

    if kind == "WEBP":  # else Pillow would load all of its forty plugins to find it
        from PIL import WebPImagePlugin  # noqa: F401
    Image.MAX_IMAGE_PIXELS = MAX_STREAMED
    # Set for good, not in a `catch_warnings`: that one changes them for every thread.
    # What is odd in a photo's metadata is no reason to refuse the photo.
    warnings.filterwarnings("error", module=r"PIL\.(Image|Png|Jpeg|WebP)")
    warnings.filterwarnings("ignore", message="Image appears to be a malformed MPO")
    warnings.filterwarnings("ignore", message="Possibly corrupt EXIF", module=r"PIL\.")
    warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.TiffImagePlugin")
    return Image


def _check(image: "Image", kind: str, content: bytes) -> None:
    # Phones write a second picture (a gain map, a preview) behind the first: still one photo.
    if kind != "JPEG" and getattr(image, "is_animated", False):
        raise PictureError("The picture is animated", "Save one picture of it as JPEG.")
    pixels, most = image.width * image.height, MAX_PIXELS[kind]
    if kind == "JPEG":
        layout = jpeg.layout(content)
        most = MAX_STREAMED if layout.streamed else min(most, int(MAX_SAMPLES / layout.samples))
    if pixels > most:
        raise _too_large(most)


def _too_large(most: int) -> PictureError:
    advice = "Take it with a lower resolution, or shrink it."
    return PictureError(f"The picture has more than {most // MEGAPIXEL} megapixels", advice)
