"""Taking a photo in: from a camera's file to what is stored and sent."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from civictui.domain.errors import PictureError
from civictui.domain.model import GeoPoint, Photo
from civictui.domain.ports import Picture
from civictui.pictures import exif
from civictui.pictures.opening import one_at_a_time, opened
from civictui.pictures.shaping import turned_size, upright

if TYPE_CHECKING:
    from PIL.Image import Image

BUDGET = 400_000
"""Bytes of a large picture, unless told otherwise."""

THUMBNAIL_BUDGET = 8_000

LONGEST = 1600
"""Pixels of the longest side of a large picture."""


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
_THUMBNAIL_LONGEST = 256


@dataclass(frozen=True, slots=True)
class Taken:
    """A photo made ready, and what its EXIF said of place and time (`taken_at`: RFC 3339 or "").

    Pixels carry no metadata any more: place and time go with the report or not at all.
    """

    picture: Picture
    point: GeoPoint | None
    taken_at: str


def take(content: bytes, budget: int = BUDGET) -> Taken:
    """Make the bytes of a JPEG, PNG or WebP file ready: at most `budget` bytes and 1600 pixels.

    Takes 0.1 to 1 s of one core. Raises PictureError with what to do.
    """
    with one_at_a_time:
        with opened(content) as image:
            traces = exif.read(image)
            longest = max(turned_size(image, traces))
            source = upright(image, traces, LONGEST / longest)
        large, size = _within(_sized(source, min(longest, LONGEST)), _LARGE, budget)
        small = _sized(source, min(longest, _THUMBNAIL_LONGEST))
        thumbnail, _ = _within(small, _THUMBNAIL, THUMBNAIL_BUDGET)
    photo = Photo(_key(large), _key(thumbnail), len(large), *size)
    return Taken(Picture(photo, large, thumbnail), traces.point, traces.taken_at)


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


def _key(content: bytes) -> str:
    return f"{hashlib.sha256(content).hexdigest()}.jpg"
