"""A picture that is about to be decoded, whatever its format."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from civictui.pictures import png
from civictui.pictures.opening import BROKEN, damaged, kind_of, opened
from civictui.pictures.shaping import decoded

if TYPE_CHECKING:
    from PIL.Image import Exif, Image

_ORIENTATION = 0x0112


@dataclass(frozen=True, slots=True)
class Source:
    """`size` is that of the stored raster, `orientation` how it is to be turned (1: not at all).

    `decode(factor)` gives RGB without metadata, at least `factor` times the size, not turned yet.
    """

    size: tuple[int, int]
    orientation: int
    exif: "Exif | None"
    decode: Callable[[float], "Image"]

    @property
    def seen(self) -> tuple[int, int]:
        """Width and height as the person sees them."""
        width, height = self.size
        return (height, width) if self.orientation >= 5 else (width, height)


@contextmanager
def source(file: BinaryIO) -> Iterator[Source]:
    """The picture in a file, its header looked at. Raises PictureError, also inside the `with`."""
    kind = kind_of(file)
    if kind == "HEIC":
        from civictui.pictures import heif

        with heif.opened(file) as picture:
            # libheif turns by itself, by what the container says.
            yield Source(picture.size, 1, heif.exif(picture), lambda f: heif.decoded(picture, f))
        return
    with opened(file) as image:
        if kind == "PNG":
            position = file.tell()
            if not png.is_whole(file):
                raise damaged()
            file.seek(position)
        exif = _exif(image)
        yield Source(image.size, _orientation(exif), exif, lambda f: decoded(image, f))


def _exif(image: "Image") -> "Exif | None":
    try:
        return image.getexif()
    except BROKEN:
        return None


def _orientation(exif: "Exif | None") -> int:
    turned = exif.get(_ORIENTATION) if exif is not None else None
    return turned if isinstance(turned, int) and 1 <= turned <= 8 else 1
