"""What a photo of 3 MB costs on its way to the screen, against Pillow alone.

The yardstick is what one writes with Pillow in two lines: `draft`, then `thumbnail`. Ours looks at
what the file is first, turns it upright, and does all of it in another process.
"""

from functools import partial
from io import BytesIO
from pathlib import Path

from _measure import compared, seconds_of
from PIL import Image

from civictui import pictures
from civictui.pictures.darkroom import darkroom
from civictui.widgets.pictures.thumbnail import cells

PHOTO = Path(__file__).parent.parent / "tests/data/photos/street/galaxy-note3-las-vegas.jpg"
COLUMNS, ROWS = 40, 20
THUMBNAIL = 256


def bare(content: bytes, size: tuple[int, int]) -> Image.Image:
    """The yardstick: no EXIF, no caps, this process."""
    with Image.open(BytesIO(content)) as image:
        image.draft("RGB", size)
        image.thumbnail(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
        return image


def thumbnail(content: bytes) -> Image.Image:
    return pictures.fit(content, THUMBNAIL, THUMBNAIL, crop=False)


def drawing(content: bytes) -> object:
    return cells(content, COLUMNS, ROWS, crop=False)


def main() -> None:
    content = PHOTO.read_bytes()
    first = seconds_of(partial(drawing, content))
    _, small, small_ratio = compared(
        partial(bare, content, (THUMBNAIL, THUMBNAIL)), partial(thumbnail, content)
    )
    _, drawn, drawn_ratio = compared(
        partial(bare, content, (COLUMNS, ROWS * 2)), partial(drawing, content)
    )
    _, taken, taken_ratio = compared(
        partial(bare, content, (THUMBNAIL, THUMBNAIL)), partial(pictures.take, content)
    )
    darkroom.close()
    size = len(content) / 1e6
    print(f"a photo of {size:.1f} MB: thumbnail of {THUMBNAIL} pixels {small * 1000:.0f} ms")
    print(f"  against bare Pillow: {small_ratio:.2f} (at most 1.3)")
    print(
        f"  drawn in {COLUMNS}x{ROWS} cells {drawn * 1000:.0f} ms: {drawn_ratio:.2f} (at most 1.3)"
    )
    print(f"  the very first, with the start of its process: {first * 1000:.0f} ms")
    print(f"  taken in, both JPEGs made: {taken * 1000:.0f} ms: {taken_ratio:.1f}")


if __name__ == "__main__":
    main()
