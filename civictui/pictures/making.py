"""In the picture process: from a camera's file to the two JPEGs that are stored and sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO

from civictui.domain.errors import PictureError
from civictui.pictures import exif
from civictui.pictures.shaping import turned
from civictui.pictures.sources import source

if TYPE_CHECKING:
    from PIL.Image import Image

LONGEST = 1600
"""Pixels of the longest side of a large picture."""
_THUMBNAIL_LONGEST = 256


@dataclass(frozen=True, slots=True)
class _Ladder:
    """What is tried until a picture fits: every quality at a size, then the next smaller size."""

    sides: tuple[int, ...]
    qualities: tuple[int, ...]

    def steps(self, longest: int) -> Iterator[tuple[int, int]]:
        """(longest side, quality), the best first; nothing is ever enlarged."""
        sides = [longest, *(side for side in self.sides if side < longest)]
        return ((side, quality) for side in sides for quality in self.qualities)


_LARGE = _Ladder((1280, 1024, 800, 640, 480, 320, 160, 80), (85, 75, 65, 55))
# No quality occurs in both, so that a tiny photo and its thumbnail still are two objects.
_THUMBNAIL = _Ladder((208, 160, 112, 64), (80, 70, 60, 50))


def make(file: BinaryIO, budget: int, thumbnail_budget: int) -> tuple[dict[str, Any], bytes, bytes]:
    """What there is to say, the large picture, the thumbnail. Raises PictureError."""
    with source(file) as picture:
        longest = max(picture.size)
        traces = exif.read(picture.exif)
        raster = picture.decode(LONGEST / longest)
        orientation = picture.orientation
    upright = turned(raster, orientation)
    del raster
    large, size = _within(_sized(upright, min(longest, LONGEST)), _LARGE, budget)
    small = _sized(upright, min(longest, _THUMBNAIL_LONGEST))
    thumbnail, _ = _within(small, _THUMBNAIL, thumbnail_budget)
    point = traces.point
    said = {
        "width": size[0],
        "height": size[1],
        "large": len(large),
        "place": [point.latitude, point.longitude] if point else None,
        "at_zero": traces.at_zero,
        "taken_at": traces.taken_at,
    }
    return said, large, thumbnail


def _within(image: "Image", ladder: _Ladder, budget: int) -> tuple[bytes, tuple[int, int]]:
    """The best JPEG of `image` that has at most `budget` bytes, and its size in pixels."""
    for side, quality in ladder.steps(max(image.size)):
        sized = _sized(image, side)
        content = _jpeg(sized, quality)
        if len(content) <= budget:
            return content, sized.size
    raise PictureError(f"The picture cannot be made as small as {budget} bytes", "Allow more.")


def _sized(image: "Image", longest: int) -> "Image":
    from PIL.Image import Resampling

    factor = longest / max(image.size)
    if factor == 1:
        return image
    width, height = (max(1, round(side * factor)) for side in image.size)
    return image.resize((width, height), Resampling.LANCZOS, reducing_gap=2.0)


def _jpeg(image: "Image", quality: int) -> bytes:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=quality, optimize=True, progressive=True)
    return buffer.getvalue()
