"""Taking a photo in: from a camera's file to what is stored and sent."""

import hashlib
from dataclasses import dataclass
from typing import Any

from civictui.domain.errors import PictureError, PlaceError
from civictui.domain.model import GeoPoint, Photo
from civictui.domain.ports import Picture
from civictui.pictures.darkroom import darkroom

BUDGET = 400_000
"""Bytes of a large picture, unless told otherwise."""
THUMBNAIL_BUDGET = 8_000
"""Bytes of a thumbnail, unless told otherwise; from 3,000 on any picture has one."""
_JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class Taken:
    """A photo made ready, and what its EXIF said of place and time (`taken_at`: RFC 3339 or "").

    Pixels carry no metadata any more: place and time go with the report or not at all. `at_zero`:
    the place was 0, 0, which is what a camera without a fix writes; then `point` is None.
    """

    picture: Picture
    point: GeoPoint | None
    taken_at: str
    at_zero: bool = False


def take(content: bytes, budget: int = BUDGET, thumbnail: int = THUMBNAIL_BUDGET) -> Taken:
    """Make the bytes of a photo file ready: at most `budget` bytes and 1600 pixels.

    Its thumbnail has at most `thumbnail` bytes and 256 pixels. JPEG, PNG, WebP, and HEIC where
    pillow-heif is installed. Takes 0.1 to 1 s of one core, in the picture process. Raises
    PictureError with what to do.
    """
    said, both = darkroom.ask(content, do="take", budget=budget, thumbnail=thumbnail)
    try:
        return _taken(said, both, budget, thumbnail)
    except (KeyError, TypeError, ValueError, PlaceError) as error:
        raise PictureError("The picture cannot be opened: its decoder broke down") from error


def _taken(said: dict[str, Any], both: bytes, budget: int, most_of_small: int) -> Taken:
    """What the picture process said, believed no more than it must be."""
    large, small = both[: int(said["large"])], both[int(said["large"]) :]
    if not (large.startswith(_JPEG) and small.startswith(_JPEG)):
        raise ValueError("no two JPEGs")
    if len(large) > budget or len(small) > most_of_small:
        raise ValueError("larger than allowed")
    size = int(said["width"]), int(said["height"])
    photo = Photo(_key(large), _key(small), len(large), *size)
    point = GeoPoint(*map(float, said["place"])) if said["place"] else None
    picture = Picture(photo, large, small)
    return Taken(picture, point, str(said["taken_at"]), bool(said["at_zero"]))


def _key(content: bytes) -> str:
    return f"{hashlib.sha256(content).hexdigest()}.jpg"
