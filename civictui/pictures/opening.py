"""Opening a picture that anybody may have made: formats, caps, and errors that say what to do.

Measured with Pillow 13: a 20 kB PNG may unpack to 800 MB. Nothing is decoded before its header has
passed the caps, which keep the rise of memory of one decoding below 150 MB.
"""

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from types import ModuleType
from typing import TYPE_CHECKING, BinaryIO

from civictui.domain.errors import PictureError
from civictui.pictures import jpeg, png

if TYPE_CHECKING:
    from PIL.Image import Image

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
    AssertionError, EOFError, RuntimeError, struct.error, zlib.error, UserWarning,
)  # fmt: skip

USUAL = "Use a JPEG, PNG or WebP file."
CONVERT = "Set the camera to JPEG (on an iPhone: Formats, Most Compatible), or convert it."
_AGAIN = "Copy it again from the camera, or take another photo."
_HEIF = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))


@contextmanager
def opened(file: BinaryIO) -> Iterator["Image"]:
    """A JPEG, PNG or WebP whose header has passed the caps; nothing of it is decoded yet.

    Raises PictureError, also for what goes wrong inside the `with` block.
    """
    kind = kind_of(file)
    if kind not in MAX_PIXELS:
        raise PictureError(f"{kind} pictures cannot be read", CONVERT)
    image_module = pillow(kind)
    with told_in_words(image_module):
        cap = _cap(kind, file)
        with closing(image_module.open(file, formats=(kind,))) as image:
            # `closing` frees the pixels too; Pillow's own context would only close the file.
            _check(image, kind, cap)
            yield image


@contextmanager
def told_in_words(image_module: ModuleType) -> Iterator[None]:
    """Whatever a decoder raises on a hostile file becomes a PictureError."""
    try:
        yield
    except (image_module.DecompressionBombError, image_module.DecompressionBombWarning) as error:
        raise too_large(MAX_STREAMED) from error
    except MemoryError as error:
        advice = "Take it with a lower resolution, or shrink it."
        raise PictureError("The picture needs too much memory", advice) from error
    except BROKEN as error:
        raise damaged() from error


def inspect(content: bytes) -> tuple[int, int, str]:
    """(width, height, "JPEG", "PNG" or "WEBP") as the header has them.

    Nothing is decoded, so that it is done here and by no other process. Width and height are those
    of the stored raster: EXIF may turn it. Raises PictureError.
    """
    file = BytesIO(content)
    with opened(file) as image:
        return image.width, image.height, kind_of(file)


def kind_of(file: BinaryIO) -> str:
    """By the first bytes: JPEG, PNG, WEBP, HEIC, AVIF. Raises PictureError for anything else."""
    file.seek(0)
    head = file.read(12)
    file.seek(0)
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[4:8] == b"ftyp" and head[8:] in _HEIF:
        return "HEIC"
    if head[4:10] == b"ftypav":
        return "AVIF"
    raise PictureError("This is no picture that can be read", USUAL)


def pillow(kind: str) -> ModuleType:
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


def _cap(kind: str, file: BinaryIO) -> int:
    """How many pixels it may have, by a look at its structure, before Pillow sees it.

    Raises ValueError for a header that would take Pillow long.
    """
    most = MAX_PIXELS[kind]
    if kind == "JPEG":
        layout = jpeg.layout(file)
        most = MAX_STREAMED if layout.streamed else min(most, int(MAX_SAMPLES / layout.samples))
    elif kind == "PNG" and not png.has_few_chunks(file):
        raise ValueError("too many chunks")
    file.seek(0)
    return most


def _check(image: "Image", kind: str, most: int) -> None:
    # Phones write a second picture (a gain map, a preview) behind the first: still one photo.
    if kind != "JPEG" and getattr(image, "is_animated", False):
        raise PictureError("The picture is animated", "Save one picture of it as JPEG.")
    if image.width * image.height > most:
        raise too_large(most)


def damaged() -> PictureError:
    return PictureError("The picture is damaged or cut off", _AGAIN)


def too_large(most: int) -> PictureError:
    advice = "Take it with a lower resolution, or shrink it."
    return PictureError(f"The picture has more than {most // MEGAPIXEL} megapixels", advice)
