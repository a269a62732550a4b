"""Large pictures, made when a test needs them: they would fill a repository."""

from io import BytesIO
from pathlib import Path

from PIL import Image

PHOTO = Path(__file__).parent.parent / "data" / "photos" / "orientation" / "Portrait_1.jpg"
_ROWS = 8
"""Rows of blocks in a strip: restart markers count to eight, so that strips can be repeated."""


def photo(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A real photo, enlarged."""
    with Image.open(PHOTO) as image:
        return image.convert(mode).resize((width, height), Image.Resampling.BILINEAR)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def baseline(width: int, height: int) -> bytes:
    """A baseline JPEG whose pixels are nowhere as a whole: one strip of it, again and again.

    The height is rounded up to whole strips.
    """
    strip = saved(
        photo(width, 16 * _ROWS), "JPEG", quality=90, subsampling="4:2:0", restart_marker_rows=1
    )
    scan = strip.index(b"\xff\xda")
    start = scan + 2 + int.from_bytes(strip[scan + 2 : scan + 4])
    frame = strip.index(b"\xff\xc0")
    times = -(-height // (16 * _ROWS))
    tall = (times * 16 * _ROWS).to_bytes(2)
    head = strip[: frame + 5] + tall + strip[frame + 7 : start]
    return head + b"\xff\xd7".join([strip[start:-2]] * times) + strip[-2:]
